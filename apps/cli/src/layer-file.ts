// A layer from its JSON file, wrapped as a timed module with the attributes that its class is known for.
import { type Layer, loadLayer, ownLayers } from '@rp/layers-v1';
import { type AdapterOptions, LayerAdapter, layerAttributes } from '@rp/timed-adapter';

const attributes: Readonly<Record<string, AdapterOptions>> = layerAttributes;

export async function openLayer(path: string): Promise<Layer> {
  return loadLayer(path, { classes: ownLayers });
}

export function timed<L extends Layer>(layer: L): LayerAdapter<L> {
  return new LayerAdapter(layer, attributes[layer.className] ?? {});
}

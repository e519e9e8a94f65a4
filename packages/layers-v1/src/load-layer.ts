// From a layer file or dictionary back to a layer. Which classes there are is said by the caller.

import { classNameOf } from './class-name.ts';
import { camelCase } from './dict-names.ts';
import { describe, fail } from './error.ts';
import type { Layer, LayerOptions } from './layer.ts';

/** A layer class that is made from one options object. */
export type LayerClass<L extends Layer = Layer> = (new (
  options: never,
) => L) & {
  readonly name: string;
  readonly className: string;
};

/** The constructor options of a layer class. */
export type OptionsOf<C extends LayerClass> = NonNullable<ConstructorParameters<C>[0]>;

/** A layer file: a path or `file:` URL (Node), or a `Blob` or `File`. */
export type LayerFile = string | URL | Blob;

export interface LoadOptions {
  /** The classes among which `class_name` is looked up. */
  readonly classes: readonly LayerClass[];
  /** Constructor options that replace those of the file. */
  readonly overrides?: Partial<LayerOptions> | Readonly<Record<string, unknown>> | undefined;
}

/**
 * Makes a layer of the class that the dictionary names.
 * @throws KeyError without `class_name`, or if it is none of `classes` (ValueError if there is only one);
 * TypeError for arguments that the class doesn't have; and whatever its constructor does.
 */
export function layerFromDict(dict: Readonly<Record<string, unknown>>, options: LoadOptions): Layer {
  const target = classFor(dict, options.classes);
  const { class_name: _, ...given } = dict;
  const args = Object.fromEntries(Object.entries(given).map(([name, value]) => [camelCase(name), value]));
  const layer = new target({ ...args, ...options.overrides } as never);
  refuseUnknown(layer, Object.keys(given));
  return layer;
}

/** Makes a layer from a JSON file. See {@link layerFromDict}. */
export async function loadLayer(file: LayerFile, options: LoadOptions): Promise<Layer> {
  return layerFromDict(await readLayerFile(file), options);
}

/**
 * The dictionary in a layer file.
 * @throws ValueError if the file holds something else.
 */
export async function readLayerFile(file: LayerFile): Promise<Readonly<Record<string, unknown>>> {
  const dict = parse(await readText(file), file);
  if (typeof dict === 'object' && dict !== null && !Array.isArray(dict)) {
    return dict as Readonly<Record<string, unknown>>;
  }
  throw fail(
    'ValueError',
    'layer-file',
    `${nameOf(file)} holds ${describe(dict)}, not the dictionary of a layer`,
  );
}

async function readText(file: LayerFile): Promise<string> {
  if (file instanceof Blob) return file.text();
  const { readFile } = await import('node:fs/promises');
  return readFile(file, 'utf8');
}

function parse(text: string, file: LayerFile): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail('ValueError', 'layer-file', `${nameOf(file)} is not JSON: ${reason}`, { cause });
  }
}

function nameOf(file: LayerFile): string {
  return file instanceof Blob ? 'the layer file' : String(file);
}

function classFor(dict: Readonly<Record<string, unknown>>, classes: readonly LayerClass[]): LayerClass {
  const wanted = dict.class_name;
  const known = classes.map(classNameOf);
  if (typeof wanted !== 'string') {
    throw fail(
      'KeyError',
      'class-name-missing',
      `the dictionary of a layer needs a \`class_name\`, such as ${known.slice(0, 3).join(', ')}; got keys ${Object.keys(dict).join(', ')}`,
    );
  }
  const target = classes[known.indexOf(wanted)];
  if (target) return target;
  if (classes.length === 1) {
    throw fail('ValueError', 'other-class', `the dictionary is that of a ${wanted}, not of a ${known[0]}`);
  }
  throw fail(
    'KeyError',
    'unknown-class',
    `layer class ${wanted} is not known; known are ${known.join(', ')}. Pass your own classes as \`classes\``,
  );
}

/** A class names its arguments in the dictionary that it writes itself. */
function refuseUnknown(layer: Layer, names: readonly string[]): void {
  const known = layer.toDict();
  const unknown = names.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  throw fail(
    'TypeError',
    'unknown-argument',
    `${layer.className} has no argument ${unknown.join(', ')}; it has ${Object.keys(known).join(', ')}`,
  );
}

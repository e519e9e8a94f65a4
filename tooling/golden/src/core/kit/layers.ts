// The layers of the test kit.
import { Waiting } from '../../waiting.ts';
import type { Constructor } from '../scene.ts';

export const layerClasses: Record<string, unknown> = {};

const waitForLayer: Constructor = () => {
  throw new Waiting('Layer');
};

export const layerConstructors: Record<string, Constructor> = {
  AccumLayer: waitForLayer,
  RelayLayer: waitForLayer,
  InPlaceLayer: waitForLayer,
  NamedStateLayer: waitForLayer,
};

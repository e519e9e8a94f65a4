// The library's adapters, made from the arguments of the case files.
import type { Layer } from '@rp/layers-v1';
import type { Module, WrapperOptions } from '@rp/module-core';
import { type AdapterOptions, asTimedModule, LayerAdapter, TimedModuleWrapper } from '@rp/timed-adapter';
import { decodeFields, decodeValue } from '../decode.ts';
import type { Constructor } from '../scene.ts';
import { layerClasses } from './layers.ts';
import { AddConstant } from './timed-modules.ts';

type Fields = Readonly<Record<string, unknown>>;

function adapterOptions({ parameters, states, simulationParameters }: Fields): AdapterOptions {
  return { parameters, states, simulationParameters } as AdapterOptions;
}

/** Classes that the decorator is offered, right and wrong ones. */
const decorated: Readonly<Record<string, unknown>> = { ...layerClasses, AddConstant };

export const adapterConstructors: Record<string, Constructor> = {
  LayerToTimedModule: (args, scene) =>
    new LayerAdapter(decodeValue(args.layer, scene) as Layer, adapterOptions(args)),
  astimedmodule: (args, scene) => {
    const layerClass = decorated[args.layerClass as string] as typeof LayerAdapter;
    const TimedLayer = Reflect.apply(asTimedModule, undefined, [layerClass, adapterOptions(args)]);
    return Reflect.construct(TimedLayer as typeof LayerAdapter, [
      decodeFields((args.layerArgs ?? {}) as Fields, scene),
    ]);
  },
  TimedModuleWrapper: (args, scene) => {
    const { module, ...options } = decodeFields(args, scene);
    return new TimedModuleWrapper(module as Module, options as WrapperOptions);
  },
  timed: (args, scene) => {
    const { module, ...options } = decodeFields(args, scene);
    return (module as Module).timed(options as WrapperOptions);
  },
};

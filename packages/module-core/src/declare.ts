// `weights = parameter({ data, family })` in a class body: the descriptors, typed as the value that the attribute
// will have. The module replaces the descriptor by its value at the very assignment (see module-base.ts), which
// is why the cast at the end of this file tells the truth one step ahead.
import type { ArrayInput, NdArray } from '@rp/ndarray';
import {
  type Constant,
  type DescriptorOptions,
  Parameter,
  type ParameterBase,
  SimulationParameter,
  State,
} from './descriptor.ts';

type HeldOf<D> =
  D extends Constant<infer V>
    ? HeldOf<V>
    : D extends number
      ? number
      : D extends boolean
        ? boolean
        : D extends string
          ? string
          : D extends NdArray<infer A>
            ? NdArray<A>
            : D extends ArrayInput
              ? NdArray
              : D;

type ScalarShape = { readonly shape: readonly [] };
type ArrayShape = { readonly shape: number | readonly [number, ...number[]] };
type ShapeChoice = { readonly shape: object };
type CastTo<R> = { readonly castFn: (value: never) => R };

/** What an attribute made from these options holds. */
export type ValueOf<O> =
  O extends CastTo<infer R>
    ? HeldOf<R>
    : O extends ScalarShape
      ? number
      : O extends ArrayShape
        ? NdArray
        : O extends ShapeChoice
          ? number | NdArray
          : O extends { readonly data: infer D }
            ? HeldOf<D>
            : number | NdArray;

/** Declares a {@link Parameter}: `weights = parameter({ data: [[1, 0], [0, 1]], family: 'weights' })`. */
export function parameter<const O extends DescriptorOptions>(options: O): ValueOf<O> {
  return asValue(new Parameter(options));
}

/** Declares a {@link State}: `total = state({ shape: 3, initFunc: zeros })`. */
export function state<const O extends DescriptorOptions>(options: O): ValueOf<O> {
  return asValue(new State(options));
}

/** Declares a {@link SimulationParameter}: `noiseStd = simulationParameter({ data: 0 })`. */
export function simulationParameter<const O extends DescriptorOptions>(options: O): ValueOf<O> {
  return asValue(new SimulationParameter(options));
}

function asValue<V>(descriptor: ParameterBase): V {
  return descriptor as unknown as V;
}

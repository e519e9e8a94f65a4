// Descriptors from the arguments of `Parameter.new`.
import {
  Constant,
  type DescriptorOptions,
  type InitFunc,
  oneOfShapes,
  Parameter,
  type ParameterBase,
  type ShapeInput,
  SimulationParameter,
  State,
} from '@rp/module-core';
import { decodeValue } from './decode.ts';
import { elementwise, initFunctions } from './functions.ts';
import type { Scene } from './scene.ts';

const classes = { Parameter, State, SimulationParameter } as const;

/** Builds what `{kind, data, family, shape, initFunc, castFn, permitReshape, constant}` describes. */
export function makeDescriptor(args: Readonly<Record<string, unknown>>, scene: Scene): ParameterBase {
  const DescriptorClass = classes[args.kind as keyof typeof classes];
  const data = decodeValue(args.data, scene);
  const options: DescriptorOptions = {
    data: args.constant === true ? new Constant(data) : data,
    family: args.family as string | null | undefined,
    shape: args.shape === undefined || args.shape === null ? null : decodeShape(args.shape),
    initFunc: decodeInitFunc(args.initFunc),
    castFn: typeof args.castFn === 'string' ? elementwise(args.castFn) : null,
    ...(args.permitReshape === undefined ? {} : { permitReshape: args.permitReshape as boolean }),
  };
  return new DescriptorClass(options);
}

/** `{"tuple": [2, 3]}` is one shape, `{"list": [...]}` are alternatives. */
function decodeShape(shape: unknown): ShapeInput {
  if (typeof shape !== 'object' || shape === null) return shape as ShapeInput;
  if ('tuple' in shape) return shape.tuple as number[];
  if (!('list' in shape)) return shape as ShapeInput;
  return oneOfShapes(...(shape.list as unknown[]).map((entry) => decodeShape(entry) as number | number[]));
}

/** A name, or something that is no function and must be refused. */
function decodeInitFunc(initFunc: unknown): InitFunc | null {
  return typeof initFunc === 'string' ? initFunctions[initFunc]! : ((initFunc ?? null) as InitFunc | null);
}

// Descriptors: what a module says about one of its attributes. A descriptor is assigned once; from then on the
// attribute holds the descriptor's value, and the module's registry remembers the rest.
//   Parameter            configuration: weights, time constants
//   State                what evolves: potentials, currents
//   SimulationParameter  settings of the numerics: the time step, the size of the noise
import { isNdArray, type NdArray, reshape, sameShape, sizeOf } from '@rp/ndarray';
import { copyValue, heldValue, valueShape } from './attribute-value.ts';
import { fail, show } from './fail.ts';
import { permittedShapes, type ShapeInput, shapeText } from './shapes.ts';

/** Makes the initial value of an attribute of a shape. */
export type InitFunc = (shape: readonly number[]) => unknown;

/** Converts a value on its way into the attribute, at construction and on every reset. */
export type CastFn = (value: never) => unknown;

export interface DescriptorOptions {
  /** The value. Nested lists and typed arrays become arrays. Default: what `initFunc` returns. */
  readonly data?: unknown;
  /** Free text to find attributes by: `weights`, `taus`, `biases`. */
  readonly family?: string | null | undefined;
  /** Makes the initial value; also called on every reset. Ignored where `data` is given. */
  readonly initFunc?: InitFunc | null | undefined;
  /** The permitted shapes. Default: the shape of `data`. */
  readonly shape?: ShapeInput | null | undefined;
  /** Whether `data` with the right number of elements may be reshaped. Default: true. */
  readonly permitReshape?: boolean | undefined;
  /** Applied to the value; null or absent: none. */
  readonly castFn?: CastFn | null | undefined;
}

/** Marks a value as fixed: a descriptor that gets it becomes a {@link SimulationParameter}. */
export class Constant<T = unknown> {
  readonly value: T;

  /** @param value Anything, also a function, a boolean or null. */
  constructor(value: T) {
    this.value = value;
  }
}

/** What the three descriptors share. Subclass it to add another kind of attribute. */
export abstract class ParameterBase {
  /** Filter text, or null. */
  readonly family: string | null;
  /** Makes the value for a reset, before `castFn`; always a fresh one where it came from `data`. */
  readonly initFunc: InitFunc;
  /** The shape that later assignments must have; that of the value before `castFn`. */
  readonly shape: readonly number[];
  /** Applied to the value at construction and on reset, or null. */
  readonly castFn: CastFn | null;
  /** The value after `castFn`. */
  readonly data: unknown;

  /**
   * @throws ValueError if neither data nor shape is given, if the data fit none of the permitted shapes, if a
   * shape comes without an `initFunc`, or if the `initFunc` returns another shape.
   * @throws TypeError for something that is not a shape.
   */
  constructor(options: DescriptorOptions) {
    const { shape, initFunc, data: given, permitReshape = true } = options;
    if ((given ?? null) === null && (shape ?? null) === null) {
      throw fail(
        'ValueError',
        'no-data-no-shape',
        'a descriptor needs `data`, or a `shape` with an `initFunc`; got neither',
      );
    }
    const permitted = shape === undefined || shape === null ? null : permittedShapes(shape);
    requireFunction(initFunc);

    const constant = given instanceof Constant;
    if (constant) Object.setPrototypeOf(this, SimulationParameter.prototype);
    const data = constant ? given.value : given;

    const start =
      constant || (data ?? null) !== null
        ? fromData(heldValue(data), permitted, permitReshape)
        : fromInitFunc(permitted ?? [], initFunc ?? null);
    this.family = options.family ?? null;
    this.shape = start.shape;
    this.initFunc = start.initFunc;
    this.castFn = options.castFn ?? null;
    this.data = castWith(this.castFn, start.value);
  }

  /** The kind of attribute, which decides in which dictionary it shows up. */
  get kind(): string {
    return this.constructor.name;
  }

  /** One line for people; not a form to parse. */
  toString(): string {
    const family = this.family === null ? 'None' : `'${this.family}'`;
    return (
      `${this.kind}(data=${describeData(this.data)}, family=${family}, ` +
      `init_func=${this.initFunc.name || 'function'}, shape=${shapeText(this.shape)})`
    );
  }
}

/** An attribute that configures a module. */
export class Parameter extends ParameterBase {
  override get kind(): string {
    return 'Parameter';
  }
}

/** An attribute that evolution changes. */
export class State extends ParameterBase {
  override get kind(): string {
    return 'State';
  }
}

/** An attribute that only the numerics need. Resets leave it alone. */
export class SimulationParameter extends ParameterBase {
  override get kind(): string {
    return 'SimulationParameter';
  }
}

/** Applies a cast function; null hands the value through. */
export function castWith(castFn: CastFn | null, value: unknown): unknown {
  return heldValue(castFn === null ? value : (castFn as (value: unknown) => unknown)(value));
}

interface Start {
  readonly value: unknown;
  readonly shape: readonly number[];
  readonly initFunc: InitFunc;
}

function requireFunction(initFunc: unknown): void {
  if (initFunc === undefined || initFunc === null || typeof initFunc === 'function') return;
  throw fail(
    'ValueError',
    'init-not-callable',
    `\`initFunc\` must be a function of the shape, got ${show(initFunc)}`,
  );
}

function fromData(data: unknown, permitted: number[][] | null, permitReshape: boolean): Start {
  const value = permitted === null ? data : fitShape(data, permitted, permitReshape);
  const kept = copyValue(value);
  return { value, shape: valueShape(value), initFunc: () => copyValue(kept) };
}

function fitShape(data: unknown, permitted: number[][], permitReshape: boolean): unknown {
  const shape = valueShape(data);
  if (permitted.some((candidate) => sameShape(candidate, shape))) return data;
  const target = permitReshape
    ? permitted.find((candidate) => sizeOf(candidate) === sizeOf(shape))
    : undefined;
  if (target !== undefined && (isScalar(data) || isNdArray(data))) return reshaped(data, target);
  throw fail(
    'ValueError',
    'shape-mismatch',
    `data of shape ${shapeText(shape)} fit none of the permitted shapes ` +
      `[${permitted.map(shapeText).join(', ')}]${permitReshape ? '' : ' (reshaping is switched off)'}`,
  );
}

function isScalar(data: unknown): data is number | boolean {
  return typeof data === 'number' || typeof data === 'boolean';
}

function reshaped(data: number | boolean | NdArray, target: readonly number[]): number | NdArray {
  if (isScalar(data)) return { data: Float64Array.of(Number(data)), shape: [...target] };
  return target.length === 0 ? data.data[0]! : reshape(data, target);
}

function fromInitFunc(permitted: number[][], initFunc: InitFunc | null): Start {
  const shape = permitted[0];
  if (shape === undefined) {
    throw fail(
      'ValueError',
      'no-shape',
      'the list of permitted shapes is empty; name at least one, or give `data`',
    );
  }
  if (initFunc === null) {
    throw fail(
      'ValueError',
      'no-initialiser',
      `a shape ${shapeText(shape)} without \`data\` needs an \`initFunc\` that makes the value`,
    );
  }
  const value = heldValue(initFunc(shape));
  const got = valueShape(value);
  if (!sameShape(got, shape)) {
    throw fail(
      'ValueError',
      'initialiser-shape',
      `\`initFunc\` was asked for shape ${shapeText(shape)} and returned ${shapeText(got)}`,
    );
  }
  return { value, shape, initFunc };
}

function describeData(data: unknown): string {
  return isNdArray(data) ? `array of shape ${shapeText(data.shape)}` : show(data);
}

// A growing list of values in which equal values are one: writing the same expression twice shares it.
import { fail } from './error.ts';
import { infer } from './infer.ts';
import type { OpName } from './operations.ts';
import { type Declaration, type Loop, type Shape, type Stage, toConstant, type Value } from './program.ts';

/** At which stage the leaves are that have a name. */
const leafStages = {
  param: 'prelude',
  state: 'observe',
  input: 'step',
  carried: 'loop',
  final: 'after',
} as const satisfies Partial<Record<OpName, Stage>>;

export class ValueList {
  readonly values: Value[] = [];
  readonly where: string;
  /** The loop of the step, once there is one. */
  loop: Loop | undefined;
  private readonly ids = new Map<string, number>();

  constructor(where: string) {
    this.where = where;
  }

  /** Adds a value, or finds the equal one that is there. */
  add(value: Value): number {
    const key = JSON.stringify([
      value.op,
      value.args,
      value.shape,
      value.name,
      value.value,
      value.stream,
      value.word,
    ]);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.values.push(value) - 1;
      this.ids.set(key, id);
    }
    return id;
  }

  apply(op: OpName, args: readonly number[]): number {
    const operands = args.map((id) => this.get(id));
    return this.add({ op, args, ...infer(op, operands, this.where) });
  }

  constant(value: number | boolean): number {
    const type = typeof value === 'boolean' ? 'bool' : 'float';
    return this.add({ op: 'const', args: [], shape: [], type, stage: 'prelude', value: toConstant(value) });
  }

  dt(): number {
    return this.add({ op: 'dt', args: [], shape: [], type: 'float', stage: 'prelude' });
  }

  index(shape: Shape): number {
    return this.add({ op: 'index', args: [], shape, type: 'float', stage: 'prelude' });
  }

  declared(op: keyof typeof leafStages, name: string, declared: Declaration): number {
    return this.add({ op, args: [], ...declared, stage: leafStages[op], name });
  }

  delay(name: string, arg: number): number {
    return this.add({ op: 'delay', args: [arg], ...infer('delay', [this.get(arg)], this.where), name });
  }

  random(op: 'normal' | 'uniform', shape: Shape, stream: number, word?: number): number {
    const value: Value = { op, args: [], shape, type: 'float', stage: 'step', stream };
    return this.add(word === undefined ? value : { ...value, word });
  }

  get(id: number): Value {
    const value = this.values[id];
    if (value === undefined)
      throw fail('IndexError', 'program-value', `${this.where}: there is no value ${id}`);
    return value;
  }
}

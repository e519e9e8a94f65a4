// What generated code stands on: sizes, where each value lies, and loops. It knows nothing of groups, sinks or steps.
// Names: `p_` a parameter (a number or an array), `s_` a state and `q_` its second array, `sv_` a scalar state, `sb_` where
// a batch item's part of a state begins, `l_` and `h_` a delay line and its oldest entry, `i_` an input and `ib_` where its
// row begins, `c_` and `cn_` what a loop carries before and after an iteration, `r_` rows and `e_` events given out, `f_`
// and `n_` the places of new events and how many there are, `d_` an extent; `t3` the value 3 in memory, `v3` in a variable.
import {
  bufferedStates,
  carriedInStates,
  constantOf,
  type Dtype,
  type Shape,
  type StepProgram,
} from '@rp/dynamics';
import { firedOutputs } from '../fired-outputs.ts';
import { literal } from './emit.ts';
import { block } from './text.ts';

export class Frame {
  readonly program: StepProgram;
  readonly dtype: Dtype;
  /** The states with a second array, for the next step. */
  readonly buffered: readonly string[];
  /** The event outputs of which a loop lists the places. */
  readonly fired: readonly string[];
  /** What a loop carries in the two arrays of a state. */
  readonly carriedIn: ReadonlyMap<string, string>;
  /** The scalars whose variables are declared before the code that is being written. */
  readonly declared = new Set<number>();
  /** The vector whose elements that are not zero are listed in `active`, if that is sure. */
  listed: number | undefined;

  constructor(program: StepProgram, dtype: Dtype) {
    this.program = program;
    this.dtype = dtype;
    this.buffered = bufferedStates(program);
    this.fired = firedOutputs(program);
    this.carriedIn = carriedInStates(program);
  }

  /** A value at an index, from where it lies. */
  at(id: number, index: string): string {
    const value = this.program.values[id]!;
    const place = value.shape.length === 0 ? '0' : index;
    switch (value.op) {
      case 'const':
        return literal(constantOf(value.value!), this.dtype);
      case 'dt':
        return 'dt';
      case 'param':
        return value.shape.length === 0 ? `p_${value.name}` : `p_${value.name}[${place}]`;
      case 'state':
        return value.shape.length === 0 ? `sv_${value.name}` : `s_${value.name}[sb_${value.name} + ${index}]`;
      case 'carried':
      case 'final':
        return value.shape.length === 0 ? `c_${value.name}` : this.carried('c', value.name!, place);
      case 'input':
        return `i_${value.name}[ib_${value.name} + ${place}]`;
      default:
        return value.shape.length === 0 ? `v${id}` : `t${id}[${place}]`;
    }
  }

  /** An element of a vector that a loop carries, before (`c`) or after (`cn`) an iteration. */
  carried(prefix: 'c' | 'cn', name: string, index: string): string {
    const state = this.carriedIn.get(name);
    return `${prefix}_${name}[${state === undefined ? index : `sb_${state} + ${index}`}]`;
  }

  /** The declaration of a scalar's variable, unless that is there already. */
  declaration(id: number): string[] {
    return this.declared.has(id) ? [] : [`let v${id};`];
  }

  /** A scalar, where it lies. */
  scalar(id: number): string {
    return this.at(id, '0');
  }

  isPrelude(id: number): boolean {
    return this.program.values[id]!.stage === 'prelude';
  }

  loop(shape: Shape, body: readonly string[]): string[] {
    return block(`for (let i = 0; i < ${this.size(shape)}; i++) {`, body, '}');
  }

  size(shape: Shape): string {
    const factors = shape.map((dim) => (typeof dim === 'number' ? String(dim) : `d_${dim}`));
    return factors.length === 0 ? '1' : factors.length === 1 ? factors[0]! : `(${factors.join(' * ')})`;
  }
}

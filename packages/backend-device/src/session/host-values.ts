// What a session holds, on the host: parameters, dt, and the state after the last completed run. A device works on a
// copy; when a run fails, or the device is lost, these are what goes on.
import {
  type Bindings,
  type Bound,
  checkParameter,
  checkState,
  checkTimeStep,
  type Declaration,
  type ParameterValue,
  type StepProgram,
  sparseParameter,
  spreadState,
  stateDeclaration,
  type Tensor,
} from '@rp/dynamics';
import { type CsrMatrix, copyCsr } from '@rp/ndarray';
import { fail } from '../error.ts';

/** Numbers of float32, or truth values as bytes. */
export type Elements = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export class HostValues {
  readonly program: StepProgram;
  readonly bound: Bound;
  readonly params: Record<string, Elements> = {};
  /** Parameters that are stored as `csr`. */
  readonly sparse: Record<string, CsrMatrix> = {};
  /** States and delay lines, `[batch, ...declared]`; a line's oldest entry first. */
  readonly state: Record<string, Elements> = {};
  dt: number;
  /** Steps since the beginning: the counter of the random numbers. */
  count: number;
  /** Whether parameters or dt have changed since {@link settled}. */
  paramsChanged = true;
  stateChanged = true;

  constructor(program: StepProgram, bound: Bound, bindings: Bindings) {
    this.program = program;
    this.bound = bound;
    this.dt = Math.fround(bound.dt);
    this.count = bound.firstStep;
    for (const [name, declared] of Object.entries(program.params)) {
      if (declared.storage === undefined)
        this.params[name] = elementsFor(declared, bound.size(declared.shape));
    }
    for (const [name, declared] of Object.entries({ ...program.state, ...program.lines })) {
      this.state[name] = elementsFor(declared, bound.batch * bound.size(declared.shape));
    }
    for (const [name, value] of Object.entries({ ...bindings.params, ...bindings.state }))
      this.write(name, value);
  }

  /** @throws KeyError for an unknown name. */
  read(name: string): ParameterValue {
    const { program, bound } = this;
    if (name === 'dt') return { data: Float32Array.of(this.dt), shape: [] };
    if (stateDeclaration(program, name) !== undefined) return this.stateTensor(name);
    if (!Object.hasOwn(program.params, name)) {
      throw fail('KeyError', 'run-unknown', `${program.name}: there is no parameter or state ${name}`);
    }
    const sparse = this.sparse[name];
    if (sparse !== undefined) return copyCsr(sparse);
    return { data: this.params[name]!.slice(), shape: bound.extents(program.params[name]!.shape) };
  }

  private stateTensor(name: string): Tensor {
    const { shape } = stateDeclaration(this.program, name)!;
    return { data: this.state[name]!.slice(), shape: [this.bound.batch, ...this.bound.extents(shape)] };
  }

  write(name: string, value: ParameterValue): void {
    const { program, bound } = this;
    if (name === 'dt') {
      checkTimeStep(bound, value);
      this.dt = Math.fround(value.data[0]!);
      this.paramsChanged = true;
    } else if (stateDeclaration(program, name) !== undefined) {
      checkState(bound, name, value);
      this.state[name]!.set(spreadState(bound, name, value));
      this.stateChanged = true;
    } else {
      checkParameter(bound, name, value);
      if (program.params[name]!.storage === undefined) this.params[name]!.set(value.data);
      else this.sparse[name] = inFloat32(sparseParameter(value));
      this.paramsChanged = true;
    }
  }

  /** Everything that a run gives back as `state`: copies. */
  tensors(): Record<string, Tensor> {
    return Object.fromEntries(Object.keys(this.state).map((name) => [name, this.stateTensor(name)]));
  }
}

/** An independent copy. */
function inFloat32({ shape, indptr, indices, data }: CsrMatrix): CsrMatrix {
  return {
    shape: [...shape],
    indptr: indptr.slice(),
    indices: indices.slice(),
    data: Float32Array.from(data),
  };
}

export function elementsFor({ type }: Pick<Declaration, 'type'>, length: number): Elements {
  return type === 'bool' ? new Uint8Array(length) : new Float32Array(length);
}

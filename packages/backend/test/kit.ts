// Plugins and a program for the tests of this package.
import { type Backend, type BackendPlugin, interpreterBackend } from '@rp/backend';
import { type Bindings, defineDynamics, type RunInputs, type Tensor } from '@rp/dynamics';

/** Adds its input, times a weight and the time step, to its state; and a random number that it gives out. */
export const sum = defineDynamics('sum', {
  dims: ['n'],
  params: { weight: ['n'] },
  state: { total: ['n'] },
  inputs: { x: ['n'] },
  step: ({ params, state, inputs, dt, op }) => ({
    state: { total: op.add(state.total, op.mul(op.mul(inputs.x, params.weight), dt)) },
    outputs: { noise: op.normal([]) },
  }),
});

export const array = (...values: number[]): Tensor => ({
  data: Float64Array.from(values),
  shape: [values.length],
});

/** A new frame of {@link sum} for two neurons, with arrays of its own. */
export const frame = (more: Partial<Bindings> = {}): Bindings => ({
  dims: { n: 2 },
  dt: 1,
  params: { weight: array(1, 10) },
  state: { total: array(0, 0) },
  ...more,
});

/** As many rows of ones as there are steps. */
export const ones = (steps: number): RunInputs => ({
  x: { data: new Float64Array(2 * steps).fill(1), shape: [1, steps, 2] },
});

/** A plugin that tells which of its backends are open. */
export interface Watched extends BackendPlugin {
  readonly opened: Backend[];
  /** Sessions open in all backends that were opened asynchronously. */
  sessions(): number;
  /** Backends that are not disposed. */
  alive(): number;
}

export function watched(name: string, change: Partial<BackendPlugin> = {}): Watched {
  const right = interpreterBackend({ name });
  const opened: Backend[] = [];
  let disposed = 0;
  return {
    ...right,
    opened,
    sessions: () => opened.reduce((total, backend) => total + backend.usage().sessions, 0),
    alive: () => opened.length - disposed,
    open: async () => {
      const backend = await right.open();
      const dispose = backend.dispose.bind(backend);
      backend.dispose = async () => {
        disposed++;
        await dispose();
      };
      opened.push(backend);
      return backend;
    },
    ...change,
  };
}

/** Not available, and says why. */
export const absent = watched('absent', {
  probe: async () => ({ available: false, reason: 'There is no such device.', remedy: 'Plug one in.' }),
});

/** Available, but refuses every program. */
export function choosy(): Watched {
  const plugin = watched('choosy');
  const open = async () => {
    const backend = await plugin.open();
    backend.check = () => [{ code: 'operation', message: 'the operation matvec is not implemented' }];
    return backend;
  };
  const { openSync: _, ...rest } = plugin;
  return { ...rest, open };
}

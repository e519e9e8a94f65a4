import { defineDynamics, Interpreter, printEquations } from '@rp/dynamics';

const leakySpiker = defineDynamics('leaky-spiker', {
  dims: ['n'],
  params: { tau: ['n'], threshold: ['n'], weights: ['n', 'n'] },
  state: { v: ['n'], spikes: ['n'] },
  inputs: { input: ['n'] },
  prelude: ({ params, dt, op }) => ({ alpha: op.div(dt, params.tau) }),
  observe: ({ state }) => ({ voltage: state.v }),
  step: ({ params, state, inputs, pre, op }) => {
    const drive = op.add(inputs.input, op.matvec(state.spikes, params.weights));
    const charged = op.add(state.v, op.mul(op.sub(drive, state.v), pre.alpha));
    const fires = op.ge(charged, params.threshold);
    return {
      state: { v: op.select(fires, 0, charged), spikes: op.toFloat(fires) },
      events: { out: fires },
      records: { drive },
    };
  },
});
console.log(printEquations(leakySpiker));

const array = (shape: number[], ...values: number[]) => ({ data: Float64Array.from(values), shape });
const session = new Interpreter(leakySpiker, {
  dims: { n: 2 },
  dt: 0.25,
  params: {
    tau: array([2], 0.5, 0.5),
    threshold: array([2], 0.75, 0.75),
    weights: array([2, 2], 0, 4, 0, 0), // the first excites the second
  },
});
const result = session.run({ input: array([1, 3, 2], 1, 0, 1, 0, 1, 0) }, { steps: 3, record: ['drive'] });
console.log(result.outputs.voltage?.data); // 4 rows of 2: before each step, and after the last
console.log(result.events.out?.units); // the first in step 1, the second in step 2

import { defineDynamics, Interpreter, printEquations } from '@rp/dynamics';

const fixedPoint = defineDynamics('fixed-point', {
  dims: ['n'],
  params: { threshold: ['n'] },
  state: { v: ['n'] },
  inputs: { current: ['n'] },
  step: ({ params, state, inputs, op }) => {
    const leaked = op.sub(state.v, op.shiftRight(state.v, 3));
    const v = op.min(op.max(op.addInt32(leaked, inputs.current), -32768), 32767);
    const fires = op.ge(v, params.threshold);
    return { state: { v: op.select(fires, op.sub(v, params.threshold), v) }, events: { spikes: fires } };
  },
});
console.log(printEquations(fixedPoint));

const chip = new Interpreter(fixedPoint, {
  dims: { n: 2 },
  dt: 1e-3,
  params: { threshold: { data: Float64Array.of(1000, 1000), shape: [2] } },
});
const { state } = chip.run(
  { current: { data: Float64Array.of(99, -30000, 99, -30000), shape: [1, 2, 2] } },
  { steps: 2 },
);
console.log(state.v?.data); // 99 − 12 + 99, and a voltage that stays at its limit

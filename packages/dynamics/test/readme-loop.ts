import { defineDynamics, Interpreter, printEquations } from '@rp/dynamics';

const multiSpiker = defineDynamics('multi-spiker', {
  dims: ['n'],
  params: { threshold: ['n'] },
  state: { v: ['n'] },
  inputs: { input: ['n'] },
  step: ({ params, state, inputs, op }) => {
    const { v, count } = op.loop({
      limit: 1000,
      carried: { v: ['n'], count: ['n'] },
      start: { v: op.add(state.v, inputs.input), count: 0 },
      while: (now) => op.any(op.ge(now.v, params.threshold)),
      body: (now) => {
        const fires = op.ge(now.v, params.threshold);
        return {
          next: {
            v: op.select(fires, op.sub(now.v, params.threshold), now.v),
            count: op.add(now.count, op.toFloat(fires)),
          },
        };
      },
    });
    return { state: { v }, events: { count } };
  },
});
console.log(printEquations(multiSpiker));

const threshold = { data: Float64Array.of(2, 3), shape: [2] };
const spiker = new Interpreter(multiSpiker, { dims: { n: 2 }, dt: 1, params: { threshold } });
const spikes = spiker.run({ input: { data: Float64Array.of(5, 4), shape: [1, 1, 2] } }, { steps: 1 });
console.log(spikes.events.count?.counts); // 2 and 1

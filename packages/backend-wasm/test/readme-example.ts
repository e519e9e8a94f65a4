import { wasmBackend } from '@rp/backend-wasm';
import { defineDynamics } from '@rp/dynamics';

const leaky = defineDynamics('leaky', {
  dims: ['n'],
  params: { decay: ['n'] },
  state: { v: ['n'] },
  inputs: { input: ['n'] },
  step: ({ params, state, inputs, op }) => {
    const v = op.add(op.mul(state.v, params.decay), inputs.input);
    return { state: { v }, outputs: { voltage: v } };
  },
});

await using backend = await wasmBackend().open();
const executable = await backend.compile(leaky);
const session = await executable.instantiate({
  dims: { n: 2 },
  dt: 0.001,
  params: { decay: { data: Float64Array.of(0.5, 0.25), shape: [2] } },
});
const input = { data: Float64Array.of(1, 1, 0, 0, 0, 0), shape: [1, 3, 2] }; // batch, steps, n
const { outputs } = await session.run({ input }, { steps: 3 });
console.log(outputs.voltage?.data);
console.log(executable.explain()); // the generated code

// Runs a program with the js backend and prints what came of it; started by forbidden.test.ts, also where code generation
// is forbidden.
import { jsBackend } from '@rp/backend-js';
import { type Bindings, defineDynamics } from '@rp/dynamics';
import { setMessageHandlers } from '@rp/errors';

const halfway = defineDynamics('halfway', {
  dims: [],
  state: { x: [] },
  step: ({ state, op }) => {
    const x = op.mul(op.add(state.x, 1), 0.5);
    return { state: { x }, outputs: { y: x } };
  },
});
const bindings: Bindings = { dims: {}, dt: 1 };

function isForbidden(): boolean {
  try {
    return Function('return false')();
  } catch {
    return true;
  }
}

const warnings: string[] = [];
setMessageHandlers({ warn: (message) => warnings.push(message) });
const plugin = jsBackend();
const backend = await plugin.open();
const executable = await backend.compile(halfway);
const session = await executable.instantiate(bindings);
const awaited = await session.run({}, { steps: 2 });
const atOnce = plugin.openSync?.(halfway, bindings).runSync?.({}, { steps: 2 });
await backend.dispose();
console.log(
  JSON.stringify({
    forbidden: isForbidden(),
    probe: await plugin.probe(),
    warnings,
    awaited: Array.from(awaited.outputs.y?.data ?? []),
    atOnce: Array.from(atOnce?.outputs.y?.data ?? []),
  }),
);

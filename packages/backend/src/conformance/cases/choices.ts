// Choices between values of which one takes long to make: a backend may leave out the one that isn't taken, but nobody may
// see that it did. The numbers are dyadic and stay small.
import { defineDynamics, type Expr, type Ops } from '@rp/dynamics';
import { tensor } from '../arrays.ts';
import { eachDtype } from '../case.ts';

const group = 'choices';

/** What takes several operations, one of them along the whole vector, and a product with a matrix. */
function costly(op: Ops, x: Expr, weights: Expr): Expr {
  const product = op.min(op.max(op.floor(op.matvec(x, weights)), -8), 8);
  const scaled = op.mul(op.pow2(op.floor(op.mul(product, 0.25))), op.abs(x));
  return op.add(op.floor(op.mul(op.min(scaled, 8), 4)), op.sub(op.minOf(product), op.maxOf(x)));
}

function limited(op: Ops, x: Expr): Expr {
  return op.min(op.max(op.mul(op.floor(op.mul(x, 8)), 0.125), -8), 8);
}

/** Arms that are looked at never, always, and now and then; by one condition, by one inside of another, by each element. */
const choosing = defineDynamics('conformance-choosing', {
  dims: ['n'],
  params: { weights: ['n', 'n'] },
  state: { x: ['n'], y: ['n'], z: [] },
  inputs: { drive: ['n'] },
  step: ({ params: { weights }, state: { x, y, z }, inputs: { drive }, op }) => {
    const far = op.any(op.gt(op.abs(x!), 4));
    const never = op.gt(op.maxOf(op.abs(x!)), 100);
    const always = op.le(op.minOf(op.min(x!, 1)), 1);
    const ofX = costly(op, x!, weights!);
    const ofBoth = costly(op, op.mul(op.add(x!, y!), 0.5), weights!);
    const moved = op.add(x!, drive!);
    const each = op.gt(x!, drive!);
    return {
      state: {
        x: limited(op, op.select(far, op.sub(x!, op.select(never, ofX, op.mul(ofX, 0.25))), moved)),
        y: limited(op, op.select(each, op.select(far, ofBoth, moved), y!)),
        z: op.select(far, op.minOf(op.mul(op.add(ofX, ofBoth), 0.125)), op.mul(z!, 0.5)),
      },
      outputs: {
        always: op.select(always, moved, costly(op, moved, weights!)),
        never: op.select(never, costly(op, drive!, weights!), z!),
        far,
      },
      events: { high: op.select(far, op.gt(ofX, 0), each) },
      records: { each: op.select(each, ofBoth, 0) },
    };
  },
});

/** Goes on as long as an element is high, with costly arms in every iteration, on vectors that begin and end as states. */
const carrying = defineDynamics('conformance-carrying', {
  dims: ['n'],
  params: { weights: ['n', 'n'] },
  state: { x: ['n'], y: ['n'], high: { shape: ['n'], type: 'bool' }, rounds: [] },
  inputs: { drive: ['n'] },
  step: ({ params: { weights }, state, inputs: { drive }, op }) => {
    const end = op.loop({
      limit: 8,
      carried: { x: ['n'], y: ['n'], high: { shape: ['n'], type: 'bool' }, k: [] },
      start: { x: state.x, y: state.y, high: state.high, k: 0 },
      while: ({ x, k }) => op.and(op.lt(k, 7), op.or(op.lt(k, op.abs(x0(op, drive!))), op.any(op.gt(x, 5)))),
      body: ({ x, y, high, k }) => {
        const isOdd = op.gt(op.sub(op.mul(k, 0.5), op.floor(op.mul(k, 0.5))), 0);
        const drop = costly(op, x, weights!);
        const next = limited(op, op.select(isOdd, op.sub(x, drop), op.add(op.mul(x, 0.5), drive!)));
        return {
          next: {
            x: next,
            y: limited(op, op.select(isOdd, op.add(y, op.minOf(drop)), x)),
            high: op.select(isOdd, op.gt(drop, 1), high),
            k: op.add(k, 1),
          },
          events: { odd: { when: op.and(isOdd, op.gt(next, 0)), value: next } },
        };
      },
    });
    const { x, y, high } = end;
    return { state: { x, y, high, rounds: end.k }, outputs: { sum: op.add(end.x, end.y) } };
  },
});

function x0(op: Ops, x: Expr): Expr {
  return op.floor(op.sum(op.select(op.eq(op.index('n'), 0), x, 0)));
}

/** Several sizes, so that there are whole vectors and rests, and several items, which choose differently. */
const sizes = [
  [0, 1],
  [1, 2],
  [3, 1],
  [9, 3],
  [21, 2],
] as const;

const weightsOf = (n: number) => tensor([n, n], (index) => (((index * 7) % 9) - 4) / 8);
const driveOf = (n: number, steps: number, batch: number) =>
  tensor([batch, steps, n], (index) => (((index * 5) % 33) - 12) / 4);

export const choiceCases = [
  eachDtype(group, 'an arm that is left out is not missed', async (context) => {
    for (const [n, batch] of sizes) {
      const pair = await context.pair(choosing, {
        dims: { n },
        dt: 1,
        batch,
        params: { weights: weightsOf(n) },
      });
      const options = { steps: 12, record: ['each', 'x', 'y', 'z'] };
      await pair.run({ drive: driveOf(n, 12, batch) }, options, `${n} elements, batch ${batch}`);
      await pair.run({}, { steps: 3 }, 'without input');
      for (const name of ['x', 'y', 'z']) await pair.read(name);
    }
  }),

  eachDtype(
    group,
    'a loop may begin and end in the states, after any number of iterations',
    async (context) => {
      for (const [n, batch] of sizes) {
        const pair = await context.pair(carrying, {
          dims: { n },
          dt: 1,
          batch,
          params: { weights: weightsOf(n) },
        });
        const drive = driveOf(n, 9, batch);
        await pair.run({ drive }, { steps: 9, record: ['x', 'rounds'] }, `${n} elements, batch ${batch}`);
        for (const steps of [1, 1, 2, 3]) await pair.run({ drive: driveOf(n, steps, batch) }, { steps });
        for (const name of ['x', 'y', 'high', 'rounds']) await pair.read(name);
      }
    },
  ),
];

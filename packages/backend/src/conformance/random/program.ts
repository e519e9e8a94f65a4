// Random programs that are well typed: declarations first, then values that grow from them, then results.
import {
  type Declaration,
  defineDynamics,
  type Expr,
  type OpName,
  type Ops,
  type Shape,
  type StepProgram,
} from '@rp/dynamics';
import { mapValues } from '../arrays.ts';
import type { Random } from '../prng.ts';
import { withUniform } from '../programs.ts';
import { Pool } from './pool.ts';
import type { Style } from './style.ts';

const shapes: readonly Shape[] = [
  [],
  ['n'],
  ['n'],
  ['n'],
  ['m'],
  ['n', 'm'],
  ['n', 'n'],
  ['m', 'n'],
  ['n', 2],
];
/** Of these there is always a value that can be delayed: dt, a state, a matrix. */
const delayed: readonly Shape[] = [[], ['n'], ['n'], ['n', 'n']];
type Declarations = Readonly<Record<string, Declaration>>;
const matrices: readonly Shape[] = [
  ['n', 'n'],
  ['n', 'n'],
  ['n', 'm'],
  ['m', 'n'],
];
const float = (shape: Shape): Declaration => ({ shape, type: 'float' });
const csr = (shape: Shape): Declaration => ({ shape, type: 'float', storage: 'csr' });

/** What a program may have. */
export interface Allowed {
  readonly op: (op: OpName) => boolean;
  readonly loops: boolean;
  readonly sparse: boolean;
}

/** A program from a source of choices. */
export function randomProgram(
  random: Random,
  style: Style,
  { op: allows, loops, sparse }: Allowed,
): StepProgram {
  const declared = () =>
    many(
      random,
      2,
      () => ({ shape: random.pick(shapes), type: random.chance(80) ? 'float' : 'bool' }) as const,
    );
  const program = defineDynamics('random', {
    dims: ['n', 'm', 'd'],
    params: {
      ...named('p', declared()),
      w: float(['n', 'n']),
      ...named('q', sparse ? many(random, 2, () => csr(random.pick(matrices))) : []),
    } as Declarations,
    state: { ...named('s', declared()), x: float(['n']) } as Declarations,
    inputs: { ...named('i', declared()), u: float(['n']) } as Declarations,
    lines: named('l', allows('delay') ? many(random, 2, () => line(random)) : []),
    prelude: ({ params, dt, op }) => {
      const pool = new Pool(random, style, op, [...all(params), dt], before(allows)).grow(random.below(5));
      return named(
        'a',
        many(random, 2, () => pool.any()),
      );
    },
    observe: ({ params, state, pre, op }) => {
      const leaves = [...all(params), ...all(state), ...all(pre)];
      const pool = new Pool(random, style, op, leaves, before(allows)).grow(random.below(4));
      return named(
        'o',
        many(random, 2, () => pool.any()),
      );
    },
    step: ({ params, state, inputs, lines, pre, observed, dt, op }) => {
      const leaves = [dt, ...all(params), ...all(state), ...all(pre), ...all(observed), ...all(inputs)];
      let pool = new Pool(random, style, op, leaves, allows).grow(2 + random.below(9));
      const late = random.chance(50);
      if (!late) for (const delayLine of Object.values(lines)) pool.delay(delayLine);
      if (loops && random.chance(50)) {
        const final = randomLoop(random, style, op, pool, allows);
        pool = new Pool(random, style, op, [...pool.leaves, ...final], allows);
      }
      if (late) for (const delayLine of Object.values(lines)) pool.delay(delayLine);
      pool.grow(3 + random.below(12));
      const next = Object.entries<Expr>(state).map(([name, expr]) => [name, pool.like(expr)] as const);
      return {
        state: Object.fromEntries(next),
        outputs: named(
          'y',
          many(random, 3, () => pool.any()),
        ),
        events: named(
          'e',
          many(random, 2, () => pool.any()),
        ),
        records: named(
          'r',
          many(random, 2, () => pool.any()),
        ),
      };
    },
  });
  const raw = style.name === 'tame' || !allows('normal') || random.chance(50);
  return raw ? withUniform(program) : program;
}

/** A loop of up to four iterations; returns what it leaves. */
function randomLoop(
  random: Random,
  style: Style,
  op: Ops,
  pool: Pool,
  allows: (op: OpName) => boolean,
): Expr[] {
  const declared = () =>
    ({ shape: random.pick(shapes), type: random.chance(75) ? 'float' : 'bool' }) as const;
  const carried: Declarations = named('c', many(random, 3, declared));
  const like = (from: Pool) => mapValues(carried, (declaration) => from.like(declaration));
  const inside = (now: Readonly<Record<string, Expr>>) =>
    new Pool(random, style, op, [...pool.leaves, ...all(now)], allows);
  const most = random.below(5);
  const final = op.loop({
    limit: 4,
    carried: { ...carried, k: float([]) } as Declarations,
    start: { ...like(pool), k: 0 },
    while: (now) => {
      const goes = op.lt(now.k!, most);
      if (random.chance(60)) return goes;
      return op.and(goes, op.any(inside(now).grow(random.below(4)).any()));
    },
    body: (now) => {
      const body = inside(now).grow(1 + random.below(8));
      const event = () => {
        const value = body.any('float');
        return { when: body.like({ shape: value.shape, type: 'bool' }), value };
      };
      return {
        next: { ...like(body), k: op.add(now.k!, 1) },
        events: named('f', many(random, 2, event)),
      };
    },
  });
  return all(final);
}

function line(random: Random): Declaration {
  return float([random.pick(['d', 'd', 0, 1, 3]), ...random.pick(delayed)]);
}

/** What may be computed outside of a step: no random numbers, which are new in each. */
function before(allows: (op: OpName) => boolean): (op: OpName) => boolean {
  return (op) => op !== 'uniform' && allows(op);
}

function all(exprs: Readonly<Record<string, Expr>>): Expr[] {
  return Object.values(exprs);
}

function many<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: random.below(most + 1) }, make);
}

function named<T>(prefix: string, things: readonly T[]): Record<string, T> {
  return Object.fromEntries(things.map((thing, index) => [`${prefix}${index}`, thing]));
}

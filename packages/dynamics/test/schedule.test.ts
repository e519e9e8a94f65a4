import { defineDynamics, planOf, storedIds } from '@rp/dynamics';
import { expect, it } from 'vitest';

it('a value that only a later loop uses is computed there, and needs no place in memory', () => {
  const program = defineDynamics('late', {
    dims: ['n'],
    params: { weights: ['n', 'n'], decay: ['n'] },
    state: { x: ['n'] },
    step: ({ params, state, op }) => {
      const kept = op.mul(state.x, params.decay);
      const active = op.relu(state.x);
      const sum = op.add(kept, op.matvec(active, params.weights));
      return { state: { x: sum }, outputs: { twice: op.mul(sum, 2) } };
    },
  });
  const { groups } = planOf(program).step;
  expect(groups.map(({ kind }) => kind)).toEqual(['loop', 'structural', 'loop']);
  const made = (group: number) => groups[group]!.ids.map((id) => program.values[id]!.op);
  // relu is a comparison and a choice; what is kept of x waits for the sum.
  expect(made(0)).toEqual(['gt', 'select']);
  expect(made(2)).toEqual(['mul', 'add', 'mul']);
  expect(storedIds(program).map((id) => program.values[id]!.op)).toEqual(['select', 'matvec']);
});

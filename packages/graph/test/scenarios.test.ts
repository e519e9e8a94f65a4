// The recorded graph scenarios that need nothing but graph modules; the others are counted and run elsewhere.
import { readdirSync, readFileSync } from 'node:fs';
import { isRpError } from '@rp/errors';
import { SetList } from '@rp/graph';
import { describe, expect, it } from 'vitest';
import { graphConstructors, graphSteps } from '../../../tooling/golden/src/core/graph-steps.ts';
import type { Scene, Step } from '../../../tooling/golden/src/core/scene.ts';

interface Case {
  readonly id: string;
  readonly scenario: string;
  readonly args: { readonly steps: readonly Step[] };
  readonly expect: { readonly results: readonly Outcome[] };
}
type Outcome = { readonly result: unknown } | { readonly error: { readonly type: string } };

const folder = new URL('../../../test-data/golden/core/', import.meta.url);
const files = [
  ...readdirSync(new URL('graph/', folder)).map((file) => `graph/${file}`),
  'defects/graph.json',
];
const cases = files.flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]);
const needsModules = (given: Case): boolean =>
  given.args.steps.some((step) =>
    step.do === 'new' ? !constructorOf(step) : !graphSteps[step.do] || step.do === 'fromGraph',
  );

describe('recorded graph scenarios', () => {
  const runnable = cases.filter((given) => !needsModules(given));

  it('most cases need graph modules only', () => {
    expect(runnable.length).toBeGreaterThan(75);
  });

  it.each(runnable.map((given) => [`${given.id}: ${given.scenario}`, given] as const))(
    '%s',
    async (_, given) => {
      expect(await play(given)).toEqual(given.expect.results);
    },
  );
});

async function play(given: Case): Promise<Outcome[]> {
  const scene: Scene = { objects: new Map() };
  const results: Outcome[] = [];
  for (const [index, step] of given.args.steps.entries()) {
    results.push(await carryOut(step, scene, given.expect.results[index]!));
  }
  return results;
}

async function carryOut(step: Step, scene: Scene, expected: Outcome): Promise<Outcome> {
  try {
    return { result: step.do === 'new' ? make(step, scene) : await graphSteps[step.do]!(step, scene) };
  } catch (error) {
    if (!isRpError(error)) throw error;
    // The explanation is for people; the kind is what counts.
    return 'error' in expected
      ? { error: { ...expected.error, type: error.kind } }
      : { error: { type: error.message } };
  }
}

function make(step: Step, scene: Scene): unknown {
  const object = constructorOf(step)!((step.args ?? {}) as Record<string, unknown>, scene);
  scene.objects.set(step.as as string, object);
  return object instanceof SetList ? object.toArray() : null;
}

function constructorOf(step: Step) {
  return graphConstructors[step.class as string];
}

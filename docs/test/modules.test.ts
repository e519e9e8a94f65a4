// The pages of the modules and the tutorial: their examples run and print what they say, and the equations are those
// of the programs.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { printEquations } from '@rp/dynamics';
import * as modules from '@rp/modules';
import {
  aLIFTorch,
  BooleanState,
  ButterFilter,
  ButterMelFilter,
  DelayLine,
  EventLinear,
  ExpSyn,
  ExpSynTorch,
  FFwdStack,
  GraphNetwork,
  INPUT,
  Instant,
  LIF,
  LIFBitshiftTorch,
  LIFNeuronTorch,
  LIFTorch,
  Linear,
  LinearTorch,
  LowPass,
  type ProgramModule,
  Rate,
  RateEuler,
  RateTorch,
  Residual,
  SectionBank,
  Sequential,
  TimeStepDropout,
  UnitDropout,
  UpDownTorch,
} from '@rp/modules';
import { afterEach, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = (await readdir(`${root}docs/modules`)).filter((file) => file !== 'README.md');

/** The modules whose program a page shows. */
const shown: Readonly<Record<string, () => ProgramModule>> = {
  Linear: () => new Linear({ shape: [2, 3], hasBias: true }),
  Instant: () => new Instant({ shape: 2, expression: (x, op) => op.mul(x, x) }),
  Rate: () => new Rate({ shape: 2, hasRec: true }),
  LIF: () => new LIF({ shape: [4, 2], hasRec: true }),
  RateEuler: () => new RateEuler({ shape: 2, hasRec: true }),
  DelayLine: () => new DelayLine({ shape: 2, delay: 0.002 }),
  EventLinear: () => new EventLinear({ weight: [[1, 2]] }),
  ExpSyn: () => new ExpSyn({ shape: 2 }),
  LIFTorch: () => new LIFTorch({ shape: 2, leakMode: 'decays' }),
  LIFBitshiftTorch: () => new LIFBitshiftTorch({ shape: 2 }),
  aLIFTorch: () => new aLIFTorch({ shape: 2 }),
  LIFNeuronTorch: () => new LIFNeuronTorch({ shape: 2 }),
  RateTorch: () => new RateTorch({ shape: 2 }),
  ExpSynTorch: () => new ExpSynTorch({ shape: 2 }),
  LinearTorch: () => new LinearTorch({ shape: [2, 2] }),
  LowPass: () => new LowPass({ nNeurons: 2 }),
  UpDownTorch: () => new UpDownTorch({ shape: 2 }),
  BooleanState: () => new BooleanState({ shape: 2 }),
  UnitDropout: () => new UnitDropout({ shape: 2 }),
  TimeStepDropout: () => new TimeStepDropout({ shape: 2, seed: 1 }),
  SectionBank: () => new SectionBank({ sections: [[[1, 0, 0, 1, 0, 0]]] }),
  ButterFilter: () => new ButterFilter({ frequency: 300, bandwidth: 100 }),
  ButterMelFilter: () => new ButterMelFilter({ shape: 2, useLowpass: false }),
  Sequential: () => new Sequential(new Linear({ shape: [2, 2] }), new LIF({ shape: 2 })),
  Residual: () => new Residual(new Linear({ shape: [2, 2] })),
  FFwdStack: () => new FFwdStack(new ExpSyn({ shape: 2 }), new ExpSyn({ shape: 3 })),
  GraphNetwork: () =>
    new GraphNetwork({
      sizeIn: 1,
      sizeOut: 1,
      modules: { twice: new Linear({ shape: [1, 1] }) },
      steps: [
        { to: 'a', module: 'twice', from: INPUT },
        { to: 'b', sum: ['a', INPUT] },
      ],
      output: 'b',
    }),
};

afterEach(() => vi.restoreAllMocks());

async function printedBy(load: () => Promise<unknown>): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await load();
  return log.mock.calls.map((args) => format(...args)).join('\n');
}

describe('the page of a module', () => {
  it.each(pages)(
    '%s has an example that prints what it says, and the equations of the program',
    async (page) => {
      const text = await readFile(`${root}docs/modules/${page}`, 'utf8');
      const [, code, printed] = /```ts\n(.*?)\n```\n\nprints\n\n```text\n(.*?)\n```/s.exec(text) ?? [];
      await mkdir(`${root}docs/test/out`, { recursive: true });
      const file = `${root}docs/test/out/${page.replace('.md', '')}-example.ts`;
      await writeFile(file, `${code}\nexport {};\n`);
      expect(await printedBy(() => import(/* @vite-ignore */ file))).toBe(printed);
      const module = shown[page.replace('.md', '')]?.();
      if (module !== undefined) expect(text).toContain(printEquations(module.stepModel()!.program));
    },
  );

  it('is there for every module of the package', () => {
    const classes = Object.entries(modules).filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof modules.ProgramModule,
    );
    const names = classes.map(([name]) => name).filter((name) => name !== 'ModuleStack');
    expect(names.length).toBeGreaterThan(25);
    for (const name of names) expect(pages).toContain(`${name}.md`);
  });

  it('is in the list', async () => {
    const list = await readFile(`${root}docs/modules/README.md`, 'utf8');
    for (const page of pages) expect(list).toContain(`(${page})`);
  });
});

describe('the tutorial of a network', () => {
  it('shows the program that runs, piece by piece', async () => {
    const text = await readFile(`${root}docs/tutorial-network.md`, 'utf8');
    const file = `${root}examples/recurrent-network.ts`;
    const program = await readFile(file, 'utf8');
    const pieces = [...text.matchAll(/```ts\n(.*?)\n```/gs)].map(([, piece]) => piece!);
    expect(pieces).toHaveLength(7);
    for (const piece of pieces) expect(program).toContain(piece);
    const printed = await printedBy(() => import(/* @vite-ignore */ file));
    const [, shownText] = /```text\n(.*?)\n```/s.exec(text) ?? [];
    expect(printed).toContain(shownText);
    expect(printed).toMatch(/Samples: 500. Channels: 1/);
    expect(printed).toMatch(/spikes: \d+ → \d+/);
    expect(printed).toContain('encode 0_Rate drive cells trace readout');
  });
});

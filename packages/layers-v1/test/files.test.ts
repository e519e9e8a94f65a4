import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  camelCase,
  Layer,
  type LayerDict,
  type LayerOptions,
  layerFromDict,
  layerToJson,
  loadLayer,
  ownLayers,
  PassThroughEvents,
  snakeCase,
} from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

class Gain extends Layer {
  static override readonly className: string = 'Gain';
  readonly gainFactor: number;

  constructor(options: LayerOptions & { gainFactor?: number }) {
    super(options);
    this.gainFactor = options.gainFactor ?? 1;
  }

  override async evolve(): Promise<TSContinuous> {
    return new TSContinuous();
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), gain_factor: this.gainFactor };
  }
}

const kind = (name: string, code: string) => expect.objectContaining({ kind: name, code });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layers-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('layer files', () => {
  it('a layer comes back from its file with the same arguments', async () => {
    const layer = new Gain({ weights: [[0.1, -0]], dt: 1e-3, gainFactor: 1 / 3, name: 'g "1"' });
    const path = join(folder, 'gain.json');
    await layer.saveLayer(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(layer.toDict());
    const back = await Gain.loadFromFile(path);
    expect(back).toBeInstanceOf(Gain);
    expect(back.toDict()).toEqual(layer.toDict());
    expect(Object.is(back.weights.data[1], -0)).toBe(true);
  });

  it('a file of any class is loaded by a list of classes, from a path or a Blob', async () => {
    const blob = new Blob([layerToJson(new PassThroughEvents({ weights: [[2]], name: 'p' }).toDict())]);
    expect(await loadLayer(blob, { classes: [Gain, ...ownLayers] })).toBeInstanceOf(PassThroughEvents);
  });

  it('overrides replace what the file says', () => {
    const dict = new Gain({ weights: [1], gainFactor: 2 }).toDict();
    const layer = Gain.loadFromDict(dict, { gainFactor: 5, name: 'other' });
    expect([layer.gainFactor, layer.name]).toEqual([5, 'other']);
  });

  it('missing arguments take their defaults, except weights', () => {
    expect(Gain.loadFromDict({ class_name: 'Gain', weights: [1] }).gainFactor).toBe(1);
    expect(() => Gain.loadFromDict({ class_name: 'Gain' })).toThrow(kind('TypeError', 'weights-missing'));
  });

  it('says what is wrong with a dictionary', () => {
    const dict = { class_name: 'Gain', weights: [1] };
    const load = (given: Record<string, unknown>, classes = [Gain, PassThroughEvents]) =>
      layerFromDict(given, { classes: classes as never });
    expect(() => load({ weights: [1] })).toThrow(kind('KeyError', 'class-name-missing'));
    expect(() => load({ ...dict, class_name: 'FFOdd' })).toThrow(kind('KeyError', 'unknown-class'));
    expect(() => PassThroughEvents.loadFromDict(dict)).toThrow(kind('ValueError', 'other-class'));
    expect(() => load({ ...dict, gain: 1 })).toThrow(kind('TypeError', 'unknown-argument'));
  });

  it('says what is wrong with a file', async () => {
    const path = join(folder, 'broken.json');
    for (const text of ['{"class_name": ', '[1]', 'null']) {
      await writeFile(path, text);
      await expect(Gain.loadFromFile(path)).rejects.toThrow(kind('ValueError', 'layer-file'));
    }
  });

  it('refuses to write what JSON would silently replace', () => {
    const dict = new Gain({ weights: [[1, Number.POSITIVE_INFINITY]] }).toDict();
    expect(() => layerToJson(dict)).toThrow(/Gain\.weights\[0\]\[1\] cannot be written/);
  });

  it('names in files and in TypeScript belong together', () => {
    for (const [inFile, inCode] of [
      ['tau_syn_r_fast', 'tauSynRFast'],
      ['thr_up', 'thrUp'],
      ['weights', 'weights'],
    ] as const) {
      expect([camelCase(inFile), snakeCase(inCode)]).toEqual([inCode, inFile]);
    }
    expect(camelCase('tTauBias')).toBe('tTauBias');
  });
});

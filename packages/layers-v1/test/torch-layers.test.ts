// Promises of the old torch family of integrate-and-fire layers beyond those of all layers with a program.
import { setMessageHandlers } from '@rp/errors';
import { findRecurrentModules, IAFNeurons } from '@rp/graph';
import {
  FFIAFRefrTorch,
  FFIAFSpkInRefrTorch,
  FFIAFSpkInTorch,
  FFIAFTorch,
  layerToJson,
  loadLayer,
  ownLayers,
  RecIAFRefrTorch,
  RecIAFSpkInRefrTorch,
  RecIAFSpkInTorch,
  RecIAFTorch,
  type TorchIAFLayer,
} from '@rp/layers-v1';
import { type TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const dt = 1e-3;
const square = [
  [0, 0.004],
  [-0.004, 0],
];
const makers: Record<string, () => TorchIAFLayer> = {
  FFIAFTorch: () => new FFIAFTorch({ weights: [[1, 2]], dt }),
  FFIAFRefrTorch: () => new FFIAFRefrTorch({ weights: [[1, 2]], refractory: 0.0025, dt }),
  FFIAFSpkInTorch: () => new FFIAFSpkInTorch({ weights: [[0.1, 0.2]], bias: 0.02, dt }),
  FFIAFSpkInRefrTorch: () =>
    new FFIAFSpkInRefrTorch({ weights: [[0.1, 0.2]], bias: 0.02, dt, refractory: 0.003 }),
  RecIAFTorch: () => new RecIAFTorch({ weights: square, dt }),
  RecIAFRefrTorch: () => new RecIAFRefrTorch({ weights: square, dt, refractory: 0.003 }),
  RecIAFSpkInTorch: () => new RecIAFSpkInTorch({ weightsIn: square, weightsRec: square, bias: 0.02, dt }),
  RecIAFSpkInRefrTorch: () =>
    new RecIAFSpkInRefrTorch({ weightsIn: square, weightsRec: square, bias: 0.02, dt, refractory: 0.003 }),
};

describe.each(Object.entries(makers))('%s', (name, make) => {
  it('starts at vReset and is reset to it', async () => {
    const layer = make();
    expect(layer.v).toEqual(layer.vReset);
    layer.vReset = -0.07;
    await layer.evolve(null, { numTimesteps: 5 });
    layer.resetState();
    expect(Array.from(layer.v.data)).toEqual([-0.07, -0.07]);
  });

  it('comes back from its file, with its own vReset and vRest [T11-1]', async () => {
    const layer = make();
    layer.vReset = -0.071;
    layer.vRest = -0.066;
    layer.resetState();
    const dict = layer.toDict();
    expect(dict).toMatchObject({ class_name: name, v_reset: [-0.071, -0.071], v_rest: [-0.066, -0.066] });
    const back = (await loadLayer(new Blob([layerToJson(dict)]), { classes: ownLayers })) as TorchIAFLayer;
    expect(back.toDict()).toEqual(dict);
    expect(back.evolveSync(null, { numTimesteps: 50 }).times).toEqual(
      layer.evolveSync(null, { numTimesteps: 50 }).times,
    );
  });

  it('gives spikes out at the end of their time step, also in the last millisecond [T11-1]', async () => {
    const layer = make();
    const { record, output } = await layer.evolveRecorded(null, { numTimesteps: 60 });
    const v = (record.v as TSContinuous).samples.data;
    const spikes = output as TSEvent;
    expect(spikes.length).toBeGreaterThan(1);
    expect(spikes.tStop).toBe(60 * dt);
    for (let event = 0; event < spikes.length; event++) {
      const row = Math.round(spikes.times[event]! / dt);
      if (row < 60) expect(v[row * 2 + spikes.channels[event]!]).toBe(-0.065);
    }
    const fine = new FFIAFTorch({ weights: [[0]], bias: 1e5, dt: 1e-4 });
    const { times } = await fine.evolve(null, { numTimesteps: 12 });
    const [last, ...others] = Array.from(times, (time) => Math.round(time / 1e-4)).reverse();
    expect([last, others.reverse()]).toEqual([11, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]);
  });

  it('says in its graph what it is made of', () => {
    const graph = make().asGraph();
    expect([...findRecurrentModules(graph).recurrent].length).toBe(name.startsWith('Rec') ? 2 : 0);
    expect(graph.outputNodes.length).toBe(2);
  });
});

describe('the torch layers', () => {
  it('count refractoriness in whole steps, a half to the even number', async () => {
    const interval = async (refractory: number) => {
      const layer = new FFIAFRefrTorch({ weights: [[0]], bias: 1e5, dt, refractory });
      const { times } = await layer.evolve(null, { numTimesteps: 20 });
      return Math.round((times[1]! - times[0]!) / dt);
    };
    expect(await interval(0)).toBe(1);
    expect(await interval(0.0024)).toBe(3);
    expect(await interval(0.0035)).toBe(5);
  });

  it('add events up, or count them as one if they are told to', async () => {
    const input = new TSEvent({ times: [0.0001, 0.0002, 0.0003], channels: [0, 0, 0], tStop: 1 });
    const current = async (addEvents: boolean) => {
      const layer = new RecIAFSpkInTorch({ weightsIn: [[0.001]], weightsRec: [[0]], addEvents, dt });
      await layer.evolve(input, { numTimesteps: 1 });
      return layer.synapseStateInp.data[0];
    };
    expect(await current(true)).toBeCloseTo(0.003, 15);
    expect(await current(false)).toBeCloseTo(0.001, 15);
  });

  it('let events act in their own step, and spikes in the next one', async () => {
    const layer = new RecIAFSpkInTorch({
      weightsIn: [[1, 0]],
      weightsRec: [
        [0, 1],
        [0, 0],
      ],
      bias: 0,
      dt,
    });
    const input = new TSEvent({ times: [0.0035], channels: [0], tStop: 1 });
    const { times, channels } = await layer.evolve(input, { numTimesteps: 8 });
    expect([times[0], channels[0]]).toEqual([4 * dt, 0]);
    const first = channels.indexOf(1);
    expect(times[first]).toBe(5 * dt);
  });

  it('tell the graph their refractoriness', () => {
    const graph = new RecIAFRefrTorch({ weights: square, refractory: 0.004 }).asGraph();
    const neurons = [...findRecurrentModules(graph).recurrent].find((module) => module instanceof IAFNeurons);
    expect((neurons as IAFNeurons).refractory).toEqual(0.004);
  });
});

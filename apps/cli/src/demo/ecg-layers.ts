// The layers of the demonstration, and the recordings that come with it.
import { fileURLToPath } from 'node:url';
import { FFExpSyn, FFUpDown, loadLayer, RecIAFSpkInBrian, RecRateEuler } from '@rp/layers-v1';
import { makeReservoir } from './reservoir.ts';

/** 360 samples per second, as the recording. */
const dt = 1 / 360;
const rateNeurons = 64;

/** The encoder of the recorded reference runs, with at most one event per sample and direction, or with several. */
export function makeEncoder(multiplexSpikes: boolean): FFUpDown {
  const [thrUp, thrDown] = [0.103728191, 0.097913477];
  return new FFUpDown({ name: 'encoder', weights: 1, dt, thrUp, thrDown, multiplexSpikes });
}

/** The spiking reservoir of the recorded reference run. */
export async function loadSpikingReservoir(): Promise<RecIAFSpkInBrian> {
  const file = dataFile('reservoir.json');
  return (await loadLayer(file, { classes: [RecIAFSpkInBrian] })) as RecIAFSpkInBrian;
}

/** Synapses that turn events into currents, and rate neurons that they drive. */
export function makeRateReservoir(): [FFExpSyn, RecRateEuler] {
  const { input, recurrent, tau } = makeReservoir(rateNeurons, 0.95, 7);
  return [
    new FFExpSyn({ name: 'synapses', weights: input, dt, tauSyn: 0.03 }),
    new RecRateEuler({ name: 'rate reservoir', weights: recurrent, tau, dt, activationFunc: 'tanh' }),
  ];
}

export function dataFile(name: string): string {
  // The sources lie one folder deeper than what is built from them.
  const up = import.meta.url.endsWith('.ts') ? '../../' : '../';
  return fileURLToPath(new URL(`${up}data/ecg/${name}`, import.meta.url));
}

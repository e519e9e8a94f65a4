// A recurrent network of rate and spiking neurons: built, run over a signal, recorded, drawn, and exported.
import { writeFile } from 'node:fs/promises';
import { graphToJSON, graphToMermaid } from '@rp/graph';
import { ExpSyn, LIF, Linear, moduleFromGraph, Rate, Residual, randomOf, Sequential } from '@rp/modules';
import { TSContinuous, type TSEvent } from '@rp/timeseries';

// Random weights, the same in every run.
const random = randomOf(2026);
const matrix = (rows: number, columns: number, scale: number) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => scale * (2 * random() - 1)));

// 1. Build.
const dt = 1e-3;
const net = new Sequential({
  encode: new Linear({ shape: [1, 20], weight: matrix(1, 20, 2) }),
  rates: new Residual(
    new Rate({ shape: 20, tau: 0.02, hasRec: true, wRec: matrix(20, 20, 0.3), activationFunc: 'tanh', dt }),
  ),
  drive: new Linear({ shape: [20, 10], weight: matrix(20, 10, 0.1) }),
  cells: new LIF({ shape: 10, tauMem: 0.02, tauSyn: 0.005, hasRec: true, wRec: matrix(10, 10, 0.2), dt }),
  trace: new ExpSyn({ shape: 10, tau: 0.05, dt }),
  readout: new Linear({ shape: [10, 1], weight: matrix(10, 1, 0.1) }),
});
console.log(String(net));
console.log('one program:', net.stepModel() !== null);

// 2. Run, over a signal of half a second, and record.
const signal = TSContinuous.fromClocked(
  Array.from({ length: 500 }, (_, step) => [Math.sin(2 * Math.PI * 4 * step * dt)]),
  { dt, name: 'signal' },
);
const timed = net.timed({ dt });
const { output, record } = await timed.evolve(signal, { record: true });
const cells = record.cells as { readonly vmem: TSContinuous; readonly spikes: TSEvent };
console.log(String(output));
console.log(String(cells.spikes));

// 3. Change something, and run again from the same state.
timed.resetAll();
net.at('cells').setAttributes({ threshold: Float64Array.from({ length: 10 }, () => 2) });
const { record: calmer } = await timed.evolve(signal, { record: true });
console.log('spikes:', cells.spikes.times.length, '→', (calmer.cells as typeof cells).spikes.times.length);

// 4. Draw: drawings are plain data, for any renderer.
const drawing = cells.vmem.plot();
console.log('lines to draw:', drawing.lines.length, 'of', drawing.lines[0]!.x.length, 'points');

// 5. Export: series for NumPy and spreadsheets, the graph for people and for other tools.
const folder = process.argv[2];
const graph = net.asGraph();
if (folder !== undefined) {
  await output.save(`${folder}/output.npz`);
  await cells.spikes.save(`${folder}/spikes.npz`);
  await writeFile(`${folder}/network.json`, JSON.stringify(graphToJSON(graph)));
}
console.log(graphToMermaid(graph).split('\n').length, 'lines of Mermaid');

// 6. And back: a graph makes a network again.
const again = moduleFromGraph(graph);
console.log(Object.keys(again.modules()).join(' '));
await timed.dispose();

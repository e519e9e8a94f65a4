import { LIF, Linear, Sequential } from '@rp/modules';

const net = new Sequential(
  new Linear({
    shape: [2, 3],
    weight: [
      [1, 0.5, 0],
      [0, 0.5, 1],
    ],
  }),
  new LIF({ shape: 3, tauMem: 0.02, tauSyn: 0.01, dt: 1e-3 }),
);

const { output, state, record } = await net.evolve(
  [
    [1, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ],
  { record: true },
);

console.log(output.shape); // [1, 4, 3]: batch items, steps, channels
console.log(Object.keys(state)); // ['0_Linear', '1_LIF'], the same as net.state()
console.log(Object.keys(record['1_LIF'] as object)); // ['irec', 'spikes', 'isyn', 'vmem']
console.log(net.parameters('taus')); // { '1_LIF': { tauMem: 0.02, tauSyn: 0.01 } }
console.log(net.asGraph().className); // GraphHolder

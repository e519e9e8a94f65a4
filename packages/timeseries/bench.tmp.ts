import { TSContinuous, TSEvent } from '@rp/timeseries';
const N = 5e6, C = 100, T = 1e5;
const times = new Float64Array(N), ch = new Int32Array(N);
for (let i = 0; i < N; i++) { times[i] = i * (100 / N) + 1e-9; ch[i] = (i * 7919) % C; }
const t = (name: string, f: () => unknown) => { const r: number[] = []; for (let i = 0; i < 7; i++) { const a = performance.now(); f(); r.push(performance.now() - a); } console.log(name, r.sort((a, b) => a - b)[3]!.toFixed(1), 'ms'); };
let e!: TSEvent;
t('new', () => { e = new TSEvent({ times, channels: ch, tStop: 100.001, numChannels: C }); });
t('raster 5M bool', () => e.raster({ dt: 1e-3 }));
t('raster 5M counts', () => e.raster({ dt: 1e-3, addEvents: true }));
const r = e.raster({ dt: 1e-3 });
console.log(r.shape, r.data.reduce((a, b) => a + b, 0));
t('fromRaster', () => TSEvent.fromRaster(r, { dt: 1e-3 }));
t('clip', () => e.clip({ tStart: 10, tStop: 60 }));
t('delay', () => e.delay(1));
t('merge', () => e.merge(e.delay(0.0005)));
t('appendT', () => e.appendT(e));
const x = new Float64Array(1e6).map((_, i) => i * 1e-3), y = new Float64Array(3e6).map((_, i) => Math.sin(i));
for (const interpKind of ['previous', 'linear', 'nearest', 'cubic'] as const) {
  const s = new TSContinuous({ times: x, samples: { data: y, shape: [1e6, 3] }, interpKind, tStop: 999.999 });
  t(`toClocked ${interpKind}`, () => s.toClocked(1.1e-3));
}
const s = new TSContinuous({ times: x, samples: { data: y, shape: [1e6, 3] } });
t('add', () => s.add(1)); t('mul series', () => s.mul(s)); t('single call', () => { for (let i = 0; i < 1e5; i++) s.call(i * 0.00999); });

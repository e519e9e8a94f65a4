// One set of parameters and state, run on a device. The host keeps a copy of everything as it was after the last
// completed run: a run that fails, and a device that is lost, take nothing with them.
import { type RunOptions, type Session, SessionUse } from '@rp/backend';
import {
  type Bindings,
  type Bound,
  bind,
  checkInputs,
  checkOptions,
  type ParameterValue,
  type RunInputs,
  type RunResult,
} from '@rp/dynamics';
import type { ProgramCode } from '../compile/program-code.ts';
import { blocksAlone, rounds } from '../compile/search-code.ts';
import { type Columns, toColumns } from '../compile/sparse.ts';
import type { StepLevels } from '../compile/wgsl.ts';
import { fail } from '../error.ts';
import type { Device } from '../gpu/device.ts';
import { type FixedBuffers, SessionBuffers, type SessionWords, slotCount } from './buffers.ts';
import { beginChunk, type ChunkFrame, type ChunkResult, entryOf, type ScheduleName } from './chunk.ts';
import { HostValues } from './host-values.ts';
import { givenInputs } from './inputs.ts';
import {
  layoutChunk,
  layoutParameters,
  layoutSession,
  type ParameterLayout,
  type RunShape,
  type SessionLayout,
} from './layout.ts';
import { Pace } from './pace.ts';
import { computePrelude } from './prelude.ts';
import { Results } from './results.ts';

/** What a session needs of its backend. */
export interface SessionHome {
  /** The device; another one if the former was lost. */
  device(): Promise<Device>;
  closed(session: DeviceSession): void;
}

export class DeviceSession implements Session {
  private readonly home: SessionHome;
  private readonly code: ProgramCode;
  private readonly bound: Bound;
  private readonly layout: SessionLayout;
  private readonly values: HostValues;
  private readonly schedule: ScheduleName;
  /** Threads of a workgroup. */
  private readonly width: number;
  private readonly pace = new Pace();
  private buffers: SessionBuffers | undefined;
  private parameters: ParameterLayout;
  private made: Readonly<Record<string, Columns>> | undefined;
  /** Steps done on the device since its states were uploaded: which copy is current, where delay lines begin. */
  private sinceUpload = 0;
  private readonly use: SessionUse;

  private constructor(home: SessionHome, code: ProgramCode, bindings: Bindings, schedule: ScheduleName) {
    this.home = home;
    this.code = code;
    this.bound = bind(code.program, bindings);
    this.schedule = schedule;
    this.width = widthFor(code, this.bound, schedule);
    const { width } = this;
    this.layout = layoutSession(code, this.bound, (size) => {
      const blocks = Math.ceil(size / (rounds * width));
      return schedule === 'grid' && blocks > blocksAlone ? blocks : 1;
    });
    this.values = new HostValues(code.program, this.bound, bindings);
    this.parameters = layoutParameters(code, this.bound, this.columns());
    this.use = new SessionUse(code.program.name, fail);
  }

  /** @throws as `bind` does; RuntimeError with the codes `no-device`, `device-limit`, `device-memory`. */
  static async open(
    home: SessionHome,
    code: ProgramCode,
    bindings: Bindings,
    schedule: ScheduleName,
  ): Promise<DeviceSession> {
    const session = new DeviceSession(home, code, bindings, schedule);
    await session.onDevice();
    return session;
  }

  get bytes(): number {
    return this.buffers?.bytes ?? 0;
  }

  async run(inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    return this.use.during(async () => {
      try {
        options.signal?.throwIfAborted();
        checkOptions(this.bound, options);
        checkInputs(this.bound, inputs, options.steps);
        return await this.runAll(inputs, options);
      } catch (error) {
        // What the device has computed since is given up.
        this.values.stateChanged = true;
        this.use.requireAlive();
        throw error;
      } finally {
        if (this.use.disposed) this.release();
      }
    });
  }

  async read(name: string): Promise<ParameterValue> {
    this.use.requireIdle();
    return this.values.read(name);
  }

  async write(name: string, value: ParameterValue): Promise<void> {
    this.use.requireIdle();
    this.values.write(name, value);
    this.made = undefined;
  }

  async dispose(): Promise<void> {
    if (!this.use.dispose()) return;
    this.home.closed(this);
    // A run that goes on ends at its next opportunity, and lets go then.
    if (!this.use.busy) this.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  private async runAll(inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    const frame = await this.frame();
    const { steps: total, signal, onProgress } = options;
    const record = [...new Set(options.record)];
    const shape: RunShape = { record, inputs: givenInputs(this.code.program, inputs) };
    const results = new Results(this.code, this.bound, total, record);
    const chunks = this.chunks(frame, shape, inputs, options, results);
    let last: ChunkResult | undefined;
    try {
      for (;;) {
        last = (await chunks.next()) ?? last;
        if (chunks.done) break;
        signal?.throwIfAborted();
        onProgress?.(results.steps, total);
        signal?.throwIfAborted();
      }
    } finally {
      await chunks.settled();
    }
    onProgress?.(results.steps, total);
    this.keep(results.steps, last!.state!);
    return results.finish(this.values.tensors());
  }

  /** The chunks of a run, each begun while the one before it is computed or read. */
  private chunks(
    frame: ChunkFrame,
    run: RunShape,
    inputs: RunInputs,
    { steps: total, eventCapacity }: RunOptions,
    results: Results,
  ) {
    const { device } = frame.buffers;
    const { name } = this.code.program;
    const mostSteps = this.stepsThatFit(frame, run);
    const underWay: { steps: number; began: number; result: Promise<ChunkResult> }[] = [];
    let [begun, count, lastEnd] = [0, 0, 0];
    const room = () =>
      eventCapacity === undefined ? total : results.stepsThatFit(eventCapacity) - (begun - results.steps);
    const mayBegin = () => (count === 0 || begun < total) && (count === 0 || room() >= 1);
    const begin = async () => {
      const steps = Math.min(total - begun, room(), mostSteps, this.pace.steps);
      const chunk = {
        run,
        inputs,
        first: begun,
        steps,
        total,
        sinceUpload: this.sinceUpload + begun,
        count: this.values.count,
        wantsState: begun + steps === total || eventCapacity !== undefined,
        slot: count % slotCount,
      };
      const began = performance.now();
      const { result } = await device.during(name, beginChunk(frame, this.values, chunk));
      underWay.push({ steps, began, result });
      begun += steps;
      count++;
    };
    /** The next result, once more is under way. */
    const next = async (): Promise<ChunkResult | undefined> => {
      while (underWay.length < slotCount && mayBegin()) await begin();
      const { steps, began, result } = underWay[0]!;
      const given = await device.during(name, result);
      underWay.shift();
      const end = performance.now();
      this.pace.took(steps, end - Math.max(began, lastEnd));
      lastEnd = end;
      this.use.requireAlive();
      results.add(given.words);
      return given;
    };
    return {
      next,
      get done() {
        return underWay.length === 0 && !mayBegin();
      },
      /** What was begun ends, and its buffers can be used again. */
      settled: () => Promise.allSettled(underWay.map(({ result }) => result)),
    };
  }

  /** Takes over the state that came back. */
  private keep(steps: number, words: Float32Array): void {
    const { program } = this.code;
    this.sinceUpload += steps;
    this.values.count += steps;
    let at = 0;
    for (const name of Object.keys(program.state)) {
      const own = this.values.state[name]!;
      own.set(words.subarray(at, at + own.length));
      at += own.length;
    }
    for (const [name, { shape }] of Object.entries(program.lines)) {
      const own = this.values.state[name]!;
      this.straighten(words.subarray(at, at + own.length), own, this.bound.size([shape[0]!]));
      at += own.length;
    }
  }

  /** A delay line as it lies on the device, a ring, with its oldest entry first. */
  private straighten(ring: Float32Array, to: HostValues['state'][string], length: number): void {
    if (ring.length === 0) return;
    const item = ring.length / this.bound.batch;
    const head = (this.sinceUpload % length) * (item / length);
    for (let start = 0; start < ring.length; start += item) {
      to.set(ring.subarray(start + head, start + item), start);
      to.set(ring.subarray(start, start + head), start + item - head);
    }
  }

  private async frame(): Promise<ChunkFrame> {
    const buffers = await this.onDevice();
    const fixed = await this.upload(buffers);
    const { code, bound, layout, parameters, schedule, width } = this;
    // Compiled before any chunk is timed.
    await buffers.device.pipeline({ wgsl: code.wgsl, entry: entryOf(schedule), width });
    this.use.requireAlive();
    return { code, bound, layout, parameters, buffers, fixed, schedule, width };
  }

  /** Buffers on the present device. */
  private async onDevice(): Promise<SessionBuffers> {
    const device = await this.home.device();
    this.use.requireAlive();
    if (this.buffers?.device === device) return this.buffers;
    this.buffers?.destroy();
    this.buffers = undefined;
    this.buffers = await SessionBuffers.create(device, this.words());
    this.values.paramsChanged = true;
    this.values.stateChanged = true;
    if (this.use.disposed) this.release();
    this.use.requireAlive();
    return this.buffers;
  }

  private words(): SessionWords {
    const { memoryWords, listWords } = this.layout;
    const { parameterWords, entryWords } = this.parameters;
    const header = this.code.header.names.length;
    return {
      header,
      memory: memoryWords,
      lists: listWords,
      parameters: parameterWords,
      entries: entryWords,
    };
  }

  /** The sparse matrices by columns, once until they are uploaded. */
  private columns(): Readonly<Record<string, Columns>> {
    const { sparse } = this.values;
    this.made ??= Object.fromEntries(
      Object.entries(sparse).map(([name, matrix]) => [name, toColumns(matrix)]),
    );
    return this.made;
  }

  private async upload(buffers: SessionBuffers): Promise<FixedBuffers> {
    const { values } = this;
    const columns = values.paramsChanged ? this.columns() : {};
    if (values.paramsChanged) this.parameters = layoutParameters(this.code, this.bound, columns);
    const fixed = await buffers.reserve(this.words());
    this.use.requireAlive();
    const { queue } = buffers.device.gpu;
    if (values.paramsChanged) this.uploadParameters(queue, fixed, columns);
    if (values.stateChanged) this.uploadState(queue, fixed);
    return fixed;
  }

  private uploadParameters(
    queue: GPUQueue,
    { parameters, entries }: FixedBuffers,
    columns: Readonly<Record<string, Columns>>,
  ): void {
    const { values, code } = this;
    const { fields, parameterWords, entryWords } = this.parameters;
    const words = new Float32Array(parameterWords);
    const places = new Uint32Array(entryWords);
    for (const [name, value] of Object.entries(values.params)) words.set(value, fields.get(`p_${name}`));
    for (const [name, { values: numbers, places: own, rows }] of Object.entries(columns)) {
      words.set(numbers, fields.get(`p_${name}`));
      places.set(own, fields.get(`columns_${name}`));
      places.set(rows, fields.get(`rows_${name}`));
    }
    const prelude = computePrelude(code.program, values, code.prelude);
    for (const id of code.prelude) words.set(prelude.get(id)!, fields.get(`t_${id}`));
    queue.writeBuffer(parameters, 0, words);
    queue.writeBuffer(entries, 0, places);
    values.paramsChanged = false;
    this.made = undefined;
  }

  private uploadState(queue: GPUQueue, { memory }: FixedBuffers): void {
    const { values, layout, code } = this;
    const words = new Float32Array(2 * layout.half + layout.lines);
    for (const name of Object.keys(code.program.state))
      words.set(values.state[name]!, layout.fields.get(`s_${name}`));
    for (const name of Object.keys(code.program.lines))
      words.set(values.state[name]!, layout.fields.get(`l_${name}`));
    queue.writeBuffer(memory, 0, words);
    this.sinceUpload = 0;
    values.stateChanged = false;
  }

  /** How many steps of a run fit into the buffers of one chunk. */
  private stepsThatFit({ buffers: { device } }: ChunkFrame, run: RunShape): number {
    const budget = Math.min(chunkBytes, device.limits.maxStorageBufferBindingSize);
    const words = (steps: number) => {
      const { inputWords, outputWords } = layoutChunk(this.code, this.bound, run, steps);
      return Math.max(inputWords, outputWords);
    };
    const perStep = words(2) - words(1);
    const fixed = words(1) - perStep;
    return perStep <= 0
      ? mostSteps
      : Math.max(1, Math.min(mostSteps, Math.floor((budget / 4 - fixed) / perStep)));
  }

  private release(): void {
    this.buffers?.destroy();
    this.buffers = undefined;
  }
}

/** A workgroup about as wide as the population, up to what every device of WebGPU has; in a grid there are more of them. */
function widthFor({ levels }: ProgramCode, { size }: Bound, schedule: ScheduleName): number {
  const parts = Object.values<StepLevels[keyof StepLevels]>({ ...levels }).flat(2);
  const largest = Math.max(0, ...parts.map(({ shape }) => size(shape)));
  const widths = schedule === 'grid' ? [64] : [32, 64, 128];
  return widths.find((width) => largest <= (schedule === 'grid' ? 16 : 1) * width) ?? 256;
}

/** Bytes that the inputs or the outputs of a chunk may take, if one step takes no more. */
const chunkBytes = 32 * 2 ** 20;
const mostSteps = 2 ** 16;

// One set of parameters and state, run on a device. The host keeps a copy of everything as it was after the last
// completed run: a run that fails, and a device that is lost, take nothing with them.
import { type RunOptions, type Session, SessionUse } from '@rp/backend';
import {
  type Bindings,
  type Bound,
  bind,
  checkInputs,
  checkOptions,
  type RunInputs,
  type RunResult,
  type Tensor,
} from '@rp/dynamics';
import type { ProgramCode } from '../compile/program-code.ts';
import type { StepLevels } from '../compile/wgsl.ts';
import { fail } from '../error.ts';
import type { Device } from '../gpu/device.ts';
import { SessionBuffers } from './buffers.ts';
import { type ChunkFrame, type ChunkResult, entryOf, runChunk, type ScheduleName } from './chunk.ts';
import { HostValues } from './host-values.ts';
import { givenInputs } from './inputs.ts';
import { layoutChunk, layoutSession, type RunShape, type SessionLayout } from './layout.ts';
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
  private readonly pace = new Pace();
  private buffers: SessionBuffers | undefined;
  /** Steps done on the device since its states were uploaded: which copy is current, where delay lines begin. */
  private sinceUpload = 0;
  private readonly use: SessionUse;

  private constructor(home: SessionHome, code: ProgramCode, bindings: Bindings, schedule: ScheduleName) {
    this.home = home;
    this.code = code;
    this.bound = bind(code.program, bindings);
    this.layout = layoutSession(code, this.bound);
    this.values = new HostValues(code.program, this.bound, bindings);
    this.schedule = schedule;
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

  async read(name: string): Promise<Tensor> {
    this.use.requireIdle();
    return this.values.read(name);
  }

  async write(name: string, value: Tensor): Promise<void> {
    this.use.requireIdle();
    this.values.write(name, value);
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
    const { program } = this.code;
    const { steps: total, eventCapacity } = options;
    const record = [...new Set(options.record)];
    const shape: RunShape = { record, inputs: givenInputs(program, inputs) };
    const results = new Results(this.code, this.bound, total, record);
    const mostSteps = this.stepsThatFit(frame, shape);
    let last: ChunkResult;
    for (;;) {
      const fits = eventCapacity === undefined ? total : results.stepsThatFit(eventCapacity);
      const steps = Math.min(total - results.steps, fits, mostSteps, this.pace.steps);
      const chunk = {
        run: shape,
        inputs,
        first: results.steps,
        steps,
        total,
        sinceUpload: this.sinceUpload + results.steps,
        count: this.values.count,
      };
      const mayEnd = results.steps + steps === total || eventCapacity !== undefined;
      const began = performance.now();
      last = await frame.buffers.device.during(program.name, runChunk(frame, this.values, chunk, mayEnd));
      this.pace.took(steps, performance.now() - began);
      this.use.requireAlive();
      results.add(last.words);
      const full = eventCapacity !== undefined && results.stepsThatFit(eventCapacity) < 1;
      if (results.steps === total || full) break;
      options.signal?.throwIfAborted();
      options.onProgress?.(results.steps, total);
      options.signal?.throwIfAborted();
    }
    options.onProgress?.(results.steps, total);
    this.keep(results.steps, last.state!);
    return results.finish(this.values.tensors());
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
    this.upload(buffers);
    const { code, bound, layout, schedule } = this;
    const width = this.width(buffers.device);
    // Compiled before any chunk is timed.
    await buffers.device.pipeline({ wgsl: code.wgsl, entry: entryOf(schedule), width });
    this.use.requireAlive();
    return { code, bound, layout, buffers, schedule, width };
  }

  /** Buffers on the present device. */
  private async onDevice(): Promise<SessionBuffers> {
    const device = await this.home.device();
    this.use.requireAlive();
    if (this.buffers?.device === device) return this.buffers;
    this.buffers?.destroy();
    this.buffers = undefined;
    const { parameterWords, memoryWords } = this.layout;
    const header = this.code.header.names.length;
    this.buffers = await SessionBuffers.create(device, {
      header,
      parameters: parameterWords,
      memory: memoryWords,
    });
    this.values.paramsChanged = true;
    this.values.stateChanged = true;
    if (this.use.disposed) this.release();
    this.use.requireAlive();
    return this.buffers;
  }

  private upload({ device, parameters, memory }: SessionBuffers): void {
    const { values, layout, code } = this;
    const { queue } = device.gpu;
    if (values.paramsChanged) {
      const words = new Float32Array(layout.parameterWords);
      for (const [name, value] of Object.entries(values.params))
        words.set(value, layout.fields.get(`p_${name}`));
      const prelude = computePrelude(code.program, values, code.prelude);
      for (const id of code.prelude) words.set(prelude.get(id)!, layout.fields.get(`t_${id}`));
      queue.writeBuffer(parameters, 0, words);
      values.paramsChanged = false;
    }
    if (values.stateChanged) {
      const words = new Float32Array(2 * layout.half + layout.lines);
      for (const name of Object.keys(code.program.state))
        words.set(values.state[name]!, layout.fields.get(`s_${name}`));
      for (const name of Object.keys(code.program.lines))
        words.set(values.state[name]!, layout.fields.get(`l_${name}`));
      queue.writeBuffer(memory, 0, words);
      this.sinceUpload = 0;
      values.stateChanged = false;
    }
  }

  /** A workgroup about as wide as the population, up to what every device has. */
  private width({ limits }: Device): number {
    if (this.schedule === 'grid') return 64;
    const parts = Object.values<StepLevels[keyof StepLevels]>({ ...this.code.levels }).flat(2);
    const sizes = parts.map(({ shape }) => this.bound.size(shape));
    const largest = Math.max(0, ...sizes);
    const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
    return Math.min(most, [16, 64, 128].find((width) => largest <= width) ?? 256);
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

/** Bytes that the inputs or the outputs of a chunk may take, if one step takes no more. */
const chunkBytes = 32 * 2 ** 20;
const mostSteps = 2 ** 16;

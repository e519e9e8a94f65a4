// The backend itself: what it can do, its device, its cache of programs, and the sessions that it has open.
import {
  type Backend,
  type BackendPlugin,
  type Capabilities,
  type Executable,
  executableOf,
  type Probe,
  refusal,
  requireDtype,
  type Session,
  standardDiagnostics,
} from '@rp/backend';
import { type Bindings, basicOps, bind, type StepProgram } from '@rp/dynamics';
import { CodeCache, compileProgram, type ProgramCode } from './compile/program-code.ts';
import { fail } from './error.ts';
import { Device } from './gpu/device.ts';
import { describeAdapter, findAdapter, type GpuEntry, messageOf, requireAdapter } from './gpu/find.ts';
import { describeNumerics, isExact, measureNumerics, type Numerics } from './numerics.ts';
import type { ScheduleName } from './session/chunk.ts';
import { DeviceSession, type SessionHome } from './session/session.ts';

export interface DeviceBackendOptions {
  /**
   * Where adapters come from: a `GPU` object of WebGPU. Keep it for as long as you use the backend.
   * Default: `navigator.gpu`, else the npm package `webgpu`.
   */
  readonly gpu?: GpuEntry | undefined;
  /** Which of several adapters. Default: the system's choice. */
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
  /**
   * Keeps the device's compiler from contracting and reordering sums and products, at the price of one integer
   * operation for each. What it can't give: division, square roots and numbers below 2^-126 stay as the device has them.
   * Default false.
   */
  readonly exact?: boolean | undefined;
  /**
   * `workgroup`: the whole loop over the steps is on the device, one workgroup for each batch item. `grid`: one dispatch
   * for each level of a step, over everything. Default: the first for populations up to 1024. Programs with a loop
   * within a step always take the first.
   */
  readonly schedule?: ScheduleName | undefined;
}

/**
 * Any WebGPU device, in float32. In Node it needs the npm package `webgpu`. Each call makes a plugin of its own;
 * each opened backend has a device of its own.
 */
export function deviceBackend(options: DeviceBackendOptions = {}): BackendPlugin {
  const known = new Map<string, Numerics>();
  return {
    contract: 1,
    name,
    probe: () => probe(options, known),
    open: () => DeviceBackend.open(options, known),
  };
}

const name = 'device';
/** Elements of a population from which on one workgroup is too small. */
const largestForWorkgroup = 1024;

async function probe(options: DeviceBackendOptions, known: Map<string, Numerics>): Promise<Probe> {
  const search = await findAdapter(options);
  if ('reason' in search) return { available: false, reason: search.reason, remedy: search.remedy };
  try {
    const backend = await DeviceBackend.open(options, known);
    const notes = backend.notes;
    await backend.dispose();
    const summary = `WebGPU on ${describeAdapter(search.adapter)}, float32`;
    return notes.length > 0 ? { available: true, summary, notes } : { available: true, summary };
  } catch (error) {
    return {
      available: false,
      reason: `${describeAdapter(search.adapter)} failed a first test (${messageOf(error)}).`,
      remedy: 'Update the graphics driver, or use another backend.',
    };
  }
}

class DeviceBackend implements Backend, SessionHome {
  readonly name = name;
  readonly capabilities: Capabilities;
  readonly notes: readonly string[];
  private readonly options: DeviceBackendOptions;
  private readonly cache: CodeCache;
  private readonly sessions = new Set<DeviceSession>();
  private current: Promise<Device>;
  private disposed = false;

  private constructor(options: DeviceBackendOptions, device: Device, numerics: Numerics) {
    this.options = options;
    this.cache = new CodeCache(options.exact === true);
    this.current = Promise.resolve(device);
    this.capabilities = {
      dtypes: ['float32'],
      operations: basicOps,
      boundedLoop: true,
      sparseParameters: true,
      sync: false,
      bitExact: isExact(numerics) ? ['float32'] : [],
    };
    this.notes = describeNumerics(numerics);
  }

  /** `known`: what has been found out about adapters already. */
  static async open(options: DeviceBackendOptions, known: Map<string, Numerics>): Promise<DeviceBackend> {
    const adapter = await requireAdapter(options);
    const device = await Device.open(adapter);
    try {
      let numerics = known.get(device.label);
      if (numerics === undefined) {
        numerics = await measure(device, options.exact === true);
        known.set(device.label, numerics);
      }
      return new DeviceBackend(options, device, numerics);
    } catch (error) {
      device.destroy();
      throw error;
    }
  }

  check(program: StepProgram) {
    return standardDiagnostics(program, this.capabilities);
  }

  async compile(program: StepProgram): Promise<Executable> {
    this.requireRunnable(program);
    return executableOf(program, fail, {
      instantiate: (bindings) => this.instantiate(program, bindings),
      explain: () => this.cache.get(program).wgsl,
    });
  }

  usage() {
    let bytes = 0;
    for (const session of this.sessions) bytes += session.bytes;
    return { sessions: this.sessions.size, bytes };
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    for (const session of [...this.sessions]) await session.dispose();
    this.cache.clear();
    (await this.current).destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** The device; if it was lost, another one. Sessions that come at the same time get the same. */
  async device(): Promise<Device> {
    const former = this.current;
    const device = await former;
    if (!device.isLost || this.disposed) return device;
    if (this.current === former) {
      this.current = requireAdapter(this.options).then(Device.open);
      // If there is none now, the next run asks again.
      this.current.catch(() => {
        this.current = former;
      });
    }
    return this.current;
  }

  closed(session: DeviceSession): void {
    this.sessions.delete(session);
  }

  private async instantiate(program: StepProgram, bindings: Bindings): Promise<Session> {
    this.requireRunnable(program);
    bind(program, bindings);
    requireDtype(name, this.capabilities, bindings.dtype);
    const code = this.cache.get(program);
    const schedule = scheduleFor(code, bindings, this.options.schedule);
    const session = await DeviceSession.open(this, code, bindings, schedule);
    this.sessions.add(session);
    return session;
  }

  private requireRunnable(program: StepProgram): void {
    if (this.disposed) throw fail('RuntimeError', 'disposed', 'this backend was disposed');
    const problems = this.check(program);
    if (problems.length > 0) throw refusal(this.name, program, problems);
  }
}

/**
 * One workgroup is enough for a small population; a large one needs the whole device. A loop within a step ends sooner
 * for some items than for others, which only workgroups can do.
 */
function scheduleFor(
  { program, levels }: ProgramCode,
  bindings: Bindings,
  asked: ScheduleName | undefined,
): ScheduleName {
  if (program.loop !== undefined) return 'workgroup';
  const { size } = bind(program, bindings);
  const largest = Math.max(0, ...levels.step.flat().map(({ shape }) => size(shape)));
  return asked ?? (largest <= largestForWorkgroup ? 'workgroup' : 'grid');
}

function measure(device: Device, exact: boolean): Promise<Numerics> {
  const home: SessionHome = { device: async () => device, closed: () => {} };
  return measureNumerics((program, bindings) =>
    DeviceSession.open(home, compileProgram(program, exact), bindings, 'grid'),
  );
}

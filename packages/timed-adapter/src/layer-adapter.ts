// A v1 layer as a timed module. The layer keeps its attributes, its state and its own clock; the adapter registers
// the listed attributes and always reads and writes them on the layer.
// The two clocks may differ: only `resetTime` and `resetAll` set both (see README.md).
import type { GraphModuleBase } from '@rp/graph';
import { Layer, type LayerEvolveOptions } from '@rp/layers-v1';
import {
  type AttributeTree,
  copyValue,
  type EvolveResult,
  heldValue,
  Parameter,
  type ParameterBase,
  SimulationParameter,
  State,
  TimedModule,
  type TimedRun,
} from '@rp/module-core';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { type AdapterOptions, listOf, requireNames } from './attribute-names.ts';
import { fail } from './fail.ts';

type DescriptorClass = typeof Parameter | typeof State | typeof SimulationParameter;

/** The class of the series that a layer gives. */
export type OutputOf<L extends Layer> = Awaited<ReturnType<L['evolve']>>;

/** What {@link LayerToTimedModule} is made of; use that, it knows the types of the layer's attributes. */
export class LayerAdapter<L extends Layer = Layer> extends TimedModule<OutputOf<L>> {
  static readonly className: string = 'LayerToTimedModule';
  /** The wrapped layer. */
  protected readonly _module: L;
  /** Registered names whose values live on the layer. */
  private readonly delegated = new Set<string>();

  constructor(layer: L, options: AdapterOptions = {}) {
    requireLayer(layer);
    requireNames(layer, options);
    super({
      dt: layer.dt,
      shape: [layer.sizeIn, layer.sizeOut],
      spikingInput: layer.inputType === TSEvent,
      spikingOutput: layer.outputType === TSEvent,
    });
    this._module = layer;
    this.setName(layer.name);
    this.delegated.add('dt');
    for (const name of listOf(options.parameters)) this.delegate(name, Parameter);
    for (const name of listOf(options.states)) this.delegate(name, State);
    for (const name of listOf(options.simulationParameters)) this.delegate(name, SimulationParameter);
  }

  // --- Attributes ---

  private delegate(name: string, Descriptor: DescriptorClass): void {
    const value = Reflect.get(this._module, name) as unknown;
    const family = name === 'dt' ? 'dt' : null;
    const initial = value ?? null;
    this.registerAttribute(
      name,
      initial === null
        ? new Descriptor({ shape: [], initFunc: () => null, family })
        : new Descriptor({ data: initial, family }),
    );
    this.delegated.add(name);
  }

  protected override registerAttribute(name: string, descriptor: ParameterBase): void {
    // The base constructor registers `dt` before this object has its fields.
    this.delegated?.delete(name);
    super.registerAttribute(name, descriptor);
  }

  protected override exposeAttribute(name: string): void {
    const isOwnMember = name in LayerAdapter.prototype || name === '_module';
    if (!isOwnMember) super.exposeAttribute(name);
  }

  protected override readAttribute(name: string): unknown {
    const own = super.readAttribute(name);
    return this.delegated?.has(name) ? Reflect.get(this._module, name) : own;
  }

  /** Assigns to the layer, whose setters may refuse or convert, and checks what the layer then holds. */
  protected override writeAttribute(name: string, value: unknown): void {
    if (!this.delegated?.has(name)) {
      super.writeAttribute(name, value);
      return;
    }
    const before = copyValue(Reflect.get(this._module, name) as unknown);
    this.setOnLayer(name, heldValue(value));
    try {
      this.requireShape(name, heldValue(Reflect.get(this._module, name)));
    } catch (error) {
      this.setOnLayer(name, before);
      throw error;
    }
  }

  protected override storeAttribute(name: string, value: unknown): void {
    if (this.delegated?.has(name)) this.writeAttribute(name, value);
    else super.storeAttribute(name, value);
  }

  private setOnLayer(name: string, value: unknown): void {
    if (Reflect.set(this._module, name, value)) return;
    throw fail('AttributeError', 'read-only', `\`${name}\` of the layer "${this._module.name}" is read-only`);
  }

  // --- Evolving ---

  protected override async evolveImpl(
    input: TimeSeries | null,
    run: TimedRun,
  ): Promise<EvolveResult<OutputOf<L>>> {
    const options = layerOptions(run);
    const layer = this._module;
    if (!run.record) return this.result(await this.holding(() => layer.evolve(input, options)), {});
    const { output, record } = await this.holding(() => layer.evolveRecorded(input, options));
    return this.result(output, { ...record });
  }

  protected override evolveImplSync(input: TimeSeries | null, run: TimedRun): EvolveResult<OutputOf<L>> {
    const options = layerOptions(run);
    const layer = this._module;
    if (!run.record)
      return this.result(
        this.holdingSync(() => layer.evolveSync(input, options)),
        {},
      );
    const { output, record } = this.holdingSync(() => layer.evolveRecordedSync(input, options));
    return this.result(output, { ...record });
  }

  private result(output: TimeSeries, record: AttributeTree): EvolveResult<OutputOf<L>> {
    // All ways of evolving give the same class of series, but the base class only promises a TimeSeries.
    return { output: output as OutputOf<L>, state: this.state(), record };
  }

  // --- Resets, graph, life ---

  /** Sets the registered states to their initial values, then lets the layer reset itself. The clocks stay. */
  override resetState(): this {
    super.resetState();
    this._module.resetState();
    return this;
  }

  /** Sets both clocks to zero. */
  override resetTime(): void {
    super.resetTime();
    this._module.resetTime();
  }

  /**
   * The graph of the layer.
   * @throws NotImplementedError if its class defines none.
   */
  override asGraph(): GraphModuleBase {
    return this._module.asGraph();
  }

  /** Moves the layer to a backend, if it runs on one. */
  override async to(...target: Parameters<TimedModule['to']>): Promise<this> {
    await super.to(...target);
    if (canMove(this._module)) await this._module.to(...target);
    return this;
  }

  /** Gives back what the layer holds. */
  override async dispose(): Promise<void> {
    await super.dispose();
    await this._module.dispose();
  }
}

/** Layers that run a step program. */
interface Movable {
  to(...target: Parameters<TimedModule['to']>): Promise<unknown>;
}

function canMove(layer: object): layer is Movable {
  return 'to' in layer && typeof layer.to === 'function';
}

function requireLayer(layer: unknown): asserts layer is Layer {
  if (layer instanceof Layer) return;
  throw fail(
    'TypeError',
    'not-a-layer',
    `LayerToTimedModule wraps a Layer of @rp/layers-v1, got ${describe(layer)}`,
  );
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? `a ${value.constructor?.name ?? 'plain object'}`
    : String(value);
}

/** The layer always gets an explicit number of steps. */
function layerOptions({
  numTimesteps,
  duration,
  signal,
  onProgress,
  args,
  extra,
}: TimedRun): LayerEvolveOptions {
  const given = { ...extra, numTimesteps, duration, signal, onProgress };
  return args.length > 0 ? { ...given, args } : given;
}

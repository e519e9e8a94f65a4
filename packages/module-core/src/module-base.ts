// What all modules share: names and sizes, the registry of attributes and submodules, dictionaries of their
// values, resets. Not here: evolving (module.ts, timed-module.ts) and clocks (timed-module.ts).
// A module is seen through a proxy, so that `module.weights = value` follows the registry's rules.
import type { BackendChoice } from '@rp/backend';
import type { Dtype } from '@rp/dynamics';
import { warn } from '@rp/errors';
import type { GraphModuleBase } from '@rp/graph';
import { sameShape } from '@rp/ndarray';
import { ASSIGN, moduleTraps, REMOVE } from './assignment.ts';
import { type AttributeTree, copyValue, heldValue, sameValue, valueShape } from './attribute-value.ts';
import { type AttributeEntry, CORE, type ModuleCore, nextSerial } from './core.ts';
import { castWith, ParameterBase } from './descriptor.ts';
import { guarded, guardedSync, hold, letGo, requireFree } from './evolution-guard.ts';
import { fail, PACKAGE } from './fail.ts';
import { type Family, keepsEmptyBranches, namesInFamily } from './family.ts';
import { shapeText } from './shapes.ts';

/** A size for `(n,)`, several for the sizes of input, …, output, or null where the sizes are not known. */
export type ModuleShape = number | null | Iterable<number | null>;

/** The registry as {@link ModuleBase.getAttributeRegistry} shows it. */
export interface AttributeRegistry {
  readonly attributes: ReadonlyMap<string, Readonly<AttributeEntry>>;
  readonly modules: ReadonlyMap<string, ModuleBase>;
}

/**
 * The base of {@link Module} and {@link TimedModule}.
 *
 * Subclasses declare their attributes in the class body (`gain = parameter({ data: 1 })`) or in the constructor
 * (`this.gain = new Parameter(…)`), after `super(shape, …)`. Modules that are assigned become submodules.
 */
export abstract class ModuleBase {
  /** The bookkeeping of the module. @internal */
  declare readonly [CORE]: ModuleCore;
  /** Whether assignments may change the shape of attributes. For backends that keep their own arrays. */
  protected forceSetAttributes = false;

  /**
   * @param shape The sizes; the first is that of the input, the last that of the output.
   * @param spikingInput Whether the module takes events. Default: false.
   * @param spikingOutput Whether the module gives events. Default: false.
   */
  constructor(shape: ModuleShape, spikingInput = false, spikingOutput = false) {
    const self = new Proxy<this>(this, moduleTraps as ProxyHandler<this>);
    const core: ModuleCore = {
      self,
      target: this,
      shape: typeof shape === 'object' && shape !== null ? [...shape] : [shape],
      spikingInput,
      spikingOutput,
      attributes: new Map(),
      modules: new Map(),
      serial: nextSerial(),
      name: null,
      open: true,
      owner: null,
      parentDtFactor: 1,
      busy: false,
      heldBy: [],
    };
    Object.defineProperty(this, CORE, { value: core });
    queueMicrotask(() => self.constructionEnded());
    // biome-ignore lint/correctness/noConstructorReturn: the proxy is the module, see the top of this file.
    return self;
  }

  // --- Names and sizes ---

  /** The name of the class: its own static `className`, or else its JavaScript name, which bundlers may change. */
  get className(): string {
    return classNameOf(this.constructor);
  }

  /** The name that the module got from its parent, in single quotes; the empty string while it has none. */
  get name(): string {
    const { name } = this[CORE];
    return name === null ? '' : `'${name}'`;
  }

  /** Class name, a blank, and the name. */
  get fullName(): string {
    return `${this.className} ${this.name}`;
  }

  /** The sizes, from input to output; null where the module was made without. */
  get shape(): readonly (number | null)[] {
    return this[CORE].shape;
  }

  /** The number of inputs: the first entry of `shape` (null only if the shape was given as null). */
  get sizeIn(): number {
    return this.shape[0] as number;
  }

  /** The number of outputs: the last entry of `shape` (null only if the shape was given as null). */
  get sizeOut(): number {
    return this.shape.at(-1) as number;
  }

  /** @deprecated Use `sizeOut`. Warns on every read. */
  get size(): number {
    warn(PACKAGE, `\`size\` of ${this.fullName} is deprecated; read \`sizeOut\``);
    return this.sizeOut;
  }

  /** Whether the module takes events. */
  get spikingInput(): boolean {
    return this[CORE].spikingInput;
  }

  /** Whether the module gives events. */
  get spikingOutput(): boolean {
    return this[CORE].spikingOutput;
  }

  /** The name without quotes, or null. @internal */
  get rawName(): string | null {
    return this[CORE].name;
  }

  /** Names of the submodules in order. @internal */
  get submoduleNames(): string[] {
    return [...this[CORE].modules.keys()];
  }

  /** The owner's time step in units of this module's own, a whole number; 1 for a module without owner. @internal */
  get parentDtFactor(): number {
    this[CORE].owner?.settleCommonStep();
    return this[CORE].parentDtFactor;
  }

  // --- Dictionaries ---

  /**
   * The parameters of the module and its submodules, nested. Arrays are the live ones, not copies.
   * @param family Only attributes of this family, or of one of these.
   */
  parameters(family: Family = null): AttributeTree {
    return this.getAttributeFamily('Parameter', family);
  }

  /** The states of the module and its submodules, nested; see {@link parameters}. */
  state(family: Family = null): AttributeTree {
    return this.getAttributeFamily('State', family);
  }

  /** The simulation parameters of the module and its submodules, nested; see {@link parameters}. */
  simulationParameters(family: Family = null): AttributeTree {
    return this.getAttributeFamily('SimulationParameter', family);
  }

  /** Registered attributes of any kind with one of these names, nested; branches without a match are left out. */
  attributesNamed(name: string | readonly string[]): AttributeTree {
    const wanted = new Set(typeof name === 'string' ? [name] : name);
    return this.collect((core) => [...core.attributes.keys()].filter((key) => wanted.has(key)), false);
  }

  /** The direct submodules by name, in the order of their first assignment. */
  modules(): Record<string, ModuleBase> {
    return Object.fromEntries(this[CORE].modules);
  }

  private collect(namesOf: (core: ModuleCore) => string[], keepEmpty: boolean): AttributeTree {
    const tree: AttributeTree = {};
    for (const name of namesOf(this[CORE])) tree[name] = this.readAttribute(name);
    for (const [name, submodule] of this[CORE].modules) {
      const branch = submodule.collect(namesOf, keepEmpty);
      if (keepEmpty || Object.keys(branch).length > 0) tree[name] = branch;
    }
    return tree;
  }

  // --- Attributes by name ---

  /** Whether there is an attribute, method or property of this name. */
  hasAttribute(name: string): boolean {
    return name in this;
  }

  /**
   * Reads an attribute by name.
   * @throws AttributeError if there is none.
   */
  getAttribute(name: string): unknown {
    if (this.hasAttribute(name)) return Reflect.get(this, name);
    throw fail('AttributeError', 'no-attribute', `${this.fullName} has no attribute \`${name}\``);
  }

  /**
   * Writes attributes of the module and its submodules from nested dictionaries, such as the new state that
   * `evolve` returns. Names that are not registered are ignored. Not atomic: what was set before an error stays.
   * @throws ValueError for a value of another shape.
   */
  setAttributes(attributes: AttributeTree): this {
    const { attributes: own, modules } = this[CORE];
    for (const name of own.keys()) {
      if (Object.hasOwn(attributes, name) && !modules.has(name)) this[ASSIGN](name, attributes[name]);
    }
    for (const [name, submodule] of modules) {
      if (Object.hasOwn(attributes, name)) submodule.setAttributes(attributes[name] as AttributeTree);
    }
    return this;
  }

  // --- Resets ---

  /** Sets every state of the module and its submodules to a fresh initial value. */
  resetState(): this {
    return this.resetKind('State', (submodule) => submodule.resetState());
  }

  /** Sets every parameter of the module and its submodules to a fresh initial value. */
  resetParameters(): this {
    return this.resetKind('Parameter', (submodule) => submodule.resetParameters());
  }

  private resetKind(kind: string, resetSubmodule: (submodule: ModuleBase) => void): this {
    for (const [name, entry] of this[CORE].attributes) if (entry.kind === kind) this.resetAttribute(name);
    for (const submodule of this[CORE].modules.values()) resetSubmodule(submodule);
    return this;
  }

  // --- Text and graph ---

  /** `Chain 'net' with shape (2, 3)`, and the submodules in braces, one a line. */
  toString(): string {
    return describe(this, this.fullName, '');
  }

  /** What Node's console prints. @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /**
   * The computational graph of the module.
   * @throws NotImplementedError if its class defines none.
   */
  asGraph(): GraphModuleBase {
    throw fail(
      'NotImplementedError',
      'no-graph',
      `${this.className} does not say how its graph looks (module ${this.fullName}); override asGraph()`,
    );
  }

  // --- Backends and life ---

  /**
   * Moves the module and its submodules to a backend; undefined means the default one. Modules that run no program
   * stay where they are.
   * @param dtype The type of numbers to compute with. Default: the one that the backend prefers.
   */
  async to(backend: BackendChoice | undefined, dtype?: Dtype): Promise<this> {
    for (const submodule of this[CORE].modules.values()) await submodule.to(backend, dtype);
    return this;
  }

  /** Gives back what the module and its submodules hold outside of JavaScript's memory. May be called again. */
  async dispose(): Promise<void> {
    for (const submodule of this[CORE].modules.values()) await submodule.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  // --- The registry, for subclasses ---

  /** Registers an attribute, as the assignment of a descriptor does. Replaces an entry of that name. */
  protected registerAttribute(name: string, descriptor: ParameterBase): void {
    const core = this.requireCore();
    this.dropModule(name);
    core.attributes.set(name, {
      kind: descriptor.kind,
      family: descriptor.family,
      initFunc: descriptor.initFunc,
      castFn: descriptor.castFn,
      shape: descriptor.shape,
      value: descriptor.data,
    });
    this.exposeAttribute(name);
  }

  /**
   * Registers a submodule, as the assignment of a module does.
   * @throws ValueError if the module is, or contains, this one.
   */
  protected registerModule(name: string, module: ModuleBase): void {
    const core = this.requireCore();
    if (contains(module, this)) {
      throw fail(
        'ValueError',
        'cycle',
        `${module.fullName} cannot be a submodule of itself (as \`${name}\`)`,
      );
    }
    const former = core.modules.get(name)?.[CORE];
    if (former?.owner === this) former.owner = null;
    core.modules.set(name, module);
    const plain = { value: module, writable: true, enumerable: true, configurable: true };
    Reflect.defineProperty(core.target, name, plain);
    module[CORE].name = name;
    module[CORE].owner = this;
    this.treeChanged();
  }

  /** Whether an attribute of this name is registered (submodules do not count). */
  protected hasRegisteredAttribute(name: string): boolean {
    return this[CORE].attributes.has(name);
  }

  /** The registered attributes and the submodules, in order. */
  protected getAttributeRegistry(): AttributeRegistry {
    return this[CORE];
  }

  /** The attributes of a kind (`Parameter`, `State`, `SimulationParameter`, or one of your own) and family, nested. */
  protected getAttributeFamily(kind: string, family: Family = null): AttributeTree {
    return this.collect((core) => namesInFamily(core.attributes, kind, family), keepsEmptyBranches(family));
  }

  /**
   * Sets one attribute, of any kind, to a fresh initial value.
   * @throws KeyError if it is not registered.
   */
  protected resetAttribute(name: string): this {
    const entry = this[CORE].attributes.get(name);
    if (entry === undefined) {
      throw fail(
        'KeyError',
        'not-registered',
        `${this.fullName} has no registered attribute \`${name}\` to reset`,
      );
    }
    requireFree(this[CORE], `\`${name}\` can't be reset`);
    this.storeAttribute(name, castWith(entry.castFn, entry.initFunc(entry.shape)));
    return this;
  }

  /** The current value of a registered attribute. Override it where the value lives elsewhere. */
  protected readAttribute(name: string): unknown {
    return this[CORE].attributes.get(name)?.value;
  }

  /** Assigns to a registered attribute, by the shape rule. Override it where the value lives elsewhere. */
  protected writeAttribute(name: string, value: unknown): void {
    const held = heldValue(value);
    this.requireShape(name, held);
    this.storeAttribute(name, held);
  }

  /** Sets the value of a registered attribute without the shape rule. */
  protected storeAttribute(name: string, value: unknown): void {
    const entry = this[CORE].attributes.get(name);
    if (entry !== undefined) entry.value = value;
  }

  /**
   * The shape rule: null is always fine, anything else must have the recorded shape.
   * @throws ValueError otherwise.
   */
  protected requireShape(name: string, value: unknown): void {
    const entry = this[CORE].attributes.get(name);
    if (entry === undefined || value === null) return;
    const shape = valueShape(value);
    if (this.forceSetAttributes) entry.shape = shape;
    else if (!sameShape(shape, entry.shape)) {
      throw fail(
        'ValueError',
        'attribute-shape',
        `\`${name}\` of ${this.fullName} has shape ${shapeText(entry.shape)}, got a value of shape ${shapeText(shape)}`,
      );
    }
  }

  /** Makes a registered attribute readable and writable as a property. */
  protected exposeAttribute(name: string): void {
    const { self, target } = this[CORE];
    Reflect.defineProperty(target, name, {
      get: () => self.readAttribute(name),
      set: (value: unknown) => {
        self[ASSIGN](name, value);
      },
      enumerable: true,
      configurable: true,
    });
  }

  /** Gives the module a name of its own, which a parent may replace later. */
  protected setName(name: string): void {
    this[CORE].name = name;
  }

  /** Hook for timed wrappers: turns what `evolve` recorded into time series that begin at `tStart`. */
  protected wrapRecordedState(record: AttributeTree, _tStart: number): AttributeTree {
    return record;
  }

  /** Asks another module, usually a submodule, to wrap its record. */
  protected wrapRecordOf(module: ModuleBase, record: AttributeTree, tStart: number): AttributeTree {
    return module.wrapRecordedState(record, tStart);
  }

  // --- Evolving ---

  /**
   * Runs an evolution: one at a time, and if it fails the states (and clocks) of the module and its submodules
   * are what they were before.
   * @throws RuntimeError while another evolution of this module is running.
   */
  protected guarded<T>(evolution: () => Promise<T> | T): Promise<T> {
    return guarded(this[CORE], () => this.captureState(), evolution);
  }

  /** {@link guarded} without waiting. */
  protected guardedSync<T>(evolution: () => T): T {
    return guardedSync(this[CORE], () => this.captureState(), evolution);
  }

  /**
   * Keeps everybody from evolving, changing or resetting the module and its submodules, for as long as the work takes:
   * their states are elsewhere meanwhile, and what is written now would be lost.
   * @throws RuntimeError if one of the submodules is evolving by itself.
   */
  protected async holding<T>(work: () => Promise<T>): Promise<T> {
    const end = hold(this);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** {@link holding} without waiting. */
  protected holdingSync<T>(work: () => T): T {
    const end = hold(this);
    try {
      return work();
    } finally {
      end();
    }
  }

  /** Lets go of a submodule that is held, for its own part of the evolution. */
  protected async lettingGo<T>(submodule: ModuleBase, work: () => Promise<T>): Promise<T> {
    const end = letGo(this, submodule);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** {@link lettingGo} without waiting. */
  protected lettingGoSync<T>(submodule: ModuleBase, work: () => T): T {
    const end = letGo(this, submodule);
    try {
      return work();
    } finally {
      end();
    }
  }

  /** Remembers the states of the module and its submodules; the result puts back those that have changed. */
  protected captureState(): () => void {
    const { attributes, modules } = this[CORE];
    const states = [...attributes.keys()].filter((name) => attributes.get(name)?.kind === 'State');
    const own = states.map((name) => [name, copyValue(this.readAttribute(name))] as const);
    const inner = [...modules.values()].map((submodule) => submodule.captureState());
    return () => {
      for (const [name, value] of own) {
        if (!sameValue(value, this.readAttribute(name))) this.storeAttribute(name, value);
      }
      for (const restore of inner) restore();
    };
  }

  // --- Construction ---

  /** Called when what is assigned no longer counts as construction. @internal */
  protected constructionEnded(): void {
    this[CORE].open = false;
  }

  /** Called when a submodule was added here or below. @internal */
  protected treeChanged(): void {
    this[CORE].owner?.treeChanged();
  }

  /** Finds the common time step if it is still to be found; see TimedModule. @internal */
  protected settleCommonStep(): void {
    this[CORE].owner?.settleCommonStep();
  }

  private requireCore(): ModuleCore {
    if (this[CORE] !== undefined) return this[CORE];
    throw fail(
      'NotImplementedError',
      'no-base-constructor',
      `the constructor of ${this.constructor.name} must call super(shape, …) before it registers anything`,
    );
  }

  /** @internal */
  [ASSIGN](name: string, value: unknown): boolean {
    if (value instanceof ParameterBase) {
      this.requireFreeName(name);
      this.registerAttribute(name, value);
      return true;
    }
    if (value instanceof ModuleBase) {
      this.registerModule(name, value);
      return true;
    }
    const registered = this.hasRegisteredAttribute(name);
    if (registered) {
      requireFree(this[CORE], `\`${name}\` can't be changed`);
      this.writeAttribute(name, value);
    }
    if (this.dropModule(name) && registered) this.exposeAttribute(name);
    return registered;
  }

  private requireFreeName(name: string): void {
    if (this[CORE].open || !(name in this)) return;
    throw fail(
      'ValueError',
      'attribute-exists',
      `${this.fullName} already has an attribute \`${name}\`; after construction a descriptor may only add a new ` +
        'one. Assign a value of the same shape, or delete the attribute first',
    );
  }

  private dropModule(name: string): boolean {
    const { modules } = this[CORE];
    const core = modules.get(name)?.[CORE];
    if (core !== undefined && core.owner === this) core.owner = null;
    return modules.delete(name);
  }

  /** @internal */
  [REMOVE](name: string): boolean {
    const { attributes, target } = this[CORE];
    const wasAttribute = attributes.delete(name);
    const known = this.dropModule(name) || wasAttribute;
    if (known && Object.hasOwn(target, name)) Reflect.deleteProperty(target, name);
    return known;
  }
}

function classNameOf(target: { readonly name: string; readonly className?: unknown }): string {
  const own = Object.hasOwn(target, 'className') ? target.className : undefined;
  return typeof own === 'string' ? own : target.name;
}

function contains(module: ModuleBase, wanted: ModuleBase): boolean {
  return module === wanted || Object.values(module.modules()).some((inner) => contains(inner, wanted));
}

function describe(module: ModuleBase, fullName: string, indent: string): string {
  const line = `${indent}${fullName} with shape ${shapeText(module.shape)}`;
  const inner = Object.entries(module.modules());
  if (inner.length === 0) return line;
  const lines = inner.map(([name, submodule]) =>
    describe(submodule, `${submodule.className} '${name}'`, `${indent}    `),
  );
  return [`${line} {`, ...lines, `${indent}}`].join('\n');
}

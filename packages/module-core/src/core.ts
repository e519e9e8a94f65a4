// What every module keeps about itself, out of the way of the attributes that users name.
import type { CastFn, InitFunc } from './descriptor.ts';
import type { ModuleBase } from './module-base.ts';

/** What the registry remembers of an attribute. */
export interface AttributeEntry {
  readonly kind: string;
  readonly family: string | null;
  readonly initFunc: InitFunc;
  readonly castFn: CastFn | null;
  /** The shape that assigned values must have. */
  shape: readonly number[];
  /** The current value, unless the module keeps it elsewhere (see `readAttribute`). */
  value: unknown;
}

export interface ModuleCore {
  /** The object that everybody else sees: a proxy around the one that the constructor made. */
  readonly self: ModuleBase;
  readonly target: ModuleBase;
  readonly shape: readonly (number | null)[];
  readonly spikingInput: boolean;
  readonly spikingOutput: boolean;
  readonly attributes: Map<string, AttributeEntry>;
  readonly modules: Map<string, ModuleBase>;
  /** Grows from module to module: a module with a higher serial was begun later. */
  readonly serial: number;
  /** The name without quotes. */
  name: string | null;
  /** Whether what is assigned still counts as part of the construction. */
  open: boolean;
  /** The module that has this one as a submodule. */
  owner: ModuleBase | null;
  /** The owner's time step in units of this module's. */
  parentDtFactor: number;
  /** Whether an evolution is running. */
  busy: boolean;
  /** The modules whose evolution this one takes part in, with its states away from it (see evolution-guard.ts). */
  readonly heldBy: ModuleBase[];
}

/** The key of {@link ModuleCore} on a module. A symbol, so that no attribute can collide with it. */
export const CORE: unique symbol = Symbol('module-core');

let modulesBegun = 0;

export function nextSerial(): number {
  modulesBegun += 1;
  return modulesBegun;
}

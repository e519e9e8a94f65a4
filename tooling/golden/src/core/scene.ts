// What the handlers of scenario steps share: the remembered objects, and the shape of a handler.

/** One step of a scenario, as the case file holds it. */
export interface Step {
  readonly do: string;
  readonly [field: string]: unknown;
}

/** The state of a running scenario. */
export interface Scene {
  /** Objects by the name under which a step remembered them (`as`). */
  readonly objects: Map<string, unknown>;
}

/** Carries out one step and returns its result in the form of the case files, or throws. */
export type StepHandler = (step: Step, scene: Scene) => unknown | Promise<unknown>;

/** Makes an object of the test kit or of the library from the arguments of a `new` step. */
export type Constructor = (args: Readonly<Record<string, unknown>>, scene: Scene) => unknown;

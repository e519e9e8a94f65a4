// The module that a graph module was made from: any object. This package only ever asks for its class name.

/** Stands for a module that a graph was made from, where only its class is known (in a graph read from a file). */
export class ModuleReference {
  /** The class of the module that is meant. */
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

/** The class name of a computational module: its `className`, or else that of its JavaScript class. */
export function classNameOfOrigin(module: object): string {
  return 'className' in module && typeof module.className === 'string'
    ? module.className
    : module.constructor.name;
}

// A function in the making: its variables, and the statements that are added to it one after another.
import type { ValType } from './instructions.ts';
import { branchIf, get, type Label, type Local, loop, type Node, op, set, statements, when } from './node.ts';

export class FunctionBuilder {
  readonly name: string;
  readonly params: readonly Local[];
  readonly locals: Local[] = [];
  private readonly entry: Node[] = [];
  private open: Node[] = [];
  private readonly names = new Map<string, number>();

  /** All parameters are i32; nothing is returned. */
  constructor(name: string, params: readonly string[]) {
    this.name = name;
    this.params = params.map((param) => this.local(param, 'i32'));
  }

  param(place: number): Node {
    return get(this.params[place]!);
  }

  /** A new variable; the name is for people, and made unique. */
  local(name: string, type: ValType): Local {
    const used = this.names.get(name) ?? 0;
    this.names.set(name, used + 1);
    const local = { name: used === 0 ? name : `${name}.${used}`, type, index: this.locals.length };
    this.locals.push(local);
    return local;
  }

  add(...nodes: readonly Node[]): void {
    this.open.push(...statements(nodes));
  }

  /** Keeps a value in a new variable. */
  keep(name: string, value: Node): Node {
    const local = this.local(name, value.type!);
    this.add(set(local, value));
    return get(local);
  }

  /** The same at the beginning of the function. */
  keepAtEntry(name: string, value: Node): Node {
    const local = this.local(name, value.type!);
    this.entry.push(set(local, value));
    return get(local);
  }

  /** What an action adds, instead of adding it. */
  captured(action: () => void): Node[] {
    const outer = this.open;
    this.open = [];
    try {
      action();
      return this.open;
    } finally {
      this.open = outer;
    }
  }

  when(condition: Node, body: () => void, otherwise?: () => void): void {
    this.add(when(condition, this.captured(body), otherwise === undefined ? [] : this.captured(otherwise)));
  }

  /** Repeats the body as long as the condition holds, which is looked at first before anything is done. */
  while(name: string, condition: Node, body: () => void): void {
    this.add(whileLoop({ name }, condition, this.captured(body)));
  }

  /** Does the body once, and again as long as the condition holds. */
  repeat(name: string, condition: Node, body: () => void): void {
    const label = { name };
    this.add(loop(label, [...this.captured(body), branchIf(label, condition)]));
  }

  /** Counts a variable up to a bound. */
  count(name: string, counter: Local, to: Node, by: number, body: () => void): void {
    this.while(name, op('i32.lt_u', get(counter), to), () => {
      body();
      this.increase(counter, by);
    });
  }

  increase(local: Local, by: Node | number): void {
    const amount = typeof by === 'number' ? ({ kind: 'const', type: 'i32', value: by } as const) : by;
    this.add(set(local, op('i32.add', get(local), amount)));
  }

  /** All statements. */
  get body(): readonly Node[] {
    return [...this.entry, ...this.open];
  }
}

export function whileLoop(label: Label, condition: Node, body: readonly Node[]): Node {
  return when(condition, [loop(label, [...body, branchIf(label, condition)])]);
}

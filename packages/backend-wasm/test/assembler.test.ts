import { describe, expect, it } from 'vitest';
import { encodeModule } from '../src/asm/encode.ts';
import { FunctionBuilder } from '../src/asm/function.ts';
import { branchIf, float, get, i32, i64, load, loop, type Node, op, set, store } from '../src/asm/node.ts';
import { printFunctions } from '../src/asm/print.ts';

/** Runs a function with one argument on a memory of one page, and returns the memory. */
function run(build: (fn: FunctionBuilder) => void, argument = 0): DataView {
  const fn = new FunctionBuilder('test', ['x']);
  build(fn);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(encodeModule([fn]));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  (exports.test as (x: number) => void)(argument);
  return new DataView(memory.buffer);
}

describe('the assembler', () => {
  it.each([0, 1, -1, 63, 64, -64, -65, 127, 128, 2 ** 31 - 1, -(2 ** 31), 0x7fffff80])(
    'writes the constant %s',
    (value) => {
      expect(run((fn) => fn.add(store('i32.store', i32(0), i32(value)))).getInt32(0, true)).toBe(value);
    },
  );

  it('takes words from 2^31 on as bits', () => {
    const view = run((fn) => fn.add(store('i32.store', i32(0), i32(0xd2511f53))));
    expect(view.getUint32(0, true)).toBe(0xd2511f53);
  });

  it.each([2 ** 32 - 1, 0xcd9e8d57, -5, 2 ** 40])('writes the wide constant %s', (value) => {
    const view = run((fn) => {
      const low = op('i32.wrap_i64', i64(value));
      const high = op('i32.wrap_i64', op('i64.shr_u', i64(value), i64(32)));
      fn.add(store('i32.store', i32(0), low), store('i32.store', i32(4), high));
    });
    expect(view.getBigInt64(0, true)).toBe(BigInt(value));
  });

  it('counts, branches and adds up', () => {
    const view = run((fn) => {
      const [sum, index] = [fn.local('sum', 'i32'), fn.local('index', 'i32')];
      fn.count('loop', index, fn.param(0), 1, () => fn.increase(sum, get(index)));
      fn.when(op('i32.eq', get(sum), i32(4950)), () => fn.add(store('i32.store', i32(8), get(sum), 4)));
    }, 100);
    expect(view.getInt32(12, true)).toBe(4950);
  });

  it('does nothing in a loop whose condition never holds', () => {
    const view = run((fn) => {
      const index = fn.local('index', 'i32');
      fn.count('loop', index, fn.param(0), 1, () => fn.add(store('i32.store', i32(0), i32(1))));
    }, 0);
    expect(view.getInt32(0, true)).toBe(0);
  });

  const wrong: [string, () => Node, RegExp][] = [
    [
      'an operand of another type',
      () => op('f32.add', i32(1), float('f32', 1)),
      /f32\.add needs an operand of type f32, got i32/,
    ],
    ['too few operands', () => op('i32.add', i32(1)), /i32\.add takes 2 operands, got 1/],
    ['a statement as an operand', () => op('i32.eqz', store('i32.store', i32(0), i32(0))), /got a statement/],
    [
      'an address that is no i32',
      () => load('f64.load', float('f64', 0)),
      /f64\.load needs an operand of type i32/,
    ],
    ['a value that is left behind', () => loop({ name: 'l' }, [i32(1)]), /left behind/],
    [
      'a variable of another type',
      () => set(new FunctionBuilder('f', []).local('v', 'v128'), i32(0)),
      /local v needs/,
    ],
  ];
  it.each(wrong)('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('refuses a branch to a loop that it isn’t in', () => {
    expect(() => run((fn) => fn.add(branchIf({ name: 'nowhere' }, i32(1))))).toThrow(/nowhere/);
  });

  it('prints what it writes', () => {
    const fn = new FunctionBuilder('twice', ['x']);
    fn.keep('y', op('i32.mul', fn.param(0), i32(2)));
    expect(printFunctions([fn])).toBe(
      [
        '(module',
        '  (import "env" "memory" (memory 0))',
        '  (func (export "twice") (param $x i32)',
        '    ;; i32: $y',
        '    (local.set $y (i32.mul $x (i32.const 2)))',
        '  )',
        ')',
      ].join('\n'),
    );
  });
});

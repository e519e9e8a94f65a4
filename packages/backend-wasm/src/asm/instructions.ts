// The instructions that the compiler uses: operands, result and code of each. An instruction that isn't here can't be
// written; one that is can't be written with the wrong operands. Letters: i = i32, I = i64, f = f32, d = f64, v = v128.

export type ValType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** What follows the code of an instruction: an address offset, a lane, both, or sixteen bytes. */
export type Immediate = 'none' | 'memory' | 'atomic' | 'lane' | 'memory-lane' | 'bytes';

export interface Instruction {
  readonly operands: readonly ValType[];
  readonly result: ValType | undefined;
  readonly code: readonly number[];
  readonly immediate: Immediate;
}

const letters: Readonly<Record<string, ValType>> = { i: 'i32', I: 'i64', f: 'f32', d: 'f64', v: 'v128' };

const plain = {
  'i32.eqz': 'i>i 45',
  'i32.eq': 'ii>i 46',
  'i32.ne': 'ii>i 47',
  'i32.lt_u': 'ii>i 49',
  'i32.ge_u': 'ii>i 4f',
  'i32.add': 'ii>i 6a',
  'i32.sub': 'ii>i 6b',
  'i32.mul': 'ii>i 6c',
  'i32.div_u': 'ii>i 6e',
  'i32.and': 'ii>i 71',
  'i32.or': 'ii>i 72',
  'i32.xor': 'ii>i 73',
  'i32.shl': 'ii>i 74',
  'i32.shr_s': 'ii>i 75',
  'i32.shr_u': 'ii>i 76',
  'i64.add': 'II>I 7c',
  'i64.sub': 'II>I 7d',
  'i64.mul': 'II>I 7e',
  'i64.and': 'II>I 83',
  'i64.shl': 'II>I 86',
  'i64.shr_u': 'II>I 88',
  'i32.wrap_i64': 'I>i a7',
  'i64.extend_i32_s': 'i>I ac',
  'i64.extend_i32_u': 'i>I ad',

  'f32.eq': 'ff>i 5b',
  'f32.ne': 'ff>i 5c',
  'f32.lt': 'ff>i 5d',
  'f32.gt': 'ff>i 5e',
  'f32.ge': 'ff>i 60',
  'f32.abs': 'f>f 8b',
  'f32.floor': 'f>f 8e',
  'f32.sqrt': 'f>f 91',
  'f32.add': 'ff>f 92',
  'f32.sub': 'ff>f 93',
  'f32.mul': 'ff>f 94',
  'f32.div': 'ff>f 95',
  'f64.eq': 'dd>i 61',
  'f64.ne': 'dd>i 62',
  'f64.lt': 'dd>i 63',
  'f64.gt': 'dd>i 64',
  'f64.ge': 'dd>i 66',
  'f64.abs': 'd>d 99',
  'f64.floor': 'd>d 9c',
  'f64.sqrt': 'd>d 9f',
  'f64.add': 'dd>d a0',
  'f64.sub': 'dd>d a1',
  'f64.mul': 'dd>d a2',
  'f64.div': 'dd>d a3',
  'f32.convert_i32_s': 'i>f b2',
  'f32.convert_i32_u': 'i>f b3',
  'f64.convert_i32_s': 'i>d b7',
  'f64.convert_i32_u': 'i>d b8',
  'f64.promote_f32': 'f>d bb',
  'i32.reinterpret_f32': 'f>i bc',
  'i64.reinterpret_f64': 'd>I bd',
  'f32.reinterpret_i32': 'i>f be',
  'f64.reinterpret_i64': 'I>d bf',
  'i32.trunc_sat_f64_s': 'd>i fc02',
} as const;

const memory = {
  'i32.load': 'i>i 28',
  'f32.load': 'i>f 2a',
  'f64.load': 'i>d 2b',
  'i32.load8_u': 'i>i 2d',
  'i32.store': 'ii> 36',
  'f32.store': 'if> 38',
  'f64.store': 'id> 39',
  'i32.store8': 'ii> 3a',
  'v128.load': 'i>v fd00',
  'v128.load16_splat': 'i>v fd08',
  'v128.load32_splat': 'i>v fd09',
  'v128.load64_splat': 'i>v fd0a',
  'v128.store': 'iv> fd0b',
} as const;

/** For memory that several threads share. Addresses are multiples of four. */
const atomic = {
  /** How many are woken, of at most so many. */
  'memory.atomic.notify': 'ii>i fe00',
  /** Waits while there is that value; at most so many nanoseconds, or for ever if that is negative. */
  'memory.atomic.wait32': 'iiI>i fe01',
  'i32.atomic.load': 'i>i fe10',
  'i32.atomic.store': 'ii> fe17',
  /** What was there before. */
  'i32.atomic.rmw.add': 'ii>i fe1e',
  'i32.atomic.rmw.sub': 'ii>i fe25',
} as const;

const memoryLane = {
  'v128.store16_lane': 'iv> fd59',
  'v128.store32_lane': 'iv> fd5a',
} as const;

const lane = {
  'i32x4.extract_lane': 'v>i fd1b',
  'i32x4.replace_lane': 'vi>v fd1c',
  'f32x4.extract_lane': 'v>f fd1f',
  'f64x2.extract_lane': 'v>d fd21',
} as const;

const simd = {
  'i32x4.splat': 'i>v fd11',
  'f32x4.splat': 'f>v fd13',
  'f64x2.splat': 'd>v fd14',
  'i32x4.ne': 'vv>v fd38',
  'i64x2.ne': 'vv>v fdd7',
  'f32x4.eq': 'vv>v fd41',
  'f32x4.ne': 'vv>v fd42',
  'f32x4.lt': 'vv>v fd43',
  'f32x4.gt': 'vv>v fd44',
  'f32x4.ge': 'vv>v fd46',
  'f64x2.eq': 'vv>v fd47',
  'f64x2.ne': 'vv>v fd48',
  'f64x2.lt': 'vv>v fd49',
  'f64x2.gt': 'vv>v fd4a',
  'f64x2.ge': 'vv>v fd4c',
  'v128.not': 'v>v fd4d',
  'v128.and': 'vv>v fd4e',
  'v128.andnot': 'vv>v fd4f',
  'v128.or': 'vv>v fd50',
  'v128.xor': 'vv>v fd51',
  'v128.bitselect': 'vvv>v fd52',
  'v128.any_true': 'v>i fd53',
  'f32x4.floor': 'v>v fd68',
  'f64x2.floor': 'v>v fd75',
  'i16x8.extend_low_i8x16_u': 'v>v fd89',
  'i32x4.bitmask': 'v>i fda4',
  'i32x4.extend_low_i16x8_u': 'v>v fda9',
  'i32x4.shl': 'vi>v fdab',
  'i32x4.shr_s': 'vi>v fdac',
  'i32x4.shr_u': 'vi>v fdad',
  'i32x4.add': 'vv>v fdae',
  'i32x4.mul': 'vv>v fdb5',
  'i64x2.bitmask': 'v>i fdc4',
  'i64x2.extend_low_i32x4_s': 'v>v fdc7',
  'i64x2.extend_low_i32x4_u': 'v>v fdc9',
  'i64x2.shl': 'vi>v fdcb',
  'i64x2.shr_u': 'vi>v fdcd',
  'i64x2.extmul_low_i32x4_u': 'vv>v fdde',
  'i64x2.extmul_high_i32x4_u': 'vv>v fddf',
  'f32x4.abs': 'v>v fde0',
  'f32x4.sqrt': 'v>v fde3',
  'f32x4.add': 'vv>v fde4',
  'f32x4.sub': 'vv>v fde5',
  'f32x4.mul': 'vv>v fde6',
  'f32x4.div': 'vv>v fde7',
  'f32x4.pmin': 'vv>v fdea',
  'f32x4.pmax': 'vv>v fdeb',
  'f64x2.abs': 'v>v fdec',
  'f64x2.sqrt': 'v>v fdef',
  'f64x2.add': 'vv>v fdf0',
  'f64x2.sub': 'vv>v fdf1',
  'f64x2.mul': 'vv>v fdf2',
  'f64x2.div': 'vv>v fdf3',
  'f64x2.pmin': 'vv>v fdf6',
  'f64x2.pmax': 'vv>v fdf7',
  'i32x4.trunc_sat_f32x4_s': 'v>v fdf8',
  'f32x4.convert_i32x4_s': 'v>v fdfa',
  'f32x4.convert_i32x4_u': 'v>v fdfb',
  'i32x4.trunc_sat_f64x2_s_zero': 'v>v fdfc',
  'f64x2.convert_low_i32x4_s': 'v>v fdfe',
  'f64x2.convert_low_i32x4_u': 'v>v fdff',
} as const;

const bytes = { 'i8x16.shuffle': 'vv>v fd0d' } as const;

/** Instructions without anything after their code. */
export type PlainName = keyof typeof plain | keyof typeof simd;
export type MemoryName = keyof typeof memory;
export type AtomicName = keyof typeof atomic;
export type InstructionName =
  | PlainName
  | MemoryName
  | AtomicName
  | keyof typeof memoryLane
  | keyof typeof lane
  | keyof typeof bytes;

function parsed(rows: Readonly<Record<string, string>>, immediate: Immediate): [string, Instruction][] {
  return Object.entries(rows).map(([name, row]) => {
    const [, operands = '', result = '', code = ''] = /^(\w*)>(\w*) (\w+)$/.exec(row) ?? [];
    return [
      name,
      {
        operands: [...operands].map((letter) => letters[letter]!),
        result: letters[result],
        code: codeOf(code),
        immediate,
      },
    ];
  });
}

/** One byte; or a prefix and a number, which is written in groups of seven bits. */
function codeOf(text: string): number[] {
  const first = Number.parseInt(text.slice(0, 2), 16);
  if (text.length === 2) return [first];
  const second = Number.parseInt(text.slice(2), 16);
  return second < 0x80 ? [first, second] : [first, (second & 0x7f) | 0x80, second >> 7];
}

const table = new Map<string, Instruction>([
  ...parsed(plain, 'none'),
  ...parsed(memory, 'memory'),
  ...parsed(atomic, 'atomic'),
  ...parsed(memoryLane, 'memory-lane'),
  ...parsed(lane, 'lane'),
  ...parsed(simd, 'none'),
  ...parsed(bytes, 'bytes'),
]);

export function instruction(name: InstructionName): Instruction {
  return table.get(name)!;
}

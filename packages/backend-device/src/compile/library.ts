// Functions that every generated shader may call, as WGSL text.

/** Keeps a compiler from contracting or reordering: it can't know that `h.zero` is 0. */
const kept = `
fn kept(v: f32) -> f32 { return bitcast<f32>(bitcast<u32>(v) ^ h.zero); }`;

const exponents = `
fn exponent_of(x: f32) -> f32 { return f32(i32((bitcast<u32>(x) >> 23u) & 0xffu) - 127); }

fn power_of_two(x: f32) -> f32 {
  if ((bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u) { return x; }
  let e = i32(select(select(x, 127.0, x > 127.0), -126.0, x < -126.0));
  return bitcast<f32>(u32(e + 127) << 23u);
}`;

// Philox 4x32-10, as in @rp/dynamics. The upper half of a product comes from four products of halves.
const philox = `
fn multiply_high(a: u32, b: u32) -> u32 {
  let a1 = a >> 16u; let a0 = a & 0xffffu;
  let b1 = b >> 16u; let b0 = b & 0xffffu;
  let middle = a1 * b0 + ((a0 * b0) >> 16u);
  let carry = a0 * b1 + (middle & 0xffffu);
  return a1 * b1 + (middle >> 16u) + (carry >> 16u);
}

fn philox(counter: vec4u) -> vec4u {
  var c = counter;
  var k = vec2u(h.key0, h.key1);
  for (var round = 0u; round < 10u; round++) {
    let high0 = multiply_high(0xd2511f53u, c.x);
    let high1 = multiply_high(0xcd9e8d57u, c.z);
    c = vec4u(high1 ^ c.y ^ k.x, 0xcd9e8d57u * c.z, high0 ^ c.w ^ k.y, 0xd2511f53u * c.x);
    k = k + vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

fn uniform_of(word: u32) -> f32 { return (number_of(word) + 0.5) * 2.3283064365386963e-10f; }`;

const numbers = `
// Two exact halves and one rounded sum: a conversion of the whole word may be off by an ulp.
fn number_of(word: u32) -> f32 { return f32(word >> 16u) * 65536.0 + f32(word & 0xffffu); }`;

const integers = `
fn int32_of(x: f32) -> i32 {
  if ((bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x < -2147483648.0) { return i32(-2147483648); }
  return i32(x);
}`;

// Votes of a block of a search: a word for 32 lanes, a quarter of `width` words in all. `count_votes` turns their numbers
// into sums over all words up to each. All lanes call these together, but for `vote` and `votes_before`.
const votes = `
var<workgroup> votes: array<atomic<u32>, width>;
var<workgroup> tally: array<u32, width>;

fn clear_votes(lane: u32) {
  if (lane < width / 4u) { atomicStore(&votes[lane], 0u); }
  workgroupBarrier();
}

fn vote(lane: u32, round: u32) {
  atomicOr(&votes[round * (width / 32u) + (lane >> 5u)], 1u << (lane & 31u));
}

fn count_votes(lane: u32) -> u32 {
  workgroupBarrier();
  let words = width / 4u;
  if (lane < words) { tally[lane] = countOneBits(atomicLoad(&votes[lane])); }
  workgroupBarrier();
  for (var reach = 1u; reach < words; reach *= 2u) {
    var more = 0u;
    if (lane >= reach && lane < words) { more = tally[lane - reach]; }
    workgroupBarrier();
    if (lane < words) { tally[lane] += more; }
    workgroupBarrier();
  }
  return tally[words - 1u];
}

fn votes_before(lane: u32, round: u32) -> u32 {
  let word = round * (width / 32u) + (lane >> 5u);
  let all = atomicLoad(&votes[word]);
  return tally[word] - countOneBits(all >> (lane & 31u));
}`;

const pieces = {
  kept,
  power_of_two: exponents,
  exponent_of: exponents,
  int32_of: integers,
  uniform_of: philox,
  number_of: numbers,
  count_votes: votes,
  atomicLoad: votes,
};

/** The functions that some code calls. */
export function libraryFor(code: string): string[] {
  const all = code.includes('uniform_of(') ? `${code} number_of(` : code;
  const used = Object.entries(pieces).filter(([name]) => all.includes(`${name}(`));
  return [...new Set(used.map(([, text]) => text))].flatMap((text) => text.split('\n'));
}

// Numbers as Python and NumPy print them. JavaScript finds the same shortest digits; only the layout differs.

/** A double as Python's `repr` prints it: `1.0`, `0.1`, `1e-05`, `1e+16`, `nan`, `inf`. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const { sign, digits, exponent } = shortest(value);
  if (exponent < -4 || exponent >= 16) return sign + scientific(digits, exponent);
  const [whole, fraction] = positional(digits, exponent);
  return `${sign}${whole}.${fraction || '0'}`;
}

/** A vector as NumPy prints it on one line: `[ 1.   2.5  -3.  ]`. */
export function numpyRow(values: ArrayLike<number>): string {
  const row = Array.from(values);
  const entries = needsExponent(row) ? exponentEntries(row) : positionalEntries(row);
  return `[${entries.join(' ')}]`;
}

interface Digits {
  readonly sign: string;
  /** The significant digits, without trailing zeros (`'0'` for zero). */
  readonly digits: string;
  /** The decimal exponent of the first digit. */
  readonly exponent: number;
}

function shortest(value: number, decimals?: number): Digits {
  const [mantissa, exponent] = Math.abs(value).toExponential(decimals).split('e') as [string, string];
  return {
    sign: value < 0 || Object.is(value, -0) ? '-' : '',
    digits: mantissa.replace('.', '').replace(/(?!^)0+$/, ''),
    exponent: Number(exponent),
  };
}

/** The digits before and after the point. */
function positional(digits: string, exponent: number): [string, string] {
  if (exponent < 0) return ['0', digits === '0' ? '' : '0'.repeat(-exponent - 1) + digits];
  return [digits.slice(0, exponent + 1).padEnd(exponent + 1, '0'), digits.slice(exponent + 1)];
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${digits[0]}${fraction}e${exponentText(exponent)}`;
}

function exponentText(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** NumPy's rule for switching a whole vector to exponents; zeros and values that are not finite don't count. */
function needsExponent(row: readonly number[]): boolean {
  const magnitudes = row.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  if (magnitudes.length === 0) return false;
  const largest = Math.max(...magnitudes);
  const smallest = Math.min(...magnitudes);
  return largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000;
}

const DECIMALS = 8;

function positionalEntries(row: readonly number[]): string[] {
  return align(row, (value) => {
    const { sign, digits, exponent } = shortest(value);
    const [whole, fraction] = positional(digits, exponent);
    if (fraction.length <= DECIMALS) return [`${sign}${whole}.`, fraction];
    const [rounded, decimals] = Math.abs(value).toFixed(DECIMALS).split('.') as [string, string];
    return [`${sign}${rounded}.`, decimals.replace(/0+$/, '')];
  });
}

function exponentEntries(row: readonly number[]): string[] {
  const parts = row.map((value) => {
    const exact = shortest(value);
    return exact.digits.length - 1 > DECIMALS ? shortest(value, DECIMALS) : exact;
  });
  const finite = parts.filter((_, i) => Number.isFinite(row[i]));
  const decimals = Math.max(0, ...finite.map(({ digits }) => digits.length - 1));
  const width = Math.max(...finite.map(({ exponent }) => exponentText(exponent).length));
  return align(row, (_, i) => {
    const { sign, digits, exponent } = parts[i]!;
    const power = exponentText(exponent);
    const padded = power[0] + power.slice(1).padStart(width - 1, '0');
    return [`${sign}${digits[0]}.`, `${digits.slice(1).padEnd(decimals, '0')}e${padded}`];
  });
}

/** Pads the entries so that their points stand below each other. */
function align(row: readonly number[], split: (value: number, i: number) => [string, string]): string[] {
  const parts = row.map((value, i) => (Number.isFinite(value) ? split(value, i) : undefined));
  const left = Math.max(0, ...parts.map((part) => part?.[0].length ?? 0));
  const right = Math.max(0, ...parts.map((part) => part?.[1].length ?? 0));
  const odd = Math.max(0, ...row.map((v) => (Number.isFinite(v) ? 0 : notFinite(v).length)));
  const lead = Math.max(left, odd - right);
  return parts.map((part, i) =>
    part ? part[0].padStart(lead) + part[1].padEnd(right) : notFinite(row[i]!).padStart(lead + right),
  );
}

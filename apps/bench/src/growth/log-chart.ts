// Charts with both axes logarithmic, side by side, as SVG. Only what growth needs: lines, powers of ten, names.

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
}

const [width, height] = [420, 340];
const box = { left: 58, right: 16, top: 40, bottom: 46 };
const colours = ['#2563eb', '#d97706', '#059669', '#7c3aed'];

/** The charts in one row; all share the range of the vertical axis. */
export function chartsSvg(charts: readonly Chart[]): string {
  const ys = charts.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([, y]) => y)));
  const range = decades(ys);
  const parts = charts.map(
    (chart, at) => `<g transform="translate(${at * width} 0)">${chartParts(chart, range)}</g>`,
  );
  const size = `width="${charts.length * width}" height="${height}"`;
  const style = 'font-family="DejaVu Sans, sans-serif" font-size="12" fill="#222"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}><rect ${size} fill="#fff"/>${parts.join('')}</svg>\n`;
}

type Range = readonly [from: number, to: number];

/** The powers of ten around some numbers, as exponents. */
function decades(values: readonly number[]): Range {
  const exponents = values.map(Math.log10);
  const [from, to] = [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))];
  return [from, Math.max(to, from + 1)];
}

function chartParts({ title, xLabel, yLabel, lines }: Chart, yRange: Range): string {
  const xRange = decades(lines.flatMap(({ points }) => points.map(([x]) => x)));
  const x = (value: number) => box.left + share(value, xRange) * (width - box.left - box.right);
  const y = (value: number) => height - box.bottom - share(value, yRange) * (height - box.top - box.bottom);
  return [
    `<text x="${width / 2}" y="22" text-anchor="middle" font-size="14">${title}</text>`,
    ...exponents(xRange).map(
      (power) =>
        `${rule(x(power), box.top, x(power), height - box.bottom)}<text x="${x(power)}" y="${height - box.bottom + 18}" text-anchor="middle">${power}</text>`,
    ),
    ...exponents(yRange).map(
      (power) =>
        `${rule(box.left, y(power), width - box.right, y(power))}<text x="${box.left - 8}" y="${y(power) + 4}" text-anchor="end">${power}</text>`,
    ),
    `<text x="${width / 2}" y="${height - 8}" text-anchor="middle">${xLabel}</text>`,
    `<text x="12" y="${box.top - 10}">${yLabel}</text>`,
    ...lines.map((line, at) => linePart(line, at, x, y)),
  ].join('');
}

function share(value: number, [from, to]: Range): number {
  return (Math.log10(value) - from) / (to - from);
}

function exponents([from, to]: Range): number[] {
  return Array.from({ length: to - from + 1 }, (_, step) => Number(`1e${from + step}`));
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`;
}

function linePart(
  { label, points }: Line,
  at: number,
  x: (v: number) => number,
  y: (v: number) => number,
): string {
  const colour = colours[at % colours.length]!;
  const places = points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`);
  const dots = places.map((place) => {
    const [cx, cy] = place.split(',');
    return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
  });
  const key = `<text x="${box.left + 10}" y="${box.top + 16 + 16 * at}" fill="${colour}">${label}</text>`;
  return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${key}`;
}

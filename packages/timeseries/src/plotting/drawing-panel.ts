// A panel of a drawing: the lines and points that `plot` of series gives, within the limits that it names.
import type { PlotData, PlotLine } from '../plot.ts';
import { axisName, type Content, emptyNote, type Part, type Place, shapes, text } from './axes.ts';
import { channelColour } from './colours.ts';
import { lineOfDrawing } from './lines.ts';
import type { Box } from './panel.ts';
import { type Marks, markedPixels, pathOfMarks } from './point-marks.ts';
import { traces, valueAxis } from './trace-panel.ts';

/** Lines of one name have one colour each while there is one name only; else the colour tells the name. */
export function drawingContent(drawing: PlotData, place: Place): Content {
  const names = namesOf(drawing);
  const colourOf = (label: string, number: number) =>
    channelColour(names.length > 1 ? names.indexOf(label) : number);
  const { lines, points } = drawing;
  const traced = traces(lines.map(lineOfDrawing), place, (i) => colourOf(lines[i]!.label, i));
  const [low, high] = drawing.ylim ?? extentOf([...lines, ...points]);
  const marks: Marks = { ...place, low, high };
  const clouds = points.map((cloud) => pathOfMarks(markedPixels(cloud, marks), marks));
  const isEmpty = traced.isEmpty && clouds.every((path) => path === '');
  return {
    yAxis: { ...valueAxis(isEmpty), min: low, max: high, ...axisName(drawing.ylabel) },
    series: [...traced.series, ...clouds.flatMap((path, i) => cloudShape(path, i))],
    graphic: isEmpty ? [emptyNote('nothing', place.box)] : legend(names, place.box),
  };

  function cloudShape(path: string, i: number): Part[] {
    if (path === '') return [];
    const style = { fill: colourOf(points[i]!.label, lines.length + i) };
    return [shapes(place.index, place.window, [{ type: 'path', shape: { pathData: path }, style }])];
  }
}

/** The names of a drawing's lines and points, each once. */
export function namesOf({ lines, points }: PlotData): string[] {
  return [...new Set([...lines, ...points].map(({ label }) => label))];
}

/** The limits of all finite values with a margin; 0 and 1 if there are none. */
function extentOf(parts: readonly PlotLine[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { y } of parts) {
    for (const value of y) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return [0, 1];
  const margin = (high - low) * 0.05 || Math.abs(low) || 1;
  return [low - margin, high + margin];
}

function legend(names: readonly string[], box: Box): Part[] {
  if (names.length < 2) return [];
  const shown = names.slice(0, Math.max(Math.floor(box.height / 24), 1));
  return shown.map((name, i) =>
    text(name, {
      x: box.x + box.width + 14,
      y: box.y + 10 + 24 * i,
      fill: channelColour(i),
      fontWeight: 'bold',
      width: 100,
      overflow: 'truncate',
    }),
  );
}

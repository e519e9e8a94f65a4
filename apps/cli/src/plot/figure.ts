// A figure: panels above each other that share (or don't share) a time axis. It is described as a Vega
// specification, which Vega turns into SVG without a browser. What is inside a panel is the matter of *-panel.ts.
import type { Axis, GroupMark, Legend, Mark, Scale, Spec } from 'vega';
import { colours, fontFamily, fontSizes } from './theme.ts';

/** Seconds from the left to the right edge. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** The inside of a panel in pixels. */
export interface Area {
  readonly width: number;
  readonly height: number;
}

/** What a panel contributes; scales called `x` (time) and those that are defined here can be used in marks. */
export interface PanelContent {
  readonly scales: readonly Scale[];
  readonly axes: readonly Axis[];
  readonly marks: readonly Mark[];
  readonly legends?: readonly Legend[] | undefined;
}

export interface Panel {
  readonly title: string;
  /** What is said behind the title, in grey. */
  readonly note?: string | undefined;
  /** Height relative to the other panels. */
  readonly share: number;
  readonly span: TimeSpan;
  /** Whether numbers stand below; a panel without them has the time of the next one. */
  readonly timeAxis: boolean;
  readonly content: (area: Area) => PanelContent;
}

export interface Figure {
  readonly title: string;
  readonly subtitle?: string | undefined;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly panels: readonly Panel[];
}

const margin = { left: 96, right: 40, top: 28, bottom: 24, legend: 96 } as const;
const panelTitleHeight = 34;
const timeAxisHeight = 56;

/** The figure as the text of an SVG file. */
export async function drawSvg(figure: Figure): Promise<string> {
  const { parse, View } = await import('vega');
  const view = new View(parse(specOf(figure)), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function specOf(figure: Figure): Spec {
  const { width, height, title, subtitle } = figure;
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    description: title,
    width,
    height,
    padding: 0,
    autosize: 'none',
    background: 'white',
    config: { style: {}, axis: axisStyle, legend: legendStyle },
    marks: [
      ...heading(title, margin.top + fontSizes.title * 0.8, fontSizes.title, 600, colours.ink),
      ...heading(
        subtitle ?? '',
        margin.top + fontSizes.title + fontSizes.subtitle,
        fontSizes.subtitle,
        400,
        colours.muted,
      ),
      ...panelGroups(figure),
    ],
  };
}

const axisStyle = {
  labelFont: fontFamily,
  titleFont: fontFamily,
  labelFontSize: fontSizes.axis,
  titleFontSize: fontSizes.axis,
  titleFontWeight: 400,
  labelColor: colours.muted,
  titleColor: colours.ink,
  domainColor: colours.frame,
  tickColor: colours.frame,
  gridColor: colours.grid,
  labelPadding: 6,
} as const;

const legendStyle = {
  labelFont: fontFamily,
  titleFont: fontFamily,
  labelFontSize: fontSizes.axis - 1,
  titleFontSize: fontSizes.axis - 1,
  titleFontWeight: 400,
  labelColor: colours.muted,
  titleColor: colours.ink,
} as const;

function heading(text: string, y: number, fontSize: number, fontWeight: number, colour: string): Mark[] {
  if (text === '') return [];
  return [textMark({ text, x: margin.left, y, fontSize, fontWeight, colour })];
}

export interface TextOptions {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly fontSize?: number | undefined;
  readonly fontWeight?: number | undefined;
  readonly colour?: string | undefined;
  readonly align?: 'left' | 'center' | 'right' | undefined;
  readonly baseline?: 'alphabetic' | 'middle' | undefined;
}

export function textMark(options: TextOptions): Mark {
  const { text, x, y, fontSize = fontSizes.axis, fontWeight = 400, colour = colours.muted } = options;
  return {
    type: 'text',
    encode: {
      enter: {
        text: { value: text },
        x: { value: x },
        y: { value: y },
        font: { value: fontFamily },
        fontSize: { value: fontSize },
        fontWeight: { value: fontWeight },
        fill: { value: colour },
        align: { value: options.align ?? 'left' },
        baseline: { value: options.baseline ?? 'alphabetic' },
      },
    },
  };
}

function panelGroups({ panels, width, height, subtitle, title }: Figure): GroupMark[] {
  const headingHeight = (title ? fontSizes.title + 14 : 0) + (subtitle ? fontSizes.subtitle + 12 : 0);
  const fixed = panels.reduce(
    (sum, panel) => sum + panelTitleHeightOf(panel) + (panel.timeAxis ? timeAxisHeight : 0),
    margin.top + headingHeight + margin.bottom,
  );
  const shares = panels.reduce((sum, { share }) => sum + share, 0);
  const area = { width: width - margin.left - margin.right - margin.legend };
  let y = margin.top + headingHeight;
  return panels.map((panel) => {
    y += panelTitleHeightOf(panel);
    const panelHeight = Math.max(8, Math.round(((height - fixed) * panel.share) / shares));
    const group = panelGroup(panel, { ...area, height: panelHeight }, y);
    y += panelHeight + (panel.timeAxis ? timeAxisHeight : 0);
    return group;
  });
}

function panelTitleHeightOf({ title }: Panel): number {
  return title === '' ? 12 : panelTitleHeight;
}

/** Marks are clipped to the panel; axes, legends and the title lie outside of it. */
function panelGroup(panel: Panel, area: Area, y: number): GroupMark {
  const { scales, axes, marks, legends = [] } = panel.content(area);
  const { from, to } = panel.span;
  const time: Scale = { name: 'x', type: 'linear', domain: [from, to], range: [0, area.width], nice: false };
  return {
    type: 'group',
    encode: {
      enter: {
        x: { value: margin.left },
        y: { value: y },
        width: { value: area.width },
        height: { value: area.height },
      },
    },
    scales: [time, ...scales],
    axes: [timeAxisOf(panel.timeAxis), ...axes],
    legends: [...legends],
    marks: [
      { type: 'group', clip: true, encode: { enter: sizeOf(area) }, marks: [...marks] },
      ...panelTitle(panel),
    ],
  };
}

function sizeOf({ width, height }: Area) {
  return { width: { value: width }, height: { value: height }, stroke: { value: colours.frame } };
}

function timeAxisOf(shown: boolean): Axis {
  const base: Axis = { scale: 'x', orient: 'bottom', tickCount: 8, domain: false };
  return shown
    ? { ...base, title: 'time (s)', titlePadding: 8, labelFlush: false }
    : { ...base, labels: false, ticks: false };
}

function panelTitle({ title, note }: Panel): Mark[] {
  if (title === '') return [];
  const name: Mark = textMark({
    text: title,
    x: 0,
    y: -11,
    fontSize: fontSizes.panel,
    fontWeight: 600,
    colour: colours.ink,
  });
  if (note === undefined) return [name];
  return [name, textMark({ text: note, x: titleWidth(title) + 14, y: -11, fontSize: fontSizes.axis })];
}

/** Without a font at hand the width of a text is an estimate: the average of Inter's semibold letters. */
function titleWidth(text: string): number {
  return text.length * fontSizes.panel * 0.56;
}

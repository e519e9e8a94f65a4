// Where the panels go on the page.
import { fail } from '../error.ts';
import { namesOf } from './drawing-panel.ts';
import { type Box, FEW_CHANNELS, type Panel } from './panel.ts';

/** Where titles and time axes start. */
export const LEFT = 120;
/** Beside the panels: names and colour bars, or only half a label of the time axis. */
const RIGHT = 150;
const NARROW_RIGHT = 40;
const PANEL_TITLE = 40;
const GAP = 18;
const TIME_AXIS = 76;
const LEAST_HEIGHT = 20;

/** The boxes of the axes, from top to bottom. Rasters of few channels get less height. */
export function placePanels(
  panels: readonly Panel[],
  width: number,
  height: number,
  hasTitle: boolean,
): Box[] {
  if (panels.length === 0)
    throw fail('ValueError', 'plot-panels', 'a figure needs at least one panel, got none');
  const right = panels.some(needsRoomBeside) ? RIGHT : NARROW_RIGHT;
  const top = hasTitle ? 70 : 14;
  const room = height - top - TIME_AXIS - panels.length * PANEL_TITLE - (panels.length - 1) * GAP;
  const weights = panels.map(weightOf);
  const unit = room / weights.reduce((sum, weight) => sum + weight, 0);
  if (!(unit * Math.min(...weights) >= LEAST_HEIGHT && width - LEFT - right >= 100)) {
    throw fail(
      'ValueError',
      'plot-size',
      `${width} x ${height} pixels have no room for ${panels.length} panels; ask for a larger figure or fewer panels`,
    );
  }
  let y = top;
  return weights.map((weight) => {
    const box = {
      x: LEFT,
      y: Math.round(y + PANEL_TITLE),
      width: Math.round(width - LEFT - right),
      height: Math.floor(weight * unit),
    };
    y += PANEL_TITLE + weight * unit + GAP;
    return box;
  });
}

function needsRoomBeside(panel: Panel): boolean {
  if (panel.kind === 'drawing') return namesOf(panel.drawing).length > 1;
  const { kind, series, channelNames } = panel;
  return kind === 'heatmap' || (kind === 'trace' && (series.numChannels > 1 || channelNames !== undefined));
}

function weightOf(panel: Panel): number {
  if (panel.share !== undefined) return panel.share;
  if (panel.kind !== 'raster' || panel.series.numChannels > FEW_CHANNELS) return 1;
  return 0.35 + 0.08 * panel.series.numChannels;
}

// A panel of events: one row of ticks per channel.
import type { TSEvent } from '../ts-event.ts';
import { type Content, channelAxis, emptyNote, namedRows, type Place, shapes } from './axes.ts';
import { channelColour, INK } from './colours.ts';
import { FEW_CHANNELS, type SeriesPanel } from './panel.ts';
import { rasterPaths } from './raster-marks.ts';

/** Named and coloured rows, channel 0 at the top, for few channels; else numbers, channel 0 at the bottom. */
export function rasterContent(panel: SeriesPanel, source: TSEvent, { index, box, window }: Place): Content {
  const paths = rasterPaths(source, window, box);
  const few = source.numChannels <= FEW_CHANNELS;
  const isEmpty = paths.every((path) => path === '');
  return {
    yAxis: few ? namedRows(panel, source.numChannels) : channelAxis(source.numChannels),
    series: paths
      .map((path, row) =>
        shapes(index, window, [
          { type: 'path', shape: { pathData: path }, style: { fill: few ? channelColour(row) : INK } },
        ]),
      )
      .filter((_, row) => paths[row] !== ''),
    graphic: isEmpty ? [emptyNote('no events', box)] : [],
  };
}

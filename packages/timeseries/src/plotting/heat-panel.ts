// A panel of many channels as colours, with the scale beside it.
import { TSContinuous } from '../ts-continuous.ts';
import { type Content, channelAxis, emptyNote, type Part, type Place, shapes, text } from './axes.ts';
import { INK } from './colours.ts';
import { heatCells, withLimits } from './heat-cells.ts';
import { colourBarImage, heatImage } from './heat-image.ts';
import type { Box, SeriesPanel } from './panel.ts';
import { shortNumber } from './ticks.ts';

/** Channel 0 at the bottom; grey where there is no value. */
export function heatContent(panel: SeriesPanel, { index, box, window }: Place): Content {
  const cells = withLimits(heatCells(panel.series, window, box.width));
  const isEmpty = Number.isNaN(cells.low);
  const image = () => ({ image: heatImage(cells, box.width, box.height), ...box });
  return {
    yAxis: channelAxis(panel.series.numChannels, panel.channelNames),
    series: isEmpty ? [] : [shapes(index, window, [{ type: 'image', style: image() }])],
    graphic: isEmpty ? [emptyNote('no values', box)] : colourBar(panel, cells.low, cells.high, box),
  };
}

function colourBar(panel: SeriesPanel, low: number, high: number, box: Box): Part[] {
  const { series } = panel;
  const unit = panel.unit ?? (series instanceof TSContinuous ? series.units : 'events/s');
  const x = box.x + box.width + 16;
  const label = (value: number, y: number) =>
    text(shortNumber(value, high - low), { x: x + 26, y, fill: INK });
  return [
    {
      type: 'image',
      style: { image: colourBarImage(18, box.height), x, y: box.y, width: 18, height: box.height },
    },
    label(high, box.y + 8),
    ...(box.height > 80 ? [label((low + high) / 2, box.y + box.height / 2)] : []),
    label(low, box.y + box.height - 8),
    ...(unit ? [text(`[${unit}]`, { x, y: box.y - 16, fill: INK })] : []),
  ];
}

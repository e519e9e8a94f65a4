// The panel that suits a series, for a figure nobody has laid out.
import { TSContinuous } from '../ts-continuous.ts';
import type { TSEvent } from '../ts-event.ts';
import { FEW_CHANNELS, type SeriesPanel } from './panel.ts';

/** Events as a raster; up to eight signals as traces, more as a heat map. */
export function panelsFor(series: TSContinuous | TSEvent): SeriesPanel[] {
  if (!(series instanceof TSContinuous)) {
    return [{ title: titleOf(series, 'events'), series, kind: 'raster' }];
  }
  const kind = series.numChannels > FEW_CHANNELS ? 'heatmap' : 'trace';
  return [{ title: titleOf(series, 'signal'), series, kind }];
}

function titleOf(series: TSContinuous | TSEvent, otherwise: string): string {
  const channels = series.numChannels === 1 ? '1 channel' : `${series.numChannels} channels`;
  const name = series.name === 'unnamed' || series.name === '' ? otherwise : series.name;
  return `${name} (${channels})`;
}

// rp plot: a picture of a series.
import { TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { toPNG, toSVG } from '@rp/timeseries/plot';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { sayWritten, writeWhole } from '../output-file.ts';

export function addPlot(program: Command): void {
  program
    .command('plot <series.npz>')
    .description('Draws a series: traces of a signal, or a raster of events.')
    .requiredOption('-o, --output <file>', 'an .svg or .png file')
    .option('--title <text>', 'a headline; default: none but the name of the series')
    .addHelpText('after', '\nExample:\n  rp plot spikes.npz -o spikes.png')
    .action(async (path: string, settings: { output: string; title?: string }) => {
      const { output, title } = settings;
      if (!/\.(svg|png)$/.test(output))
        throw new UsageError(`-o needs a name that ends in .svg or .png, got ${output}`);
      const series = await TimeSeries.load(path);
      if (!(series instanceof TSContinuous || series instanceof TSEvent))
        throw new Error(`${path} holds no signal and no events`);
      const options = { title };
      await writeWhole(
        output,
        output.endsWith('.svg') ? await toSVG(series, options) : await toPNG(series, options),
      );
      sayWritten(output, (settings as { json?: boolean }).json);
    });
}

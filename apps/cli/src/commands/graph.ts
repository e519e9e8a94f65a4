// rp graph: the computational graph of a layer.
import { graphToDot, graphToJSON, graphToMermaid } from '@rp/graph';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { openLayer } from '../layer-file.ts';
import { sayWritten, writeWhole } from '../output-file.ts';

const writers = {
  json: (graph: Parameters<typeof graphToJSON>[0]) => JSON.stringify(graphToJSON(graph), null, 2),
  dot: (graph: Parameters<typeof graphToDot>[0]) => graphToDot(graph),
  mermaid: (graph: Parameters<typeof graphToMermaid>[0]) => graphToMermaid(graph),
} as const;

export function addGraph(program: Command): void {
  program
    .command('graph <layer.json>')
    .description('Writes the computational graph of a layer.')
    .option('--format <format>', 'json, dot or mermaid', 'json')
    .option('-o, --output <file>', 'default: standard output')
    .addHelpText('after', '\nExample:\n  rp graph layer.json --format mermaid')
    .action(async (path: string, options: { format: string; output?: string }) => {
      const { format, output } = options;
      const { json } = options as { json?: boolean };
      if (!Object.hasOwn(writers, format))
        throw new UsageError(`--format is json, dot or mermaid, got ${format}`);
      const text = writers[format as keyof typeof writers]((await openLayer(path)).asGraph());
      if (output === undefined) {
        const isObject = format === 'json';
        process.stdout.write(`${json && !isObject ? JSON.stringify({ format, text }) : text}\n`);
        return;
      }
      await writeWhole(output, `${text}\n`);
      sayWritten(output, json);
    });
}

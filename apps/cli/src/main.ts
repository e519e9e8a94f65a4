// The command line `rp`. What each command does is in commands/; here: what all have in common.
import { setMessageHandlers } from '@rp/errors';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addBackends } from './commands/backends.ts';
import { addDemo } from './commands/demo.ts';
import { addEvolve } from './commands/evolve.ts';
import { addGraph } from './commands/graph.ts';
import { addPlot } from './commands/plot.ts';
import { exitCodeOf, explain } from './failure.ts';

const program = new Command('rp')
  .description(
    'Timed modules for spiking and rate networks: evolve layers over recordings, export graphs, plot series.',
  )
  .version(manifest.version)
  .addHelpText('after', '\nExit codes: 0 fine, 1 the work failed, 2 bad usage, 130 stopped by Ctrl-C.');
for (const add of [addEvolve, addGraph, addPlot, addBackends, addDemo]) add(program);
for (const command of [program, ...program.commands]) {
  command.exitOverride();
  command.configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'rp: ')) });
}
for (const command of program.commands) {
  command.option('--json', 'print one JSON object for programs instead of text for people');
  command.option('--verbose', 'show where an error came from');
}

const toStandardError = (message: string) => {
  process.stderr.write(`${message}\n`);
};
setMessageHandlers({ warn: toStandardError, notice: toStandardError });

// A reader that has seen enough (`rp … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.exitCode = exitCodeOf(error);
    toStandardError(explain(error, process.argv.includes('--verbose')));
  }
}

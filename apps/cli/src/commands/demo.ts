// rp demo ecg: a real recording through a chain of timed modules.
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { interruptible } from '../interrupt.ts';
import { type TargetOptions, targetOf, withTarget } from '../run-target.ts';

interface DemoOptions extends TargetOptions {
  readonly out: string;
}

export function addDemo(program: Command): void {
  withTarget(program.command('demo <name>'))
    .description('Runs a demonstration: ecg.')
    .option('--out <folder>', 'where the files go', 'out/ecg')
    .action(async (name: string, options: DemoOptions) => {
      if (name !== 'ecg') throw new UsageError(`there is no demo ${name}; there is ecg`);
      const target = await targetOf(options);
      // With it comes the plotting library, which the other commands needn't wait for.
      const { ecgDemo } = await import('../demo/ecg.ts');
      const { json } = options as { json?: boolean };
      const say = json ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
      const report = await interruptible((signal) => ecgDemo({ out: options.out, target, signal, say }));
      if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
    });
}

// rp backends: what can run here, and why not.
import type { Command } from 'commander';
import { probeAll } from '../backends.ts';

export function addBackends(program: Command): void {
  program
    .command('backends')
    .description('Says which backends can run here, and why the others cannot.')
    .action(async ({ json }: { json?: boolean }) => {
      const probes = await probeAll();
      if (json) {
        process.stdout.write(`${JSON.stringify(probes)}\n`);
        return;
      }
      for (const [name, probe] of Object.entries(probes)) {
        const what = probe.available ? `yes  ${probe.summary}` : `no   ${probe.reason} ${probe.remedy}`;
        process.stdout.write(`${name.padEnd(8)}${what}\n`);
        const notes = probe.available ? (probe.notes ?? []) : [];
        for (const note of notes) process.stdout.write(`${''.padEnd(13)}${note}\n`);
      }
    });
}

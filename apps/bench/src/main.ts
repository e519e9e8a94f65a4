// pnpm bench: see command.ts; pnpm bench device: see device/command.ts.
import { runCommand } from './command.ts';
import { runDeviceCommand } from './device/command.ts';

const [first, ...others] = process.argv.slice(2);
process.exitCode = await (first === 'device' ? runDeviceCommand(others) : runCommand(process.argv.slice(2)));

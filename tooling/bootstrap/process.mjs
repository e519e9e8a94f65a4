// Running other programs from the repository's root: exit codes and signals pass through, both ways.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Ends with one line on standard error. */
export function die(message, code = 1) {
  console.error(`[rp] ${message}`);
  process.exit(code);
}

/** Runs a program in the foreground and gives its exit code, 128 + n where signal n ended it. */
export async function run(command, args, env = {}) {
  const { code } = await finished(launch(command, args, { env, stdio: 'inherit' }), command);
  return code;
}

/** Runs a program without showing anything; gives its exit code and all that it printed. */
export async function capture(command, args, env = {}) {
  const child = launch(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const { code } = await finished(child, command);
  return { code, output: Buffer.concat(chunks).toString().trim() };
}

function launch(command, args, { env, stdio }) {
  const settings = { TURBO_TELEMETRY_DISABLED: '1', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
  return spawn(command, args, {
    cwd: root,
    stdio,
    env: { ...process.env, ...settings, ...env },
    // On Windows npm and pnpm are command files, which only a shell can run.
    shell: process.platform === 'win32' && command !== process.execPath,
  });
}

/** Waits for a child. Once it is gone, whoever was asked to stop stops too, with the child's exit code. */
function finished(child, command) {
  let received;
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const listener = () => {
      received = signal;
      // A terminal sends Ctrl-C to the child as well; other signals come to us alone and are handed on.
      if (signal !== 'SIGINT') child.kill(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return new Promise((resolve) => {
    const done = (code) => {
      for (const remove of listeners) remove();
      if (received) process.exit(code || exitCodeOf(received));
      resolve({ code });
    };
    child.on('error', (error) => {
      if (error.code !== 'ENOENT') console.error(`[rp] ${command} cannot be run: ${error.message}`);
      done(127);
    });
    child.on('close', (code, signal) => done(code ?? exitCodeOf(signal)));
  });
}

function exitCodeOf(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}

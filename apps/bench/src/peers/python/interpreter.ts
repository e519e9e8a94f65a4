// Which Python the peers run in, and in which environment: one thread, whatever a library calls it.

/** The Python to run; default: `python3`. */
const COMMAND = 'RP_BENCH_PYTHON';

export function pythonCommand(): string {
  return process.env[COMMAND] || 'python3';
}

/** What to do to have a Python with these packages. */
export function howToHave(packages: readonly string[]): string {
  return `${pythonCommand()} with ${packages.join(' and ')} is needed; ${COMMAND} names another Python`;
}

// OpenBLAS knows best which kernels suit the machine: whatever is set for it here would be measured too.
export const oneThread = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OPENBLAS_'))),
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  NUMBA_NUM_THREADS: '1',
};

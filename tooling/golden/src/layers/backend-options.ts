// What `--backend` and `--dtype` of the command line mean for the options of a layer.
import type { RunOptions } from '../golden-case.ts';
import { Waiting } from '../waiting.ts';

export function backendOptions({ backend, dtype }: RunOptions): Record<string, unknown> {
  if (backend !== undefined && backend !== 'js') throw new Waiting(`the backend ${backend}`);
  return dtype === undefined ? {} : { dtype };
}

import { errorFactory } from '@rp/errors';

/** The error factory of this package. */
export const fail = errorFactory('wasm');

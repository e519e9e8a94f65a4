import { errorFactory } from '@rp/errors';

/** The name under which this package speaks, in errors and warnings. */
export const PACKAGE = 'modules';

export const fail = errorFactory(PACKAGE);

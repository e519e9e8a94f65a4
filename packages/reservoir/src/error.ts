import { errorFactory } from '@rp/errors';

export const fail = errorFactory('reservoir');

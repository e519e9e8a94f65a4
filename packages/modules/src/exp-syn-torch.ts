// Exponential synapses under the name that the reference's torch backend has for them.
import { ExpSyn } from './exp-syn.ts';

/** {@link ExpSyn} under the reference's other name; they compute the same. */
export class ExpSynTorch extends ExpSyn {
  static override readonly className: string = 'ExpSynTorch';
}

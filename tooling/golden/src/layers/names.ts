// Python's names in the case files and the names of the library: the one place where they meet.
import { camelCase } from '@rp/layers-v1';

/** Names that are not the camelCase form of Python's. */
const otherNames: Readonly<Record<string, string>> = {
  I_syn: 'iSyn',
  I_syn_inp: 'iSynInp',
  I_syn_rec: 'iSynRec',
  I_s_S: 'iSynSlow',
  I_s_F: 'iSynFast',
  I_s_O: 'iSynOut',
};

/** `tau_syn` -> `tauSyn`, `_state` -> `state`. */
export function libraryName(name: string): string {
  return otherNames[name] ?? camelCase(name.replace(/^_+/, ''));
}

// Which attributes a family filter selects.
import type { AttributeEntry } from './core.ts';

/** One family, several (null: attributes without family), or null for no filter. */
export type Family = string | null | readonly (string | null)[];

/** Families that go by two names, in the reference's modules and here: either finds attributes of both. */
const spellings = [
  ['bias', 'biases'],
  ['threshold', 'thresholds'],
];

function isFamily(family: string | null, wanted: string | null): boolean {
  if (family === wanted) return true;
  return spellings.some((names) => names.includes(family ?? '') && names.includes(wanted ?? ''));
}

/** Whether submodules without a match still show up, as empty dictionaries: without a filter, and for an empty list. */
export function keepsEmptyBranches(family: Family): boolean {
  return family === null || (Array.isArray(family) && family.length === 0);
}

/** The names of the attributes of a kind and family; with several families those of the last one come first. */
export function namesInFamily(
  attributes: ReadonlyMap<string, AttributeEntry>,
  kind: string,
  family: Family,
): string[] {
  const ofKind = [...attributes].filter(([, entry]) => entry.kind === kind);
  if (family === null) return ofKind.map(([name]) => name);
  if (family === '') return [];
  const families = typeof family === 'string' ? [family] : [...family].reverse();
  const names = families.flatMap((wanted) =>
    ofKind.filter(([, entry]) => isFamily(entry.family, wanted)).map(([name]) => name),
  );
  return [...new Set(names)];
}

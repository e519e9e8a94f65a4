// The WGSL of searches. A vector is cut into runs of neighbouring elements. One thread counts what a run holds; then, when
// all have been counted, it knows where the entries of its run go, and lists them: so they are in ascending order.
import type { Search } from './search.ts';
import { block } from './text.ts';

/** What is special about one search, as WGSL. */
export interface SearchText {
  readonly search: Search;
  /** The number of elements. */
  readonly size: string;
  /** Whether the element `e` counts. */
  readonly isFound: string;
  /** Where the first entry of batch item `b` goes, as a list of its own. */
  readonly start: string;
  /** Lists element `e` as entry `at`. */
  readonly store: readonly string[];
  /** Where it is kept how many entries there are, or where they end. */
  readonly end: string;
}

/** Counts what the run `i` holds. */
export function countBody({ search: { key }, size, isFound }: SearchText): string[] {
  return [
    ...bounds(key, size, 'i'),
    'var found = 0u;',
    ...block('for (var e = begin; e < end; e++) {', [`if (${isFound}) { found++; }`], '}'),
    `list[h.found_${key} + b * h.runs_${key} + i] = found;`,
  ];
}

/**
 * Lists what the runs of a workgroup hold, one run for each lane `i`. It is the `group`th workgroup of the batch item: 0
 * where there is only one.
 */
export function entriesBody({
  search: { key, kind },
  size,
  isFound,
  start,
  store,
  end,
}: SearchText): string[] {
  const counted = `list[h.found_${key} + b * h.runs_${key} + other]`;
  return [
    `var at = ${start};`,
    // In a loop it is where the last iteration ended; all must have read it before it changes.
    ...(kind === 'loop events' ? ['storageBarrier();'] : []),
    'let first = group * width;',
    ...block('if (group > 0u) {', allBefore(counted), '}'),
    `let run = min(first + i, h.runs_${key});`,
    `for (var other = first; other < run; other++) { at += ${counted}; }`,
    ...block(
      `if (run < h.runs_${key}) {`,
      [
        ...bounds(key, size, 'run'),
        ...block(
          'for (var e = begin; e < end; e++) {',
          block(`if (${isFound}) {`, [...store, 'at++;'], '}'),
          '}',
        ),
      ],
      '}',
    ),
    `if (first + i + 1u == max(h.runs_${key}, 1u)) { ${end} = at; }`,
  ];
}

/** What the runs of all workgroups before this one hold: added up by all lanes together. */
function allBefore(counted: string): string[] {
  return [
    'var before = 0u;',
    `for (var other = i; other < first; other += width) { before += ${counted}; }`,
    'tally[i] = before;',
    'workgroupBarrier();',
    'for (var other = 0u; other < width; other++) { at += tally[other]; }',
    'workgroupBarrier();',
  ];
}

function bounds(key: string, size: string, run: string): string[] {
  return [`let begin = ${run} * h.run_${key};`, `let end = min(begin + h.run_${key}, ${size});`];
}

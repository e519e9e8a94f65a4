// The WGSL of searches. A workgroup goes through a vector in blocks; its lanes vote on which elements count, and the votes
// before an element are its place in the list: so entries are in ascending order. A large vector has a workgroup for each
// block; these have counted before.
import type { Search } from './search.ts';
import { block } from './text.ts';

/** Elements of a block that each lane looks at, `width` apart. Their votes take a quarter of `width` words. */
export const rounds = 8;
/** Up to so many blocks one workgroup searches alone: a dispatch less is worth more than sharing the work. */
export const blocksAlone = 4;

/** What is special about one search, as WGSL. */
export interface SearchText {
  readonly search: Search;
  /** The number of elements. */
  readonly size: string;
  /** Whether the element `e` counts. */
  readonly isFound: string;
  readonly found: readonly FoundText[];
}

/** Where what is found goes. */
export interface FoundText {
  /** Where the first entry of batch item `b` goes, as a list of its own. */
  readonly start: string;
  /** Lists element `e` as entry `at` of what is found. */
  readonly store: (at: string) => readonly string[];
  /** Where it is kept how many entries there are, or where they end. */
  readonly end: string;
  /** `end` is where the last iteration of a loop ended. */
  readonly goesOn: boolean;
}

/** Counts what the block `group` holds. */
export function countBody({ search: { key }, size, isFound }: SearchText): string[] {
  return [
    'if (i == 0u) { atomicStore(&votes[0], 0u); }',
    'workgroupBarrier();',
    'var own = 0u;',
    ...rounded(size, 'group', `if (${isFound}) { own++; }`),
    'if (own > 0u) { atomicAdd(&votes[0], own); }',
    'workgroupBarrier();',
    `if (i == 0u) { list[h.counted_${key} + b * h.groups_${key} + group] = atomicLoad(&votes[0]); }`,
  ];
}

/** Lists what there is in a block, or in all of them where one workgroup is enough: then `group` is 0. */
export function findBody({ search: { key }, size, isFound, found }: SearchText): string[] {
  const groups = `h.groups_${key}`;
  const entries = found.flatMap(({ store }, place) => store(`start${place} + at`));
  return [
    ...found.map(({ start }, place) => `let start${place} = ${start};`),
    // All must have read it before it changes.
    ...(found.some(({ goesOn }) => goesOn) ? ['storageBarrier();'] : []),
    'var before = 0u;',
    ...block('if (group > 0u) {', countedBefore(key), '}'),
    `let end = select(group + 1u, (${size} + ${rounds}u * width - 1u) / (${rounds}u * width), ${groups} == 1u);`,
    ...block(
      'for (var part = group; part < end; part++) {',
      [
        'clear_votes(i);',
        'var own = 0u;',
        ...rounded(size, 'part', `if (${isFound}) { own |= 1u << round; vote(i, round); }`),
        'let all = count_votes(i);',
        ...block(
          'for (; own != 0u; own &= own - 1u) {',
          [
            'let round = firstTrailingBit(own);',
            `let e = (part * ${rounds}u + round) * width + i;`,
            'let at = before + votes_before(i, round);',
            ...entries,
          ],
          '}',
        ),
        'before += all;',
        'workgroupBarrier();',
      ],
      '}',
    ),
    ...block(
      `if (i == 0u && group + 1u == ${groups}) {`,
      found.map(({ end }, place) => `${end} = start${place} + before;`),
      '}',
    ),
  ];
}

/** What the blocks before this one hold: added up by all lanes together. */
function countedBefore(key: string): string[] {
  const counted = `list[h.counted_${key} + b * h.groups_${key} + other]`;
  return [
    'if (i == 0u) { atomicStore(&votes[0], 0u); }',
    'workgroupBarrier();',
    `for (var other = i; other < group; other += width) { before += ${counted}; }`,
    'if (before > 0u) { atomicAdd(&votes[0], before); }',
    'workgroupBarrier();',
    'before = atomicLoad(&votes[0]);',
    'workgroupBarrier();',
  ];
}

/** Something for each element `e` of a block that the lane looks at. */
function rounded(size: string, part: string, each: string): string[] {
  return block(
    `for (var round = 0u; round < ${rounds}u; round++) {`,
    [`let e = (${part} * ${rounds}u + round) * width + i;`, ...block(`if (e < ${size}) {`, [each], '}')],
    '}',
  );
}

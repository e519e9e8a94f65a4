// A graph in DOT, the language of Graphviz.
import { type Arrow, type Box, draw } from './drawing.ts';
import type { GraphModuleBase } from './graph-module.ts';

const looks: Record<Box['kind'], string> = {
  end: 'shape=plaintext',
  weights: 'shape=box',
  neurons: 'shape=ellipse',
  other: 'shape=box, style=rounded',
};

/**
 * Writes all that is reachable from a module in DOT: a box for every module with its class, name and size, and
 * an arrow with the number of nodes for every pair of connected modules. The same graph gives the same text.
 */
export function graphToDot(graph: GraphModuleBase): string {
  const { title, boxes, arrows } = draw(graph);
  return [
    'digraph {',
    '  rankdir=LR;',
    ...(title ? [`  label=${quote([title])};`, '  labelloc=t;'] : []),
    ...boxes.map((box) => `  ${box.id} [label=${quote(box.lines)}, ${looks[box.kind]}];`),
    ...arrows.map(arrow),
    '}',
    '',
  ].join('\n');
}

function arrow({ from, to, nodes }: Arrow): string {
  return `  ${from} -> ${to} [label="${nodes}"];`;
}

/** Graphviz replaces backslash sequences and HTML entities inside of quotes. */
function quote(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;'),
  );
  return `"${escaped.join('\\n')}"`;
}

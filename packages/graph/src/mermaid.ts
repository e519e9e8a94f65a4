// A graph in Mermaid, the diagrams of Markdown pages.
import { type Arrow, type Box, draw } from './drawing.ts';
import type { GraphModuleBase } from './graph-module.ts';

const brackets: Record<Box['kind'], readonly [open: string, close: string]> = {
  end: ['[/', '/]'],
  weights: ['[', ']'],
  neurons: ['([', '])'],
  other: ['(', ')'],
};

/**
 * Writes all that is reachable from a module as a Mermaid flowchart: a box for every module with its class, name
 * and size, and an arrow with the number of nodes for every pair of connected modules. The same graph gives the
 * same text.
 */
export function graphToMermaid(graph: GraphModuleBase): string {
  const { title, boxes, arrows } = draw(graph);
  return [
    ...(title ? ['---', `title: ${JSON.stringify(title)}`, '---'] : []),
    'flowchart LR',
    ...boxes.map(box),
    ...arrows.map(arrow),
    '',
  ].join('\n');
}

function box({ id, kind, lines }: Box): string {
  const [open, close] = brackets[kind];
  return `  ${id}${open}"${lines.map(escaped).join('<br/>')}"${close}`;
}

function arrow({ from, to, nodes }: Arrow): string {
  return `  ${from} -->|${nodes}| ${to}`;
}

/**
 * Everything but letters, digits and a few harmless signs as a character number: Mermaid gives meaning to most
 * signs (quotes, Markdown, HTML, its own keywords before a colon), and not the same in each version.
 */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N}_ .,→-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}

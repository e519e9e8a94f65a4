// Putting one module in the place of another.
import { fail } from './error.ts';
import type { GraphModuleBase } from './graph-module.ts';

/**
 * Links a module to the nodes of another, in its place (at the end of the nodes' lists of sources and sinks).
 *
 * The replacement leaves its own former nodes. The target keeps its lists of nodes, but is no longer linked.
 * Nothing is changed by a call that throws.
 * @throws ValueError if the numbers of input or output nodes differ, or the replacement is a holder.
 */
export function replaceModule(target: GraphModuleBase, replacement: GraphModuleBase): void {
  checkSizes('input', target, replacement);
  checkSizes('output', target, replacement);
  if (replacement.isHolder) {
    throw fail(
      'ValueError',
      'holder-linked',
      `a holder cannot take the place of a module, got ${replacement}`,
    );
  }
  const inputs = target.inputNodes.toArray();
  const outputs = target.outputNodes.toArray();

  for (const node of replacement.inputNodes) node.removeSink(replacement);
  for (const node of replacement.outputNodes) node.removeSource(replacement);
  for (const node of inputs) {
    node.removeSink(target);
    node.addSink(replacement);
  }
  for (const node of outputs) {
    node.removeSource(target);
    node.addSource(replacement);
  }
  replacement.inputNodes.clear();
  replacement.inputNodes.extend(inputs);
  replacement.outputNodes.clear();
  replacement.outputNodes.extend(outputs);
}

function checkSizes(side: 'input' | 'output', target: GraphModuleBase, replacement: GraphModuleBase): void {
  const wanted = side === 'input' ? target.inputNodes.length : target.outputNodes.length;
  const got = side === 'input' ? replacement.inputNodes.length : replacement.outputNodes.length;
  if (wanted === got) return;
  throw fail(
    'ValueError',
    `${side}-count`,
    `a replacement needs as many ${side} nodes as the module it replaces: ${target} has ${wanted}, ${replacement} has ${got}`,
  );
}

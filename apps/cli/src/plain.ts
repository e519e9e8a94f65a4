// States and records as plain JSON, under the names that they have in Python.
import { snakeCase } from '@rp/layers-v1';
import { isNdArray, toNested } from '@rp/ndarray';

export function plainState(state: object): Record<string, unknown> {
  const entries = Object.entries(state).map(([name, value]: [string, unknown]) => {
    const plain = isNdArray(value) ? toNested(value) : value;
    return [snakeCase(name), plain] as const;
  });
  return Object.fromEntries(entries);
}

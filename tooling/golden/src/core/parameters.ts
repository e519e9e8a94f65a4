// The operations of area modules that are not scenarios: descriptors, and arithmetic of time steps.
import { gcd, isMultiple, lcm } from '@rp/module-core';
import { makeDescriptor } from './descriptors.ts';
import { encodeValue } from './encode.ts';

/** The parts of a case that an operation uses. */
interface OperationCase {
  readonly args?: Readonly<Record<string, unknown>> | undefined;
}

type Operation = (args: Readonly<Record<string, unknown>>) => unknown;

const number = (value: unknown) => value as number;

const operations: Record<string, Operation> = {
  'Parameter.new': (args) => {
    const descriptor = makeDescriptor(args, { objects: new Map() });
    const init = descriptor.initFunc(descriptor.shape);
    return { ...(encodeValue(descriptor) as object), init: encodeValue(init) };
  },
  lcm: ({ a, b }) => lcm(number(a), number(b)),
  gcd: ({ a, b }) => gcd(number(a), number(b)),
  isMultiple: ({ a, b, tolRel, tolAbs }) =>
    isMultiple(number(a), number(b), tolRel as number | undefined, tolAbs as number | undefined),
};

/** The handlers by the name of the operation; each returns its result in the form of the case files. */
export const parameterOperations: Record<string, (given: OperationCase) => unknown> = Object.fromEntries(
  Object.entries(operations).map(([name, run]) => [name, ({ args }: OperationCase) => run(args ?? {})]),
);

// The conformance kit: named cases that any test runner can run against any backend.
export { differenceOfEvents, differenceOfNumbers, differenceOfResults, differenceOfTensors } from './bits.ts';
export type { ConformanceCase } from './case.ts';
export { type ConformanceOptions, conformanceCases, describeConformance, type TestRunner } from './kit.ts';

// From results to the notation of the case files.
import { isEvolveResult, ModuleBase, ParameterBase } from '@rp/module-core';
import { isNdArray, isNumericArray } from '@rp/ndarray';
import { TimeSeries } from '@rp/timeseries';
import { encodeArray, encodeNumber, encodeSeries } from './values.ts';

/** Encodes any result. */
export function encodeValue(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'function') return isClass(value) ? { class: value.name } : { function: true };
  if (typeof value !== 'object') return value;
  if (isNdArray(value)) return encodeArray(value);
  if (isNumericArray(value)) return encodeArray({ data: value, shape: [value.length] });
  if (Array.isArray(value)) return value.map(encodeValue);
  return encodeObject(value);
}

function encodeObject(value: object): unknown {
  if (value instanceof TimeSeries) return encodeSeries(value);
  if (value instanceof ModuleBase) return encodeModule(value);
  if (value instanceof ParameterBase) return encodeDescriptor(value);
  if (isEvolveResult(value)) {
    const { output, state, record } = value;
    return { output: encodeValue(output), newState: encodeValue(state), record: encodeValue(record) };
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, encodeValue(entry)]));
}

function encodeModule(module: ModuleBase): unknown {
  const { className, name, fullName, shape, spikingInput, spikingOutput } = module;
  return { module: className, name, fullName, shape: [...shape], spikingInput, spikingOutput };
}

function encodeDescriptor({ kind, family, shape, data }: ParameterBase): unknown {
  return { kind, family, shape: [...shape], data: encodeValue(data) };
}

function isClass(value: object): boolean {
  return Function.prototype.toString.call(value).startsWith('class');
}

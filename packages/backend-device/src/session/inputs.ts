// The input rows of a chunk of steps, as a device takes them: `[batch, steps, elements]`, in float32.
import { type Bound, isEventList, type RunInputs, type StepProgram } from '@rp/dynamics';

/** The names of the inputs that are given, in the order of the program. */
export function givenInputs(program: StepProgram, inputs: RunInputs): string[] {
  return Object.keys(program.inputs).filter((name) => inputs[name] !== undefined);
}

/** Steps `first … first + steps − 1` of every given input, one after another; `total` steps are there. */
export function inputRows(
  program: StepProgram,
  bound: Bound,
  inputs: RunInputs,
  { first, steps, total }: { readonly first: number; readonly steps: number; readonly total: number },
): Float32Array<ArrayBuffer> {
  const sizes = givenInputs(program, inputs).map((name) => bound.size(program.inputs[name]!.shape));
  const rows = new Float32Array(sizes.reduce((sum, size) => sum + bound.batch * steps * size, 0));
  let at = 0;
  givenInputs(program, inputs).forEach((name, index) => {
    const input = inputs[name]!;
    const size = sizes[index]!;
    for (let item = 0; item < bound.batch; item++) {
      const row = item * total + first;
      if (!isEventList(input)) rows.set(input.data.subarray(row * size, (row + steps) * size), at);
      else {
        for (let step = 0; step < steps; step++) {
          const place = at + step * size;
          for (let entry = input.offsets[row + step]!; entry < input.offsets[row + step + 1]!; entry++)
            rows[place + input.units[entry]!] = input.counts[entry]!;
        }
      }
      at += steps * size;
    }
  });
  return rows;
}

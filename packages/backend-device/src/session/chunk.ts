// Some steps on the device: header and inputs go there, one command buffer does the work, and what it gives comes back
// in one mapping, or in two where most of the room for events is empty. The next chunk may be begun meanwhile.
/// <reference types="@webgpu/types" />
import { type Bound, keyOf, type RunInputs } from '@rp/dynamics';
import type { Part } from '../compile/parts.ts';
import type { ProgramCode } from '../compile/program-code.ts';
import { gridStages, widthOfDispatch } from '../compile/wgsl.ts';
import type { ChunkBuffers, FixedBuffers, SessionBuffers } from './buffers.ts';
import type { HostValues } from './host-values.ts';
import { inputRows } from './inputs.ts';
import {
  type ChunkLayout,
  layoutChunk,
  type ParameterLayout,
  type RunShape,
  type SessionLayout,
} from './layout.ts';
import { type ChunkWords, Results } from './results.ts';

/** `workgroup`: an item's steps all in one workgroup. `grid`: one dispatch per level and step, over everything. */
export type ScheduleName = 'workgroup' | 'grid';

export interface ChunkFrame {
  readonly code: ProgramCode;
  readonly bound: Bound;
  readonly layout: SessionLayout;
  readonly parameters: ParameterLayout;
  readonly buffers: SessionBuffers;
  readonly fixed: FixedBuffers;
  readonly schedule: ScheduleName;
  /** Threads of a workgroup. */
  readonly width: number;
}

export interface ChunkOfRun {
  readonly run: RunShape;
  readonly inputs: RunInputs;
  /** Steps of the run before the chunk, in the chunk, and in all. */
  readonly first: number;
  readonly steps: number;
  readonly total: number;
  /** Steps of the session before the chunk since its states were uploaded, and since the beginning. */
  readonly sinceUpload: number;
  readonly count: number;
  /** Whether states and delay lines come back too. */
  readonly wantsState: boolean;
  /** The buffers that it comes back in: those of a chunk that has been read. */
  readonly slot: number;
}

/** What came back: the words of rows and events, and, if they were asked for, of the states and the delay lines. */
export interface ChunkResult {
  readonly words: ChunkWords;
  readonly state: Float32Array<ArrayBuffer> | undefined;
}

/** Entries of events are read back unseen up to this many words. */
const unseenEntries = 1 << 16;

/** The entry point of the shader for a schedule. */
export function entryOf(schedule: ScheduleName): 'run' | 'grid' {
  return schedule === 'workgroup' ? 'run' : 'grid';
}

/** Submits a chunk; what comes back is in `result`, sometime. Chunks are computed in the order in which they are begun. */
export async function beginChunk(
  frame: ChunkFrame,
  values: HostValues,
  chunk: ChunkOfRun,
): Promise<{ readonly result: Promise<ChunkResult> }> {
  const { code, bound, layout, buffers } = frame;
  const place = layoutChunk(code, bound, chunk.run, chunk.steps);
  const entryWords = place.outputWords - place.fixedWords;
  const readWords = entryWords <= unseenEntries ? place.outputWords : place.fixedWords;
  const stateWords = chunk.wantsState ? layout.half + layout.lines : 0;
  const own = await buffers.forChunk(chunk.slot, frame.fixed, {
    input: place.inputWords,
    output: place.outputWords,
    staging: readWords + stateWords,
  });
  await submit(frame, values, chunk, { place, own, readWords });
  const result = readResult(frame, chunk, { place, own, readWords, stateWords });
  result.catch(() => {}); // It may fail before anybody waits for it.
  return { result };
}

interface Submitted {
  readonly place: ChunkLayout;
  readonly own: ChunkBuffers;
  /** Words of rows and events that come back at once. */
  readonly readWords: number;
}

async function submit(
  frame: ChunkFrame,
  values: HostValues,
  chunk: ChunkOfRun,
  { place, own: { inputs, outputs, staging, group }, readWords }: Submitted,
): Promise<void> {
  const { code, bound, layout, buffers, fixed } = frame;
  const { gpu } = buffers.device;
  const entry = entryOf(frame.schedule);
  const pipeline = await buffers.device.pipeline({ wgsl: code.wgsl, entry, width: frame.width });
  const places =
    entry === 'grid' ? await buffers.forPlaces(chunk.steps, Math.max(1, levelsOfGrid(code))) : undefined;

  gpu.queue.writeBuffer(fixed.header, 0, headerOf(frame, values, chunk, place.fields));
  if (place.inputWords > 0) {
    gpu.queue.writeBuffer(inputs, 0, inputRows(code.program, bound, chunk.inputs, chunk));
  }
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  if (places === undefined) dispatch(pass, bound.batch);
  else dispatchGrid(pass, frame, places, chunk.steps);
  pass.end();
  const copy = (from: GPUBuffer, at: number, to: number, words: number) => {
    if (words > 0) encoder.copyBufferToBuffer(from, 4 * at, staging, 4 * to, 4 * words);
  };
  copy(outputs, 0, 0, readWords);
  if (chunk.wantsState) {
    const half = ((chunk.sinceUpload + chunk.steps) & 1) * layout.half;
    copy(fixed.memory, half, readWords, layout.half);
    copy(fixed.memory, 2 * layout.half, readWords + layout.half, layout.lines);
  }
  gpu.queue.submit([encoder.finish()]);
}

async function readResult(
  frame: ChunkFrame,
  { steps, slot, wantsState }: ChunkOfRun,
  { place, own: { outputs, staging }, readWords, stateWords }: Submitted & { readonly stateWords: number },
): Promise<ChunkResult> {
  const all = await readBack(frame, staging, readWords + stateWords);
  const fixed = all.slice(0, place.fixedWords);
  const entries =
    readWords === place.outputWords
      ? (at: number, length: number) => all.slice(at, at + length)
      : await readEntries(frame, slot, outputs, place.events, fixed, steps);
  return {
    words: { layout: place, steps, fixed, entries },
    state: wantsState ? new Float32Array(all.buffer, 4 * readWords, stateWords) : undefined,
  };
}

function dispatch(pass: GPUComputePassEncoder, workgroups: number): void {
  if (workgroups === 0) return;
  pass.dispatchWorkgroups(Math.min(workgroups, widthOfDispatch), Math.ceil(workgroups / widthOfDispatch));
}

/** Every level of every step is a dispatch; one sees what those before it have written. */
function dispatchGrid(
  pass: GPUComputePassEncoder,
  frame: ChunkFrame,
  { group, stride }: { readonly group: GPUBindGroup; readonly stride: number },
  steps: number,
): void {
  const { levels } = frame.code;
  const count = levelsOfGrid(frame.code);
  const workgroups = gridStages.map((stage) =>
    levels[stage].map((level) => Math.max(0, ...level.map((part) => workgroupsFor(frame, part)))),
  );
  let before = 0;
  const [first, own, observe] = workgroups.map((needed) => {
    const begin = before;
    before += needed.length;
    return (step: number) =>
      needed.forEach((number, level) => {
        if (number === 0) return;
        pass.setBindGroup(1, group, [(step * count + begin + level) * stride]);
        dispatch(pass, number);
      });
  });
  first!(0);
  for (let step = 0; step < steps; step++) own!(step);
  observe!(steps);
}

function levelsOfGrid({ levels }: ProgramCode): number {
  return gridStages.reduce((sum, stage) => sum + levels[stage].length, 0);
}

/** The workgroups of a grid that a part needs. */
function workgroupsFor({ layout, bound, width }: ChunkFrame, { kind, shape, search }: Part): number {
  if (search === undefined) return Math.ceil((bound.batch * bound.size(shape)) / width);
  const groups = layout.fields.get(`groups_${search.key}`)!;
  return kind === 'count' && groups === 1 ? 0 : bound.batch * groups;
}

function headerOf(
  { code, bound, layout, parameters }: ChunkFrame,
  values: HostValues,
  chunk: ChunkOfRun,
  places: ReadonlyMap<string, number>,
): Uint32Array<ArrayBuffer> {
  const { program, header } = code;
  const [key0, key1] = keyOf(bound.seed);
  const own: Readonly<Record<string, number>> = {
    batch: bound.batch,
    steps: chunk.steps,
    first_word: (chunk.count + chunk.first) % 2 ** 32,
    key0,
    key1,
    parity: chunk.sinceUpload & 1,
    half: layout.half,
    infinity: 0x7f800000,
  };
  const words = new Uint32Array(header.names.length);
  header.names.forEach((name, index) => {
    words[index] =
      own[name] ?? places.get(name) ?? layout.fields.get(name) ?? parameters.fields.get(name) ?? 0;
  });
  new Float32Array(words.buffer)[header.names.indexOf('dt')] = values.dt;
  for (const [name, { shape }] of Object.entries(program.lines)) {
    const length = bound.size([shape[0]!]);
    words[header.names.indexOf(`head_${name}`)] = length === 0 ? 0 : chunk.sinceUpload % length;
  }
  return words;
}

async function readBack(
  { buffers: { device }, code }: ChunkFrame,
  staging: GPUBuffer,
  words: number,
): Promise<Uint32Array<ArrayBuffer>> {
  if (words === 0) {
    await device.during(code.program.name, device.gpu.queue.onSubmittedWorkDone());
    return new Uint32Array(0);
  }
  await device.during(code.program.name, staging.mapAsync(1, 0, 4 * words));
  const copy = new Uint32Array(staging.getMappedRange(0, 4 * words).slice(0));
  staging.unmap();
  return copy;
}

/** The entries of all events of a chunk, in a mapping of their own: only those that are there. */
async function readEntries(
  frame: ChunkFrame,
  slot: number,
  outputs: GPUBuffer,
  events: ChunkWords['layout']['events'],
  fixed: Uint32Array,
  steps: number,
): Promise<ChunkWords['entries']> {
  const { bound, buffers } = frame;
  const places = new Map<number, number>();
  let end = 0;
  const copies: { readonly from: number; readonly to: number; readonly length: number }[] = [];
  for (const { ends, units, counts, most } of events) {
    const lengths = Results.lengths(fixed.subarray(ends, ends + bound.batch * steps), bound.batch, steps);
    for (const start of counts === undefined ? [units] : [units, counts]) {
      lengths.forEach((length, item) => {
        const from = start + item * steps * most;
        places.set(from, end);
        if (length > 0) copies.push({ from, to: end, length });
        end += length;
      });
    }
  }
  const staging = await buffers.staging(slot, end);
  const encoder = buffers.device.gpu.createCommandEncoder();
  for (const { from, to, length } of copies) {
    encoder.copyBufferToBuffer(outputs, 4 * from, staging, 4 * to, 4 * length);
  }
  buffers.device.gpu.queue.submit([encoder.finish()]);
  const all = await readBack(frame, staging, end);
  return (at, length) => {
    const place = places.get(at) ?? 0;
    return all.slice(place, place + length);
  };
}

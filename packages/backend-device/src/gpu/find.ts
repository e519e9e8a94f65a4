// Where WebGPU comes from: the browser (or Deno), or the npm package `webgpu` in Node. What is missing is said in words.
/// <reference types="@webgpu/types" />
import { fail } from '../error.ts';

/** What came of the search for an adapter. */
export type Search =
  | { readonly adapter: GPUAdapter }
  | { readonly reason: string; readonly remedy: string; readonly cause?: unknown };

/** What is needed of a `GPU` object; so that users of this package need no types of WebGPU. */
export interface GpuEntry {
  requestAdapter(options?: object): Promise<object | null>;
}

export interface SearchOptions {
  readonly gpu?: GpuEntry | undefined;
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
}

const seeDocs = 'See docs/gpu.md ("Running on a GPU").';

/** An adapter, or why there is none. Never throws. */
export async function findAdapter({ gpu, powerPreference }: SearchOptions): Promise<Search> {
  const entry = await findGpu(gpu);
  if ('reason' in entry) return entry;
  try {
    const options = powerPreference === undefined ? {} : { powerPreference };
    const adapter = await entry.gpu.requestAdapter(options);
    return adapter === null ? noAdapter() : { adapter };
  } catch (cause) {
    return { ...noAdapter(), reason: `asking for an adapter failed (${messageOf(cause)}).`, cause };
  }
}

type Entry = { readonly gpu: GPU } | Exclude<Search, { readonly adapter: GPUAdapter }>;

async function findGpu(given: GpuEntry | undefined): Promise<Entry> {
  if (given !== undefined) return { gpu: given as GPU };
  const own = globalThis.navigator?.gpu as GPU | undefined;
  if (own !== undefined) return { gpu: own };
  if (!isNode()) {
    return {
      reason: 'this browser (or this page) has no navigator.gpu.',
      remedy: `Use a browser with WebGPU, and a page from https:// or localhost. ${seeDocs}`,
    };
  }
  return fromPackage();
}

function isNode(): boolean {
  return globalThis.process?.versions?.node !== undefined;
}

// The object that `create` returns must live as long as anything that came from it: when it is collected, the process
// ends. So there is one, for good.
let created: Promise<Entry> | undefined;

function fromPackage(): Promise<Entry> {
  created ??= loadPackage().then((entry) => {
    // Somebody may install it, or set up a driver, meanwhile.
    if (!('gpu' in entry)) created = undefined;
    return entry;
  });
  return created;
}

/**
 * Why there can't be any adapter, if that is known without asking: Dawn prints a warning of its own where Linux has no
 * loader for Vulkan.
 */
function withoutLoader(): Entry | undefined {
  const { process } = globalThis;
  if (process.platform !== 'linux') return undefined;
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
  } catch (cause) {
    // What was found is no addon of Node, which is an error too.
    if (!/cannot open shared object/.test(messageOf(cause))) return undefined;
    return {
      reason: 'there is no graphics driver that WebGPU can use: libvulkan.so.1 is missing.',
      remedy: `Install the loader (apt install libvulkan1) and a Vulkan driver. ${seeDocs}`,
      cause,
    };
  }
  return undefined;
}

async function loadPackage(): Promise<Entry> {
  // Not a literal, so that no bundler looks for it.
  const name = 'webgpu';
  try {
    const loaded = (await import(/* @vite-ignore */ name)) as { create(flags: string[]): GPU };
    return withoutLoader() ?? { gpu: loaded.create([]) };
  } catch (cause) {
    const absent = (cause as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    return absent
      ? {
          reason: 'the npm package webgpu is not installed.',
          remedy: `Run: npm install webgpu. ${seeDocs}`,
          cause,
        }
      : {
          reason: `the npm package webgpu can't be loaded (${messageOf(cause)}).`,
          remedy: `It has binaries for Linux, macOS and Windows on x64 and arm64. ${seeDocs}`,
          cause,
        };
  }
}

function noAdapter() {
  return isNode()
    ? {
        reason: 'there is no graphics driver that WebGPU can use.',
        remedy: `Install a Vulkan driver (Linux), or point VK_DRIVER_FILES to a software one. ${seeDocs}`,
      }
    : {
        reason: 'this browser offers no graphics adapter.',
        remedy: `Turn on hardware acceleration, or update the graphics driver. ${seeDocs}`,
      };
}

/** The adapter, or the reasons as an error. @throws RuntimeError, code `no-device`. */
export async function requireAdapter(options: SearchOptions): Promise<GPUAdapter> {
  const search = await findAdapter(options);
  if ('adapter' in search) return search.adapter;
  throw fail('RuntimeError', 'no-device', `no device: ${search.reason} ${search.remedy}`, {
    cause: search.cause,
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An adapter in words. */
export function describeAdapter({ info }: GPUAdapter): string {
  const { vendor, architecture, device, description } = info;
  const named = description || [vendor, architecture, device].filter((part) => part).join(' ');
  return named || 'an adapter without a name';
}

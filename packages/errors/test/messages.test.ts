// The one channel for warnings and plain information.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { notice, setMessageHandlers, warn } from '../src/index.ts';

afterEach(() => {
  setMessageHandlers();
  vi.restoreAllMocks();
});

function collector() {
  const heard: string[] = [];
  return { heard, hear: (message: string) => heard.push(message) };
}

describe('messages', () => {
  it('go to the console under the name of their package, until somebody asks for them', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const told = vi.spyOn(console, 'log').mockImplementation(() => {});
    warn('timeseries', 'some times lie outside');
    notice('layers-v1', 'rounded to 3 steps');
    expect(warned.mock.calls).toEqual([['[rp:timeseries] some times lie outside']]);
    expect(told.mock.calls).toEqual([['[rp:layers-v1] rounded to 3 steps']]);
  });

  it('go to the handlers that were set, and one may be replaced alone', () => {
    const told = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { heard, hear } = collector();
    setMessageHandlers({ warn: hear });
    warn('graph', 'a');
    notice('graph', 'b');
    expect(heard).toEqual(['[rp:graph] a']);
    expect(told).toHaveBeenCalledWith('[rp:graph] b');
  });

  it('go back to the former handlers when asked to', () => {
    const outer = collector();
    const inner = collector();
    setMessageHandlers({ warn: outer.hear });
    const restore = setMessageHandlers({ warn: inner.hear });
    warn('graph', 'a');
    restore();
    warn('graph', 'b');
    expect(inner.heard).toEqual(['[rp:graph] a']);
    expect(outer.heard).toEqual(['[rp:graph] b']);
  });

  it('go back to the console when called with nothing', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { heard, hear } = collector();
    setMessageHandlers({ warn: hear });
    setMessageHandlers();
    warn('graph', 'a');
    expect(heard).toEqual([]);
    expect(warned).toHaveBeenCalledOnce();
  });

  it('can be turned into errors', () => {
    setMessageHandlers({
      warn: (message) => {
        throw new Error(message);
      },
    });
    expect(() => warn('graph', 'a')).toThrow('[rp:graph] a');
  });
});

import {
  type BackendPlugin,
  chooseBackend,
  getDefaultBackend,
  openSyncFirst,
  pluginsOf,
  setDefaultBackend,
} from '@rp/backend';
import { afterEach, describe, expect, it } from 'vitest';
import { absent, choosy, frame, sum, watched } from './kit.ts';

afterEach(() => setDefaultBackend(undefined));

describe('a list of backends', () => {
  it('means the first that is available and accepts the program', async () => {
    const [refuses, first, second] = [choosy(), watched('first'), watched('second')];
    const { backend, release } = await chooseBackend([absent, refuses, first, second], sum);
    expect(backend.name).toBe('first');
    expect(second.opened).toEqual([]);
    await release();
  });

  it('leaves nothing open but the one that was chosen', async () => {
    const [refuses, first] = [choosy(), watched('first')];
    const { release } = await chooseBackend([absent, refuses, first], sum);
    expect([absent.alive(), refuses.alive(), first.alive()]).toEqual([0, 0, 1]);
    await release();
    expect(first.alive()).toBe(0);
  });

  it('that has nobody for a program gives one error with every reason', async () => {
    await expect(chooseBackend([absent, choosy()], sum)).rejects.toMatchObject({
      kind: 'RuntimeError',
      code: 'no-backend',
      message:
        '[rp:backend] no backend can run sum.\n' +
        '  absent: There is no such device. Plug one in.\n' +
        '  choosy: the operation matvec is not implemented (operation)',
    });
  });

  it('may be empty, and says so', async () => {
    await expect(chooseBackend([], sum)).rejects.toThrow('no backend can run sum.\n  The list is empty.');
  });

  it('goes on to the next if the first lacks the dtype', async () => {
    const single = watched('single');
    const open = async () => {
      const backend = await single.open();
      return Object.create(backend, {
        capabilities: { value: { ...backend.capabilities, dtypes: ['float32'] } },
      }) as typeof backend;
    };
    const list = [{ ...single, open }, watched('double')];
    const { backend, release } = await chooseBackend(list, sum, 'float64');
    expect(backend.name).toBe('double');
    await release();
    await expect(chooseBackend([{ ...single, open }], sum, 'float64')).rejects.toThrow(
      'single: it computes in float32, not in float64 (dtype)',
    );
  });
});

describe('a list of backends, at once', () => {
  it('means the first that can open a session at once and accepts the program', async () => {
    const { name, session } = openSyncFirst([choosy(), watched('first')], sum, frame());
    expect(name).toBe('first');
    expect(session.runSync).toBeDefined();
    await session.dispose();
  });

  it('that can only be awaited says so', () => {
    expect(() => openSyncFirst([choosy()], sum, frame())).toThrowError(
      expect.objectContaining({
        code: 'no-sync',
        message: expect.stringContaining('choosy can only be awaited'),
      }),
    );
  });

  it('that has nobody for a program gives one error with every reason', () => {
    const malformed = { ...sum, next: {} };
    expect(() => openSyncFirst([choosy(), watched('first')], malformed, frame())).toThrowError(
      expect.objectContaining({
        code: 'no-backend',
        message: expect.stringMatching(
          /choosy: can only be awaited\.\n {2}first: .*state total has no next value/,
        ),
      }),
    );
  });

  it("lets the caller's own mistakes through", () => {
    expect(() => openSyncFirst([watched('first'), watched('second')], sum, frame({ dims: {} }))).toThrowError(
      expect.objectContaining({ kind: 'ValueError', code: 'run-count' }),
    );
  });
});

describe('a backend that is shared', () => {
  it('is opened once and closed when the last one lets go', async () => {
    const plugin = watched('shared');
    const [one, two] = await Promise.all([chooseBackend(plugin, sum), chooseBackend(plugin, sum)]);
    expect(one.backend).toBe(two.backend);
    await one.release();
    await one.release();
    expect(plugin.alive()).toBe(1);
    await two.release();
    expect(plugin.alive()).toBe(0);
    const three = await chooseBackend(plugin, sum);
    expect(three.backend).not.toBe(one.backend);
    await three.release();
  });

  it('that fails to open is tried again by the next', async () => {
    let attempts = 0;
    const right = watched('shaky');
    const plugin: BackendPlugin = {
      ...right,
      open: () => (++attempts === 1 ? Promise.reject(new Error('not yet')) : right.open()),
    };
    await expect(chooseBackend(plugin, sum)).rejects.toThrow('not yet');
    const { release } = await chooseBackend(plugin, sum);
    await release();
    expect(right.alive()).toBe(0);
  });
});

describe('the default backend', () => {
  it('is what was set, and can be taken back', () => {
    const plugin = watched('default');
    setDefaultBackend([plugin]);
    expect(getDefaultBackend()).toEqual([plugin]);
    setDefaultBackend(undefined);
    expect(getDefaultBackend()).toBeUndefined();
  });

  it('must speak this version of the interface', async () => {
    const old = { ...watched('old'), contract: 0 } as unknown as BackendPlugin;
    const message = 'backend old speaks version 0 of the plugin interface, this is version 1';
    expect(() => setDefaultBackend(old)).toThrow(message);
    await expect(chooseBackend(old, sum)).rejects.toThrow(message);
    expect(() => openSyncFirst(old, sum, frame())).toThrow(message);
  });

  it('may be one plugin or a list', () => {
    const plugin = watched('one');
    expect([pluginsOf(plugin), pluginsOf([plugin])]).toEqual([[plugin], [plugin]]);
  });
});

// A plugin whose backends all stand on one, so that worker threads are started once and not for every test.
import type { Backend, BackendPlugin, Session } from '@rp/backend';
import type { Bindings } from '@rp/dynamics';

interface OneBackend {
  readonly plugin: BackendPlugin;
  /** Ends what is behind it. */
  end(): Promise<void>;
}

export function oneBackend(plugin: BackendPlugin): OneBackend {
  let backend: Promise<Backend> | undefined;
  const open = async (): Promise<Backend> => {
    backend ??= plugin.open();
    const real = await backend;
    const sessions = new Set<Session>();
    const dispose = async () => {
      for (const session of sessions) await session.dispose();
    };
    return {
      name: real.name,
      capabilities: real.capabilities,
      check: (program) => real.check(program),
      compile: async (program) => {
        const executable = await real.compile(program);
        const instantiate = async (bindings: Bindings) => {
          const session = await executable.instantiate(bindings);
          sessions.add(session);
          return session;
        };
        return { ...executable, instantiate };
      },
      usage: () => real.usage(),
      dispose,
      [Symbol.asyncDispose]: dispose,
    };
  };
  const end = async () => (await backend)?.dispose();
  return { plugin: { contract: plugin.contract, name: plugin.name, probe: () => plugin.probe(), open }, end };
}

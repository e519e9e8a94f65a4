// An honest backend that can less: only float32, asynchronously, without random numbers; and it is a little less exact, as
// GPUs are: subnormal numbers become zero, and quotients and roots may be off by a unit in the last place.
import {
  type Backend,
  type BackendPlugin,
  type Capabilities,
  interpreterBackend,
  refusal,
  requireDtype,
  type Session,
  standardDiagnostics,
} from '@rp/backend';
import { basicOps, type Rows, type StepProgram } from '@rp/dynamics';

const capabilities: Capabilities = {
  dtypes: ['float32'],
  operations: basicOps.filter((op) => op !== 'uniform'),
  boundedLoop: false,
  sparseParameters: false,
  sync: false,
  bitExact: [],
};

export function modestBackend(): BackendPlugin {
  const name = 'modest';
  const right = interpreterBackend({ name });
  return { contract: 1, name, probe: right.probe, open: async () => modest(await right.open()) };
}

function modest(backend: Backend): Backend {
  const { name } = backend;
  const check = (program: StepProgram) => standardDiagnostics(program, capabilities);
  return {
    name,
    capabilities,
    check,
    compile: async (program) => {
      const problems = check(program);
      if (problems.length > 0) throw refusal(name, program, problems);
      const executable = await backend.compile(program);
      const inexact = program.values.some(({ op }) => op === 'div' || op === 'sqrt');
      return {
        instantiate: async (bindings) => {
          requireDtype(name, capabilities, bindings.dtype);
          return blurred(await executable.instantiate(bindings), inexact);
        },
        explain: (dtype) => executable.explain(dtype),
        dispose: () => executable.dispose(),
        [Symbol.asyncDispose]: () => executable.dispose(),
      };
    },
    usage: () => backend.usage(),
    dispose: () => backend.dispose(),
    [Symbol.asyncDispose]: () => backend.dispose(),
  };
}

function blurred(session: Session, inexact: boolean): Session {
  const blur = (x: number) => {
    if (Math.abs(x) < 2 ** -126) return Math.sign(x) * 0;
    return inexact ? x * (1 + 2 ** -23) : x;
  };
  return {
    run: async (inputs, options) => {
      const result = await session.run(inputs, options);
      const outputs = Object.entries(result.outputs).map(([name, { data, shape }]): [string, Rows] => [
        name,
        { data: data.map(blur), shape },
      ]);
      return { ...result, outputs: Object.fromEntries(outputs) };
    },
    read: (name) => session.read(name),
    write: (name, value) => session.write(name, value),
    dispose: () => session.dispose(),
    [Symbol.asyncDispose]: () => session.dispose(),
  };
}

// Which module a graph module stands for: one rule per class of graph modules, in a table.
import {
  ConstantLeakNeurons,
  classNameOfOrigin,
  Delay,
  EventWeights,
  ExpSynapses,
  FastSlowNeurons,
  FilterBank,
  GenericNeurons,
  type GraphModuleBase,
  IAFNeurons,
  InstantFunction,
  LIFNeuronWithSynsRealValue,
  LinearWeights,
  RateEulerNeurons,
  RateNeuronWithSynsRealValue,
  UpDownEncoder,
} from '@rp/graph';
import { copyArray, isNdArray, type NdArray, toNdArray } from '@rp/ndarray';
import { aLIFTorch } from './alif-torch.ts';
import { DelayLine } from './delay-line.ts';
import { EventLinear } from './event-linear.ts';
import { ExpSyn } from './exp-syn.ts';
import { fail } from './fail.ts';
import { SectionBank } from './filter-bank.ts';
import { type ElementExpression, Instant } from './instant.ts';
import { LIF } from './lif.ts';
import { LIFTorch } from './lif-torch.ts';
import { Linear } from './linear.ts';
import type { ProgramOptions } from './program-module.ts';
import { Rate } from './rate.ts';
import { isEulerActivation, RateEuler } from './rate-euler.ts';
import { RateTorch } from './rate-torch.ts';
import type { Stackable } from './stack-arguments.ts';
import { UpDownTorch } from './up-down-torch.ts';
import { denseWeights } from './weights.ts';

export interface RuleOptions extends Omit<ProgramOptions, 'seed'> {
  /** The functions that `InstantFunction` names. `identity` is always known. */
  readonly functions?: Readonly<Record<string, ElementExpression>> | undefined;
  /** Rules of your own, asked first: a module, or null for a graph module that the rule is not for. */
  readonly rules?:
    | readonly ((graph: GraphModuleBase, recurrent: LinearWeights | null) => Stackable | null)[]
    | undefined;
}

type Make<G> = (graph: G, recurrent: LinearWeights | null, options: RuleOptions) => Stackable;

interface Rule {
  readonly className: string;
  readonly make: Make<never>;
}

/** A class is meant exactly: one that is derived from it holds more, which would be lost. */
function rule<G extends GraphModuleBase>(
  { className }: { readonly className: string; readonly prototype: G },
  make: Make<G>,
): Rule {
  return { className, make };
}

const table: readonly Rule[] = [
  rule(LinearWeights, (graph) => Linear.fromGraph(graph)),
  rule(EventWeights, eventLinear),
  rule(Delay, delayLine),
  rule(LIFNeuronWithSynsRealValue, lif),
  rule(RateNeuronWithSynsRealValue, rate),
  rule(RateEulerNeurons, rateEuler),
  rule(ExpSynapses, expSyn),
  rule(InstantFunction, instant),
  rule(FilterBank, ({ sections, lowPass, fs }) => new SectionBank({ sections, lowPass, fs })),
  rule(UpDownEncoder, upDown),
  rule(IAFNeurons, (graph) => {
    throw refuse(graph, ofLayer('how its layer solves their equations (exactly, or by Euler steps)'));
  }),
  rule(ConstantLeakNeurons, (graph) => {
    throw refuse(graph, ofLayer('the order in which its layer takes events, leaks and resets'));
  }),
  rule(FastSlowNeurons, (graph) => {
    throw refuse(graph, ofLayer('the solver that steps back to the exact time of each spike'));
  }),
];

/** What to say of neurons that only a v1 layer can run. */
function ofLayer(missing: string): string {
  return (
    `holds the constants of a v1 layer, but not ${missing}, so no module can be made of it: ` +
    'run the layer itself (LayerToTimedModule of @rp/timed-adapter), or give a rule for the class: ' +
    'moduleFromGraph(graph, { rules: [(graph) => …] })'
  );
}

/**
 * The module that a graph module stands for.
 * @param recurrent Weights from its outputs to its inputs, or null.
 * @throws ValueError if there is none.
 */
export function moduleRule(
  graph: GraphModuleBase,
  recurrent: LinearWeights | null,
  options: RuleOptions,
): Stackable {
  for (const own of options.rules ?? []) {
    const made = own(graph, recurrent);
    if (made !== null) return made;
  }
  const found = table.find(({ className }) => className === graph.className);
  if (found !== undefined) return found.make(graph as never, recurrent, options);
  throw refuse(
    graph,
    'has no module here; give a rule for it: moduleFromGraph(graph, { rules: [(graph) => …] })',
  );
}

function lif(graph: LIFNeuronWithSynsRealValue, recurrent: LinearWeights | null): Stackable {
  const [inputs, neurons] = [graph.inputNodes.length, graph.outputNodes.length];
  const synapses = inputs / neurons;
  const common = {
    shape: [inputs, neurons],
    tauMem: copied(graph.tauMem),
    threshold: copied(graph.threshold),
    bias: copied(graph.bias),
    dt: graph.dt ?? undefined,
  };
  const given = toNdArray(graph.tauSyn);
  if (given.data.length === neurons * (synapses + 1) && given.shape.length === 1 && recurrent !== null) {
    return adaptive(graph, recurrent, common, synapses);
  }
  const origin = originClass(graph);
  const flat = isNdArray(graph.tauSyn) && graph.tauSyn.shape.length === 1 && given.data.length === inputs;
  const weights = recurrent === null ? {} : { hasRec: true, wRec: copyArray(recurrent.weights) };
  const tauSyn = copied(graph.tauSyn);
  if (flat || origin === 'LIFTorch' || origin === 'LIFBitshiftTorch') {
    return new LIFTorch({ ...common, tauSyn, ...weights });
  }
  return new LIF({ ...common, tauSyn, ...weights });
}

/** The last synapse of every neuron is its own current; its weights stand at `[i][i mod inputs]`. */
function adaptive(
  graph: LIFNeuronWithSynsRealValue,
  { weights }: LinearWeights,
  common: { readonly shape: readonly number[] } & ConstructorParameters<typeof aLIFTorch>[0],
  synapses: number,
): Stackable {
  const taus = toNdArray(graph.tauSyn).data;
  const [inputs = 0, neurons = 0] = common.shape as readonly number[];
  const at = (neuron: number) => neuron * inputs + (neuron % inputs);
  const origin = graph.computationalModule;
  const rest = copyArray(weights);
  const wAhp = Float64Array.from({ length: neurons }, (_, neuron) =>
    origin instanceof aLIFTorch ? origin.wAhp.data[neuron]! : weights.data[at(neuron)]!,
  );
  wAhp.forEach((weight, neuron) => {
    rest.data[at(neuron)]! -= weight;
  });
  const recurrent = origin instanceof aLIFTorch ? origin.hasRec : rest.data.some((weight) => weight !== 0);
  if (recurrent && !(origin instanceof aLIFTorch)) {
    throw refuse(
      graph,
      "has recurrent weights and a current of its own, which the graph adds up; they can't be told apart",
    );
  }
  const of = (pick: (neuron: number) => number[]) =>
    Float64Array.from(Array.from({ length: neurons }, (_, neuron) => pick(neuron)).flat());
  const first = (neuron: number) => neuron * (synapses + 1);
  return new aLIFTorch({
    ...common,
    tauSyn: {
      data: of((neuron) => [...taus.slice(first(neuron), first(neuron) + synapses)]),
      shape: [neurons, synapses],
    },
    tauAhp: of((neuron) => [taus[first(neuron) + synapses]!]),
    wAhp,
    ...(recurrent ? { hasRec: true, wRec: copyArray(denseWeights((origin as aLIFTorch).wRec)) } : {}),
  });
}

function eventLinear(graph: EventWeights): Stackable {
  if (graph.biases === null) return new EventLinear({ weight: graph.weights });
  throw refuse(graph, "has biases, which weights for events can't have");
}

function delayLine(graph: Delay): Stackable {
  const [delay = 0, ...others] = toNdArray(graph.delay).data;
  if (graph.dt === null) {
    throw refuse(graph, 'has no time step, so that its delay is no number of steps');
  }
  if (others.length > 0) {
    throw refuse(graph, 'has a delay per channel, which DelayLine, with one delay for all, has not');
  }
  return new DelayLine({
    shape: graph.inputNodes.length,
    delay,
    bias: copied(graph.bias),
    dt: graph.dt,
  });
}

function rateEuler(
  graph: RateEulerNeurons,
  recurrent: LinearWeights | null,
  { functions = {} }: RuleOptions,
): Stackable {
  const { activation, computationalModule: origin } = graph;
  const own = origin instanceof RateEuler ? origin.actFn : undefined;
  const named = isEulerActivation(activation) ? activation : undefined;
  const activationFunc = Object.hasOwn(functions, activation) ? functions[activation] : (named ?? own);
  if (activationFunc === undefined) throw unknownFunction(graph, activation);
  return new RateEuler({
    shape: graph.outputNodes.length,
    tau: copied(graph.tau),
    bias: copied(graph.bias),
    gain: copied(graph.gain),
    noiseStd: copied(graph.noiseStd),
    dt: graph.dt ?? undefined,
    activationFunc,
    ...(recurrent === null ? {} : { hasRec: true, wRec: copyArray(recurrent.weights) }),
  });
}

function rate(graph: RateNeuronWithSynsRealValue, recurrent: LinearWeights | null): Stackable {
  const origin = graph.computationalModule;
  const kept =
    origin instanceof Rate ? { threshold: copied(origin.threshold), activationFunc: origin.actFn } : {};
  const options = {
    shape: graph.outputNodes.length,
    tau: copied(graph.tau),
    bias: copied(graph.bias),
    dt: graph.dt ?? undefined,
    ...kept,
    ...(recurrent === null ? {} : { hasRec: true, wRec: copyArray(recurrent.weights) }),
  };
  return originClass(graph) === 'RateTorch' ? new RateTorch(options) : new Rate(options);
}

function expSyn(graph: ExpSynapses): Stackable {
  // 0 is how a graph without a bias says so.
  const bias = graph.bias === 0 ? undefined : copied(graph.bias);
  return new ExpSyn({
    shape: graph.outputNodes.length,
    tau: copied(graph.tauSyn),
    bias,
    dt: graph.dt ?? undefined,
  });
}

function instant(
  graph: InstantFunction,
  _: LinearWeights | null,
  { functions = {} }: RuleOptions,
): Stackable {
  const shape = graph.outputNodes.length;
  const origin = graph.computationalModule;
  if (graph.function === 'identity' && !Object.hasOwn(functions, 'identity')) return new Instant({ shape });
  if (Object.hasOwn(functions, graph.function)) {
    return new Instant({ shape, expression: functions[graph.function]! });
  }
  if (origin instanceof Instant) return origin.copy();
  throw unknownFunction(graph, graph.function);
}

function unknownFunction(graph: GraphModuleBase, name: string): Error {
  return refuse(
    graph,
    `names the function ${name}; say what it is: moduleFromGraph(graph, { functions: { ${name}: (x, op) => … } })`,
  );
}

function upDown(graph: UpDownEncoder): Stackable {
  const [inputs, outputs] = [graph.inputNodes.length, graph.outputNodes.length];
  const decays = toNdArray(graph.tauDecay).data.some((tau) => Number.isFinite(tau));
  if (outputs !== 2 * inputs || decays || !graph.multiplexSpikes) {
    throw refuse(
      graph,
      "is an encoder with several outputs per direction, a decay, or a limit of one event per step, which UpDownTorch isn't",
    );
  }
  return new UpDownTorch({
    shape: inputs,
    thrUp: copied(graph.thrUp),
    thrDown: copied(graph.thrDown),
    tauDecay: copied(graph.tauDecay),
    repeatOutput: graph.repeatOutput,
    dt: graph.dt ?? undefined,
  });
}

/** A value of a graph for the options of a module; what the graph leaves empty is as by default. */
function copied(value: number | NdArray): number | NdArray | undefined {
  if (typeof value === 'number') return value;
  return value.data.length === 0 ? undefined : copyArray(value);
}

function originClass({ computationalModule }: GraphModuleBase): string | null {
  return computationalModule && classNameOfOrigin(computationalModule);
}

function refuse(graph: GraphModuleBase, problem: string): Error {
  const kind = graph instanceof GenericNeurons ? 'neurons' : 'module';
  return fail('ValueError', 'no-rule', `the ${kind} ${String(graph)} ${problem}`);
}

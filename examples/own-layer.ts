// A layer of one's own: leaky integrate-and-fire neurons, wrapped, evolved, and written as a graph.
import { defineDynamics } from '@rp/dynamics';
import { GenericNeurons, graphToMermaid } from '@rp/graph';
import { ProgramLayer } from '@rp/layers-v1';
import { LayerToTimedModule } from '@rp/timed-adapter';
import { TSContinuous, TSEvent } from '@rp/timeseries';

const dynamics = defineDynamics('leaky-iaf', {
  dims: ['n'],
  params: { tau: [] },
  state: { state: ['n'] },
  inputs: { input: ['n'] },
  prelude: ({ params, dt, op }) => ({ decay: op.exp(op.div(op.neg(dt), params.tau)) }),
  step: ({ state, inputs, pre, op }) => {
    const v = op.add(op.mul(state.state, pre.decay), inputs.input);
    const spikes = op.toFloat(op.ge(v, 1));
    return { state: { state: op.sub(v, spikes) }, events: { spikes } };
  },
});

class LeakyIAF extends ProgramLayer {
  tau = 0.02;
  override get outputType() {
    return TSEvent;
  }
  override asGraph() {
    return GenericNeurons.factory(this.size, this.size, { name: this.name });
  }
  protected override program() {
    return dynamics;
  }
  protected override bindings() {
    return { dims: { n: this.size }, params: { tau: this.tau }, state: { state: this.state } };
  }
}

const layer = new LeakyIAF({
  weights: [
    [1, 0],
    [0, 1],
  ],
  dt: 0.001,
  name: 'mine',
});
const neurons = new LayerToTimedModule(layer, { parameters: ['tau'], states: ['state'] });
const input = TSContinuous.fromClocked(
  Array.from({ length: 100 }, () => [0.06, 0.11]),
  { dt: 0.001 },
);
const { output, record } = await neurons.evolve(input, { record: true });
console.log(`${output}\n${record.state}\n${graphToMermaid(neurons.asGraph())}`);

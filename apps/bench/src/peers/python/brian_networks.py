"""Networks in Brian2's terms, in float32, for both of its ways to run. Neurons are updated by statements instead of differential
equations, which do the workload's arithmetic in its order; coupling, thresholds, resets, refractory times and monitors are
Brian2's own. What spikes bring is summed up apart, for the next step, as in the workload.
"""

import numpy as np
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, Synapses, prefs, second
from spikes import offsets_of

# As fast as Brian2's own settings, -ffast-math among them, but sums keep their order and nothing is contracted.
prefs.codegen.cpp.extra_compile_args_gcc = [
    *("-w", "-O3", "-march=native", "-std=c++11"),
    *("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros"),
]
prefs.core.default_float_dtype = np.float32


class Simulation:
    """A network with what it takes to run it and to read what came of it."""

    def __init__(self, group, *others, dt, steps, states):
        self.group, self.dt, self.steps, self.states = group, dt, steps, states
        self.spikes = SpikeMonitor(group)
        self.network = Network(group, *others, self.spikes)
        self.duration = steps * dt * second

    def result(self):
        rows = np.round(np.asarray(self.spikes.t) / self.dt).astype(np.int64)
        states = {name: np.array(getattr(self.group, variable)) for name, variable in self.states.items()}
        return {"offsets": offsets_of(rows, self.steps), "units": np.array(self.spikes.i), **states}


def coupled(group, pre, post, on_pre, weights=None):
    synapses = Synapses(group, group, "w : 1" if weights is not None else "", on_pre=on_pre)
    synapses.connect(i=pre, j=post)
    if weights is not None:
        synapses.w = weights
    return synapses


def rows_of(indptr):
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def lif_rec_sparse(inputs, settings):
    n, steps, dt = settings["n"], settings["steps"], 1e-3
    group = NeuronGroup(
        n,
        """alpha : 1 (constant)
        beta : 1 (constant)
        theta : 1 (constant)
        bias : 1 (constant)
        current : 1
        potential : 1
        drive : 1""",
        threshold="potential > theta",
        reset="potential -= theta",
        dt=dt * second,
    )
    group.alpha, group.beta = inputs["alpha"], inputs["beta"]
    group.theta, group.bias = inputs["threshold"], inputs["bias"]
    group.run_regularly(
        """current = (current + drive) * beta
        potential = potential * alpha + current + bias
        drive = 0""",
        when="groups",
    )
    synapses = coupled(group, rows_of(inputs["indptr"]), inputs["indices"], "drive_post += w", inputs["weights"])
    # Input spikes arrive in the step that they stand in, before neurons are updated.
    times = np.repeat(np.arange(steps), np.diff(inputs["offsets"].astype(np.int64))) * dt * second
    source = SpikeGeneratorGroup(n, inputs["units"], times, dt=dt * second, when="start", sorted=True)
    arrive = Synapses(source, group, on_pre="drive_post += 1")
    arrive.connect(j="i")
    arrive.pre.when = "before_groups"
    states = {"potential": "potential", "current": "current"}
    return Simulation(group, synapses, source, arrive, dt=dt, steps=steps, states=states)


def iaf_rec(inputs, settings):
    n, steps, dt = settings["n"], settings["steps"], 1e-4
    group = NeuronGroup(
        n,
        """decay : 1 (constant)
        rate : 1 (constant)
        bias : 1 (constant)
        current : 1
        potential : 1
        drive : 1""",
        threshold="potential > 1",
        reset="potential = 0",
        refractory=waiting(settings["refractory"], dt),
        dt=dt * second,
    )
    group.decay, group.rate, group.bias = inputs["decay"], inputs["lambda"], inputs["drive"]
    group.potential = inputs["potential"]
    group.run_regularly(
        """current = current * decay + drive
        potential = potential + int(not_refractory) * ((current + bias - potential) * rate)
        drive = 0""",
        when="groups",
        order=1,
    )
    pre, post = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    synapses = coupled(group, pre, post, "drive_post += w", inputs["weights"])
    return Simulation(
        group, synapses, dt=dt, steps=steps, states={"potential": "potential", "current": "current"}
    )


def cuba(inputs, settings):
    n, steps, dt, excitatory = settings["n"], settings["steps"], 1e-4, settings["excitatory"]
    group = NeuronGroup(
        n,
        """rate : 1 (shared, constant)
        decay_e : 1 (shared, constant)
        decay_i : 1 (shared, constant)
        v : 1
        ge : 1
        gi : 1
        sum_e : 1
        sum_i : 1""",
        threshold="v > threshold",
        reset="v = reset",
        refractory=waiting(settings["refractory"], dt),
        dt=dt * second,
        namespace={name: settings[name] for name in ("rest", "reset", "threshold")},
    )
    group.rate, group.decay_e, group.decay_i = settings["lambda"], settings["decayE"], settings["decayI"]
    group.v = inputs["v"]
    group.run_regularly(
        """ge = ge + sum_e
        gi = gi + sum_i
        above = v - rest
        change = ge + gi - above
        v = v + int(not_refractory) * (change * rate)
        ge = ge * decay_e
        gi = gi * decay_i
        sum_e = 0
        sum_i = 0""",
        when="groups",
        order=1,
    )
    pre, post = rows_of(inputs["indptr"]), inputs["indices"]
    excites = pre < excitatory
    exciting = coupled(group, pre[excites], post[excites], f"sum_e_post += {settings['jumpE']}")
    inhibiting = coupled(group, pre[~excites], post[~excites], f"sum_i_post += {settings['jumpI']}")
    states = {"v": "v", "ge": "ge", "gi": "gi"}
    return Simulation(group, exciting, inhibiting, dt=dt, steps=steps, states=states)


def waiting(steps, dt):
    """A neuron waits for as many steps after the one it fired in."""
    return (steps + 1) * dt * second


STATES = {
    "lif-rec-sparse": ("potential", "current"),
    "iaf-rec": ("potential", "current"),
    "cuba": ("v", "ge", "gi"),
}
NETWORKS = {"lif-rec-sparse": lif_rec_sparse, "iaf-rec": iaf_rec, "cuba": cuba}

"""Brian2's C++ standalone mode: a program of its own, compiled once and run in every round.

Timed is its loop over time, as the program itself reports it, by the processor's clock.
"""

import tempfile

import stopwatch
from brian2 import device, set_device
from brian_networks import NETWORKS, STATES
from spikes import SPIKES


def standalone(workload):
    def prepare(inputs, settings):
        folder = tempfile.TemporaryDirectory(prefix="rp-brian-")
        set_device("cpp_standalone", build_on_run=False, directory=folder.name)
        simulation = NETWORKS[workload](inputs, settings)
        simulation.network.run(simulation.duration)
        device.build(directory=folder.name, compile=True, run=False, with_output=False)

        def run():
            device.run(folder.name, with_output=False, run_args=[])
            return stopwatch.Taken(device._last_run_time, simulation.result)

        return run, {**SPIKES, **dict.fromkeys(STATES[workload], "float32")}

    return prepare


WORK = {workload: standalone(workload) for workload in NETWORKS}

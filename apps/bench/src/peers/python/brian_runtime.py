"""Brian2 as it runs by default: a loop over time in Python, compiled code (Cython) for each object in every step.

Timed is that loop, as Brian2 reports it: not what it prepares before, each time it runs.
"""

import stopwatch
from brian2 import prefs, second
from brian_networks import NETWORKS, STATES
from spikes import SPIKES

prefs.codegen.target = "cython"
NO_REPORTS = 1e9 * second  # but at the beginning and the end


def runtime(workload):
    def prepare(inputs, settings):
        simulation = NETWORKS[workload](inputs, settings)
        simulation.network.store()

        def run():
            simulation.network.restore()
            instants = []
            simulation.network.run(
                simulation.duration, report=lambda *_: instants.append(stopwatch.now()), report_period=NO_REPORTS
            )
            return stopwatch.Taken(instants[-1] - instants[0], simulation.result)

        return run, {**SPIKES, **dict.fromkeys(STATES[workload], "float32")}

    return prepare


WORK = {workload: runtime(workload) for workload in NETWORKS}

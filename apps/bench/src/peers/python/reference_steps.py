"""The step programs as the plain modules and layers of the Python reference compute them: a loop over time steps, a dense
product with the matrix of weights in each, whole arrays for everything else, and a record of every state.

Written from the description of what the reference does. Without coupling it multiplies too, by a matrix of zeros. Sums
are taken in the workload's order, so that results can be compared.
"""

import numpy as np
from spikes import SPIKES, events_of, offsets_of, raster_of

REAL = np.float64


def lif(recurrent):
    def prepare(inputs, settings):
        n, steps = settings["n"], settings["steps"]
        alpha, beta, threshold, bias = (inputs[name].astype(REAL) for name in ("alpha", "beta", "threshold", "bias"))
        weights = inputs["weights"].astype(REAL).reshape(n, n) if recurrent else np.zeros((n, n), REAL)
        raster = raster_of(inputs["offsets"], inputs["units"], steps, n)[None]

        def run():
            output, state, _ = evolve_lif(raster, weights, alpha, beta[:, None], threshold, bias, max_spikes=1)
            return lambda: {**events_of(output[0]), "potential": state["vmem"], "current": state["isyn"][:, 0]}

        return run, {**SPIKES, "potential": "float32", "current": "float32"}

    return prepare


def evolve_lif(data, w_rec, alpha, beta, threshold, bias, max_spikes):
    """`data` (B, T, N * S); every batch item starts at rest."""
    data = np.array(data, REAL)
    batches, steps, _ = data.shape
    n, synapses = len(alpha), beta.shape[1]
    data = data.reshape(batches, steps, n, synapses)
    vmem, spikes = np.ones((batches, n), REAL) * np.zeros(n, REAL), np.ones((batches, n), REAL) * np.zeros(n, REAL)
    isyn = np.ones((batches, n, synapses), REAL) * np.zeros((n, synapses), REAL)
    record = {
        "irec": np.zeros((batches, steps, n, synapses), REAL),
        "spikes": np.zeros((batches, steps, n), REAL),
        "isyn": np.zeros((batches, steps, n, synapses), REAL),
        "vmem": np.zeros((batches, steps, n), REAL),
    }
    for b in range(batches):
        for t in range(steps):
            irec = (spikes[b] @ w_rec).reshape(n, synapses)
            isyn[b] = (isyn[b] + (data[b, t] + irec)) * beta
            vmem[b] = vmem[b] * alpha + isyn[b].sum(1) + bias
            spikes[b] = np.minimum((vmem[b] >= threshold) * np.floor(vmem[b] / threshold), max_spikes)
            vmem[b] = vmem[b] - spikes[b] * threshold
            record["irec"][b, t], record["spikes"][b, t] = irec, spikes[b]
            record["isyn"][b, t], record["vmem"][b, t] = isyn[b], vmem[b]
    return record["spikes"], {"vmem": vmem[0], "isyn": isyn[0], "spikes": spikes[0]}, record


def rate_rec(inputs, settings):
    n, steps = settings["n"], settings["steps"]
    weights, rate = inputs["weights"].astype(REAL).reshape(n, n), inputs["lambda"].astype(REAL)
    drive, threshold = inputs["input"].reshape(steps, n), -inputs["bias"].astype(REAL)

    def run():
        data, x = np.array(drive, REAL), np.zeros(n, REAL)
        outputs, rec_input, states = (np.zeros((steps, n), REAL) for _ in range(3))
        for t in range(steps):
            above = x - threshold
            activity = above * (above > 0)
            recurrent = activity @ weights
            x = x + (-x + data[t] + recurrent) * rate
            outputs[t], rec_input[t], states[t] = activity, recurrent, x
        return {"activity": outputs, "x": x}

    return run, {"activity": "float32", "x": "float32"}


def updown(inputs, settings):
    """A list of events, up and down in turn, as often as there are thresholds in between."""
    m, steps = settings["m"], settings["steps"]
    signal, threshold, decay = inputs["input"].reshape(steps, m), inputs["threshold"], inputs["decay"]

    def run():
        data, tracked = np.array(signal, dtype=float), np.zeros(m)
        rows, channels = [], []
        for step in range(steps):
            tracked = tracked * decay
            up = np.maximum(np.floor((data[step] - tracked) / threshold), 0)
            down = np.maximum(np.floor((tracked - data[step]) / threshold), 0)
            tracked = tracked + threshold * up
            tracked = tracked - threshold * down
            counts = np.column_stack((up, down)).ravel().astype(int)
            found = np.repeat(np.arange(2 * m), counts)
            channels.append(found)
            rows.append(np.full(len(found), step))
        return lambda: {"tracked": tracked, **counted(np.concatenate(rows), np.concatenate(channels), steps)}

    types = {"tracked": "float64"}
    for name in ("up", "down"):
        types |= {f"{name}_offsets": "uint32", f"{name}s": "int32", f"{name}_counts": "float64"}
    return run, types


def counted(rows, channels, steps):
    result = {}
    for name, parity in (("up", 0), ("down", 1)):
        chosen = channels % 2 == parity
        cells, counts = np.unique(np.stack((rows[chosen], channels[chosen] // 2)), axis=1, return_counts=True)
        result[f"{name}_offsets"] = offsets_of(cells[0], steps)
        result[f"{name}s"], result[f"{name}_counts"] = cells[1], counts
    return result


def backtick(inputs, settings):
    """Step, look for crossings, step back to the first; one column of the record per step."""
    n, steps = settings["n"], settings["steps"]
    dt, min_delta, t_end = settings["dt"], settings["minDelta"], settings["tEnd"]
    rest, threshold, reset, bias = (inputs[name] for name in ("vRest", "vThresh", "vReset", "bias"))
    tau_mem, tau_fast, tau_slow = inputs["tauMem"], inputs["tauFast"], inputs["tauSlow"]
    refractory, drive = inputs["refractory"], inputs["input"].reshape(steps, n)
    weights_fast = np.ascontiguousarray(inputs["jumpsFast"].reshape(n, n).T)  # columns are sources
    weights_slow = np.ascontiguousarray(inputs["jumpsSlow"].reshape(n, n).T)

    def run():
        data = np.array(drive, dtype=float)
        v, slow, fast, waiting = rest.copy(), np.zeros(n), np.zeros(n), np.zeros(n)
        v_last, slow_last, fast_last = v.copy(), slow.copy(), fast.copy()
        time = last_time = 0.0
        row, rows, units, times = 0, [], [], []
        columns = 2 * steps
        record = {name: np.full((n, columns), np.nan) for name in ("v", "slow", "fast", "change")}
        record_times, column = np.full(columns, np.nan), 0
        while time < t_end:
            v[waiting > 0] = reset[waiting > 0]
            above = np.flatnonzero(v > threshold)
            jump_slow, jump_fast = np.zeros(n), np.zeros(n)
            if above.size:
                with np.errstate(divide="ignore", invalid="ignore"):
                    crossing = (threshold[above] - v_last[above]) * dt / (v[above] - v_last[above])
                first = np.argmin(crossing)
                fires, crossed = above[first], last_time + crossing[first]
                if crossed < last_time + min_delta:
                    crossed = last_time + min_delta
                elif crossed > time:
                    crossed = time
                passed, time = crossed - last_time, crossed
                waiting = waiting + dt - passed
                v = (v - v_last) / dt * passed + v_last
                slow = (slow - slow_last) / dt * passed + slow_last
                fast = (fast - fast_last) / dt * passed + fast_last
                v[fires], waiting[fires] = reset[fires], refractory[fires]
                jump_slow, jump_fast = weights_slow[:, fires], weights_fast[:, fires]
                rows.append(row)
                units.append(fires)
                times.append(time)
            v_last, slow_last, fast_last = v.copy(), slow + jump_slow, fast + jump_fast
            slow = slow + (-slow / tau_slow + jump_slow / dt) * dt
            fast = fast + (-fast / tau_fast + jump_fast / dt) * dt
            row = min(max(row, int(time // dt)), steps - 1)
            change = (rest - v + slow + fast + data[row] + bias) / tau_mem
            v = v + change * dt
            if column == columns:
                columns *= 2
                record = {name: np.hstack((kept, np.full_like(kept, np.nan))) for name, kept in record.items()}
                record_times = np.concatenate((record_times, np.full_like(record_times, np.nan)))
            record_times[column], record["v"][:, column], record["slow"][:, column] = time, v, slow
            record["fast"][:, column], record["change"][:, column] = fast, change
            last_time, time, waiting, column = time, time + dt, waiting - dt, column + 1
        offsets = offsets_of(np.array(rows, dtype=int), steps)
        return {"offsets": offsets, "units": units, "times": times, "v": v, "slow": slow, "fast": fast}

    return run, {**SPIKES, "times": "float64", "v": "float64", "slow": "float64", "fast": "float64"}


WORK = {
    "lif-ff": lif(recurrent=False),
    "lif-rec": lif(recurrent=True),
    "rate-rec": rate_rec,
    "updown": updown,
    "backtick": backtick,
}

"""The step programs as loops over time with whole-array operations, one step after another.

Sums over active neurons are taken row by row in ascending order, which NumPy does along the first axis; so the results are
the same bits. Where weights are such that all sums are exact, `@` is as good.
"""

import numpy as np
from spikes import SPIKES


def spike_list(rows):
    counts = [len(row) for row in rows]
    return {
        "offsets": np.concatenate([[0], np.cumsum(counts)]),
        "units": np.concatenate(rows) if rows else np.zeros(0),
    }


def targets_of(indptr, indices, active):
    """Where the rows of these neurons lead, and which entries of the matrix they are."""
    entries = np.concatenate([np.arange(indptr[pre], indptr[pre + 1]) for pre in active] or [np.zeros(0, np.int64)])
    return indices[entries], entries


def lif(recurrent, sparse=False):
    def prepare(inputs, settings):
        n, steps = settings["n"], settings["steps"]
        alpha, beta, threshold, bias = (inputs[name] for name in ("alpha", "beta", "threshold", "bias"))
        weights = inputs["weights"] if sparse else inputs["weights"].reshape(n, n)
        offsets, units = inputs["offsets"], inputs["units"]

        def run():
            current, potential = np.zeros(n, np.float32), np.zeros(n, np.float32)
            fired, active = [], np.zeros(0, np.int64)
            for step in range(steps):
                drive = weights[active].sum(axis=0) if recurrent and not sparse else np.zeros(n, np.float32)
                if sparse:
                    targets, entries = targets_of(inputs["indptr"], inputs["indices"], active)
                    np.add.at(drive, targets, weights[entries])
                drive[units[offsets[step] : offsets[step + 1]]] += np.float32(1)
                current = (current + drive) * beta
                potential = potential * alpha + current + bias
                fires = potential > threshold
                potential = np.where(fires, potential - threshold, potential)
                active = np.flatnonzero(fires)
                fired.append(active)
            return {**spike_list(fired), "potential": potential, "current": current}

        return run, {**SPIKES, "potential": "float32", "current": "float32"}

    return prepare


def rate_rec(inputs, settings):
    n, steps = settings["n"], settings["steps"]
    weights, drive = inputs["weights"].reshape(n, n), inputs["input"].reshape(steps, n)
    bias, rate = inputs["bias"], inputs["lambda"]

    def run():
        x = np.zeros(n, np.float32)
        activity = np.empty((steps, n), np.float32)
        for step in range(steps):
            activity[step] = np.where(x + bias < 0, np.float32(0), x + bias)
            active = np.flatnonzero(activity[step])
            sums = (activity[step, active, None] * weights[active]).sum(axis=0)
            x = x + (drive[step] - x + sums) * rate
        return {"activity": activity, "x": x}

    return run, {"activity": "float32", "x": "float32"}


def iaf_rec(inputs, settings):
    n, steps, refractory = settings["n"], settings["steps"], np.float32(settings["refractory"])
    weights = inputs["weights"].reshape(n, n)
    drive, decay, rate = inputs["drive"], inputs["decay"], inputs["lambda"]

    def run():
        current, wait = np.zeros(n, np.float32), np.zeros(n, np.float32)
        potential = inputs["potential"].copy()
        fired, active = [], np.zeros(0, np.int64)
        for _ in range(steps):
            current = current * decay + weights[active].sum(axis=0)
            waits = wait > 0
            potential = np.where(waits, potential, potential + (current + drive - potential) * rate)
            fires = potential > 1
            potential = np.where(fires, np.float32(0), potential)
            wait = np.where(fires, refractory, wait - waits)
            active = np.flatnonzero(fires)
            fired.append(active)
        return {**spike_list(fired), "potential": potential, "current": current}

    return run, {**SPIKES, "potential": "float32", "current": "float32"}


def cuba(inputs, settings):
    n, steps, excitatory = settings["n"], settings["steps"], settings["excitatory"]
    names = ("rest", "reset", "threshold", "refractory", "lambda", "decayE", "decayI", "jumpE", "jumpI")
    rest, reset, threshold, refractory, rate, decay_e, decay_i, jump_e, jump_i = (
        np.float32(settings[name]) for name in names
    )
    indptr, indices = inputs["indptr"], inputs["indices"]

    def sums(active, jump):
        drive = np.zeros(n, np.float32)
        np.add.at(drive, targets_of(indptr, indices, active)[0], jump)
        return drive

    def run():
        v = inputs["v"].copy()
        ge, gi, wait = np.zeros(n, np.float32), np.zeros(n, np.float32), np.zeros(n, np.float32)
        fired, active = [], np.zeros(0, np.int64)
        for _ in range(steps):
            ge = ge + sums(active[active < excitatory], jump_e)
            gi = gi + sums(active[active >= excitatory], jump_i)
            waits = wait > 0
            v = np.where(waits, v, v + (ge + gi - (v - rest)) * rate)
            fires = v > threshold
            v = np.where(fires, reset, v)
            ge, gi = ge * decay_e, gi * decay_i
            wait = np.where(fires, refractory, wait - waits)
            active = np.flatnonzero(fires)
            fired.append(active)
        return {**spike_list(fired), "v": v, "ge": ge, "gi": gi}

    return run, {**SPIKES, "v": "float32", "ge": "float32", "gi": "float32"}


def updown(inputs, settings):
    m, steps = settings["m"], settings["steps"]
    signal, threshold, decay = inputs["input"].reshape(steps, m), inputs["threshold"], inputs["decay"]

    def run():
        tracked = np.zeros(m)
        ups, downs = np.empty((steps, m)), np.empty((steps, m))
        for step in range(steps):
            tracked = tracked * decay
            up = ups[step] = np.maximum(np.floor((signal[step] - tracked) / threshold), 0)
            down = downs[step] = np.maximum(np.floor((tracked - signal[step]) / threshold), 0)
            tracked = tracked + threshold * up - threshold * down
        result = {"tracked": tracked}
        for name, counts in (("up", ups), ("down", downs)):
            rows, units = np.nonzero(counts)
            result[f"{name}_offsets"] = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=steps))])
            result[f"{name}s"], result[f"{name}_counts"] = units, counts[rows, units]
        return result

    types = {"tracked": "float64"}
    for name in ("up", "down"):
        types |= {f"{name}_offsets": "uint32", f"{name}s": "int32", f"{name}_counts": "float64"}
    return run, types


def backtick(inputs, settings):
    n, steps = settings["n"], settings["steps"]
    dt, min_delta, t_end = settings["dt"], settings["minDelta"], settings["tEnd"]
    rest, threshold, reset, bias = (inputs[name] for name in ("vRest", "vThresh", "vReset", "bias"))
    tau_mem, tau_fast, tau_slow = inputs["tauMem"], inputs["tauFast"], inputs["tauSlow"]
    refractory, drive = inputs["refractory"], inputs["input"].reshape(steps, n)
    jumps_fast, jumps_slow = inputs["jumpsFast"].reshape(n, n), inputs["jumpsSlow"].reshape(n, n)
    none = np.zeros(n)

    def run():
        v, slow, fast, waiting = rest.copy(), np.zeros(n), np.zeros(n), np.zeros(n)
        v_last, slow_last, fast_last = v, slow, fast
        time, last_time, firing, fresh = 0.0, 0.0, -1, True
        units, times, offsets = [], [], [0]
        for row in range(steps):
            while fresh or (time < t_end and (time // dt <= row or row == steps - 1)):
                if not fresh:
                    jump_slow = jumps_slow[firing] if firing >= 0 else none
                    jump_fast = jumps_fast[firing] if firing >= 0 else none
                    v_last, slow_last, fast_last = v, slow + jump_slow, fast + jump_fast
                    slow = slow + (-slow / tau_slow + jump_slow / dt) * dt
                    fast = fast + (-fast / tau_fast + jump_fast / dt) * dt
                    v = v + (rest - v + slow + fast + drive[row] + bias) / tau_mem * dt
                    waiting = waiting - dt
                    last_time, time = time, time + dt
                fresh, firing = False, -1
                if time >= t_end:
                    continue
                v = np.where(waiting > 0, reset, v)
                above = v > threshold
                if not above.any():
                    continue
                with np.errstate(divide="ignore", invalid="ignore"):
                    crossing = np.where(above, (threshold - v_last) * dt / (v - v_last), np.inf)
                firing = int(np.argmin(crossing))
                crossed, earliest = last_time + crossing[firing], last_time + min_delta
                time = earliest if crossed < earliest else min(crossed, time)
                passed = time - last_time
                v = (v - v_last) / dt * passed + v_last
                slow = (slow - slow_last) / dt * passed + slow_last
                fast = (fast - fast_last) / dt * passed + fast_last
                waiting = waiting + dt - passed
                v[firing], waiting[firing] = reset[firing], refractory[firing]
                units.append(firing)
                times.append(time)
            offsets.append(len(units))
        return {"offsets": offsets, "units": units, "times": times, "v": v, "slow": slow, "fast": fast}

    return run, {**SPIKES, "times": "float64", "v": "float64", "slow": "float64", "fast": "float64"}


def lif_stack(inputs, settings):
    batch, steps = settings["batch"], settings["steps"]
    weights = [inputs[f"w{layer}"].reshape(before, -1) for layer, before in ((1, 16), (2, 64), (3, 64), (4, 64))]
    raster = inputs["input"].reshape(batch, steps, 16)
    alpha, beta, one = np.float32(0.95), np.float32(0.9), np.float32(1)

    def run():
        currents = [np.zeros((batch, w.shape[1]), np.float32) for w in weights]
        potentials = [np.zeros((batch, w.shape[1]), np.float32) for w in weights]
        spikes = np.empty((batch, steps, 10), np.float32)
        for step in range(steps):
            signal = raster[:, step]
            for layer, w in enumerate(weights):
                currents[layer] = (currents[layer] + signal @ w) * beta
                potential = potentials[layer] * alpha + currents[layer]
                fires = potential > one
                potentials[layer] = np.where(fires, potential - one, potential)
                signal = fires.astype(np.float32)
            spikes[:, step] = signal
        return {"spikes": spikes}

    return run, {"spikes": "float32"}


def synnet(inputs, settings):
    """Module by module, as the reference does: each over all steps before the next begins."""
    batch, steps = settings["batch"], settings["steps"]
    alpha, threshold = np.float32(settings["alpha"]), np.float32(settings["threshold"])
    limits = [settings["maxSpikes"]] * 3 + [settings["maxSpikesOut"]]
    betas = [inputs[f"beta{layer}"] for layer in (1, 2, 3, 4)]
    weights = [inputs[f"w{layer}"].reshape(-1, len(beta)) for layer, beta in zip((1, 2, 3, 4), betas)]
    raster = inputs["input"].reshape(batch, steps, -1)

    def run():
        signal = raster
        for w, beta, limit in zip(weights, betas, limits):
            drive = signal @ w
            isyn, vmem = np.zeros((batch, len(beta)), np.float32), np.zeros((batch, len(beta)), np.float32)
            signal = np.empty_like(drive)
            for step in range(steps):
                isyn = (isyn + drive[:, step]) * beta
                vmem = vmem * alpha + isyn
                spikes = np.minimum((vmem >= threshold) * np.floor(vmem / threshold), np.float32(limit))
                vmem = vmem - spikes * threshold
                signal[:, step] = spikes
        return {"output": signal}

    return run, {"output": "float64"}


WORK = {
    "lif-ff": lif(False),
    "lif-rec": lif(True),
    "lif-rec-sparse": lif(True, sparse=True),
    "rate-rec": rate_rec,
    "iaf-rec": iaf_rec,
    "cuba": cuba,
    "updown": updown,
    "backtick": backtick,
    "lif-stack": lif_stack,
    "synnet": synnet,
}

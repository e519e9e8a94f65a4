"""The time series workloads in the fewest whole-array operations of NumPy and SciPy, as one writes them for just that job.

Each entry of WORK takes inputs and settings and gives a function without arguments, which is what is timed,
and the element types in which its results are compared.
"""

import numpy as np

EVENTS = {"times": "float64", "channels": "int32"}
SAMPLES = {"times": "float64", "samples": "float64"}


def checked_order(times):
    if np.any(np.diff(times) < 0):
        raise ValueError("times must not decrease")


def checked_events(times, channels, start, stop, num_channels):
    """What making a series of events checks."""
    checked_order(times)
    if times.size and (times[0] < start or np.max(times) >= stop):
        raise ValueError("events lie outside the range")
    if channels.size and (np.min(channels) < 0 or np.max(channels) >= num_channels):
        raise ValueError("channels lie outside")
    return {"times": times, "channels": channels}


def selected(times, channels, start, stop, wanted):
    keep = np.isin(channels, wanted) & (times >= start) & (times < stop)
    return times[keep], channels[keep]


def raster(add_events):
    def work(inputs, settings):
        times, channels = inputs["times"], inputs["channels"].astype(np.int64)
        dt, start, stop = settings["dt"], settings["start"], settings["stop"]
        width = settings["numChannels"]
        rows = round((stop - start) / dt)

        def run():
            t, c = selected(times, channels, start, stop, np.arange(width))
            row = np.minimum(np.floor((t - start) / dt).astype(np.int64), rows - 1)
            if add_events:
                table = np.zeros((rows, width), dtype=np.int64)
                np.add.at(table, (row, c), 1)
            else:
                table = np.zeros((rows, width), dtype=bool)
                table[row, c] = True
                np.any((np.diff(row) == 0) & (np.diff(c) == 0))  # whether to tell that events share a cell
            return {"raster": table}

        return run, {"raster": "int32" if add_events else "uint8"}

    return work


def from_raster(inputs, settings):
    width, dt = settings["numChannels"], settings["dt"]
    table = inputs["raster"].reshape(-1, width).astype(int)

    def run():
        if np.any(table < 0):
            raise ValueError("negative counts")
        row, channel = np.nonzero(table)
        counts = table[row, channel]
        times = np.repeat(row * dt + 0.0 + dt / 2, counts)
        return checked_events(times, np.repeat(channel, counts), 0.0, len(table) * dt, width)

    return run, EVENTS


def sampled(kind):
    def work(inputs, settings):
        from scipy.interpolate import interp1d

        times, queries = inputs["times"], inputs["queries"]
        samples = inputs["samples"].reshape(len(times), -1)
        start, stop = settings["start"], settings["stop"]
        last = stop if kind == "previous" else times[-1]
        # Made once for a series, so not timed.
        read = interp1d(times, samples, kind=kind, axis=0, assume_sorted=True, bounds_error=False,
                        fill_value="extrapolate", copy=False)

        def run():
            if np.any(queries < times[0]) or np.any(queries > last):
                raise ValueError("times lie outside")
            values = read(queries)
            values[(queries < start) | (queries > stop)] = np.nan
            return {"samples": values}

        return run, {"samples": "float64"}

    return work


def parts(array, counts):
    return np.split(array, np.cumsum(counts)[:-1])


def event_series(inputs, settings):
    counts = [int(n) for n in inputs["counts"]]
    return parts(inputs["times"], counts), parts(inputs["channels"].astype(np.int64), counts)


def merged_events(all_times, all_channels, start, stop, width):
    times, channels = np.concatenate(all_times), np.concatenate(all_channels)
    order = np.argsort(times)
    return checked_events(times[order], channels[order], start, stop, width)


def merge_events(inputs, settings):
    all_times, all_channels = event_series(inputs, settings)
    start, stop, width = settings["start"], settings["stop"], settings["numChannels"]

    def run():
        delayed = [times + 0.0 for times in all_times[1:]]
        return merged_events([all_times[0], *delayed], all_channels, start, stop, width)

    return run, EVENTS


def append_events(inputs, settings):
    all_times, all_channels = event_series(inputs, settings)
    duration, width = settings["duration"], settings["numChannels"]

    def run():
        stop, delayed = duration, [all_times[0]]
        for times in all_times[1:]:
            delay = 0.0 + stop - 0.0
            delayed.append(times + delay)
            stop = delay + duration
        return merged_events(delayed, all_channels, 0.0, stop, width)

    return run, EVENTS


def clip_events(inputs, settings):
    times, channels = inputs["times"], inputs["channels"].astype(np.int64)
    start, stop, width = settings["from"], settings["to"], settings["numChannels"]

    def run():
        t, c = selected(times, channels, start, stop, np.arange(width))
        return checked_events(t, c, start, stop, width)

    return run, EVENTS


def signals(inputs, settings):
    counts = [int(n) for n in inputs["counts"]]
    width = settings["numChannels"]
    return parts(inputs["times"], counts), parts(inputs["samples"].reshape(-1, width), counts)


def merged_samples(all_times, all_samples):
    times, samples = np.concatenate(all_times), np.concatenate(all_samples)
    order = np.argsort(times)
    times, samples = times[order], samples[order]
    checked_order(times)
    return {"times": times, "samples": samples}


def merge_continuous(inputs, settings):
    all_times, all_samples = signals(inputs, settings)

    def run():
        kept_times, kept_samples = [all_times[0]], [all_samples[0]]
        for later in range(1, len(all_times)):
            times, keep = all_times[later], np.ones(len(all_times[later]), dtype=bool)
            for earlier in range(later):
                keep &= ~np.isin(times, all_times[earlier])
            kept_times.append(times[keep])
            kept_samples.append(all_samples[later][keep])
        return merged_samples(kept_times, kept_samples)

    return run, SAMPLES


def append_continuous(inputs, settings):
    all_times, all_samples = signals(inputs, settings)
    duration = settings["duration"]

    def run():
        stop, delayed = duration, [all_times[0]]
        for times, before in zip(all_times[1:], all_times):
            delay = np.median(np.diff(before)) + stop - 0.0
            delayed.append(times + delay)
            stop = delay + duration
        return merged_samples(delayed, all_samples)

    return run, SAMPLES


WORK = {
    "raster": raster(add_events=False),
    "raster-counts": raster(add_events=True),
    "from-raster": from_raster,
    "sample-previous-ordered": sampled("previous"),
    "sample-linear-ordered": sampled("linear"),
    "sample-previous-random": sampled("previous"),
    "sample-linear-random": sampled("linear"),
    "merge-events": merge_events,
    "append-events": append_events,
    "clip-events": clip_events,
    "clip-events-arrays": clip_events,
    "merge-continuous": merge_continuous,
    "append-continuous": append_continuous,
}

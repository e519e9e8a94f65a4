"""The time series workloads done by the series of reference_series.py.

Each entry of WORK takes inputs and settings and gives a function without arguments, which is what is timed,
and the element types in which its results are compared.
"""

import numpy as np

EVENTS = {"times": "float64", "channels": "int32"}
SAMPLES = {"times": "float64", "samples": "float64"}


def parts(array, counts):
    return np.split(array, np.cumsum(counts)[:-1])


def events_of(inputs, settings):
    from reference_series import Events

    start, stop, width = settings["start"], settings["stop"], settings["numChannels"]
    counts = inputs.get("counts", [len(inputs["times"])])
    return [
        Events(times, channels, start, stop, width)
        for times, channels in zip(parts(inputs["times"], counts), parts(inputs["channels"], counts))
    ]


def signals_of(inputs, settings):
    from reference_series import Continuous

    start, stop, width = settings["start"], settings["stop"], settings["numChannels"]
    counts = inputs.get("counts", [len(inputs["times"])])
    samples = inputs["samples"].reshape(-1, width)
    return [
        Continuous(times, rows, start, stop, settings.get("kind", "previous"))
        for times, rows in zip(parts(inputs["times"], counts), parts(samples, counts))
    ]


def events(result):
    return {"times": result.times, "channels": result.channels}


def samples(result):
    return {"times": result.times, "samples": result.samples}


def raster(inputs, settings):
    (series,) = events_of(inputs, settings)
    return lambda: {"raster": series.raster(settings["dt"], add_events=False)}, {"raster": "uint8"}


def raster_counts(inputs, settings):
    (series,) = events_of(inputs, settings)
    return lambda: {"raster": series.raster(settings["dt"], add_events=True)}, {"raster": "int32"}


def from_raster(inputs, settings):
    from reference_series import Events

    table = inputs["raster"].reshape(-1, settings["numChannels"]).astype(int)
    return lambda: events(Events.from_raster(table, settings["dt"])), EVENTS


def sampled(inputs, settings):
    (series,) = signals_of(inputs, settings)
    queries = inputs["queries"]
    return lambda: {"samples": series(queries)}, {"samples": "float64"}


def merge_events(inputs, settings):
    first, *others = events_of(inputs, settings)
    return lambda: events(first.merge(others, [0.0] * len(others))), EVENTS


def append_events(inputs, settings):
    first, *others = events_of(inputs, settings)
    return lambda: events(first.append_t(others)), EVENTS


def clip_events(inputs, settings):
    (series,) = events_of(inputs, settings)
    return lambda: events(series.clip(settings["from"], settings["to"])), EVENTS


def merge_continuous(inputs, settings):
    first, *others = signals_of(inputs, settings)
    return lambda: samples(first.merge(others)), SAMPLES


def append_continuous(inputs, settings):
    first, *others = signals_of(inputs, settings)
    return lambda: samples(first.append_t(others)), SAMPLES


WORK = {
    "raster": raster,
    "raster-counts": raster_counts,
    "from-raster": from_raster,
    "sample-previous-ordered": sampled,
    "sample-linear-ordered": sampled,
    "sample-previous-random": sampled,
    "sample-linear-random": sampled,
    "merge-events": merge_events,
    "append-events": append_events,
    "clip-events": clip_events,
    "clip-events-arrays": clip_events,
    "merge-continuous": merge_continuous,
    "append-continuous": append_continuous,
}

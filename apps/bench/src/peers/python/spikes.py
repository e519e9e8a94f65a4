"""Between lists of events and the dense rasters that array libraries compute with."""

import numpy as np

SPIKES = {"offsets": "uint32", "units": "int32"}


def raster_of(offsets, units, steps, n, dtype=np.float32):
    """One row of zeros and ones per step."""
    raster = np.zeros((steps, n), dtype)
    raster[np.repeat(np.arange(steps), np.diff(offsets.astype(np.int64))), units] = 1
    return raster


def events_of(raster):
    rows, units = np.nonzero(raster)
    return {"offsets": offsets_of(rows, len(raster)), "units": units}


def offsets_of(rows, steps):
    """Where each row's events begin, from the row of every event."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=steps))])

"""Series as the Python reference has them: which checks, copies and whole-array steps its methods go through.

Written from the description of its behaviour, not from its code. Where that leaves open how something is
computed, the cheaper way is taken here. Only what the workloads need is here.
"""

import copy

import numpy as np
from scipy.interpolate import interp1d

TOLERANCE = 1e-9
RESOLUTION = 1e-15


def checked_order(times):
    if np.any(np.diff(times) < 0):
        raise ValueError("times must not decrease")


class Series:
    """Times within a range. Methods work on a deep copy; an assignment of times checks their order."""

    def __init__(self, times, start, stop):
        self._times = np.array(times, dtype=float).flatten()
        checked_order(self._times)
        if self._times.size and (self._times[0] < start or self._times[-1] > stop):
            raise ValueError("times lie outside the range")
        self.start, self.stop = start, stop

    def copy(self):
        return copy.deepcopy(self)

    def delay(self, offset):
        delayed = self.copy()
        delayed.start, delayed.stop = delayed.start + offset, delayed.stop + offset
        delayed.times = delayed._times + offset
        return delayed

    @property
    def times(self):
        return self._times

    @times.setter
    def times(self, values):
        checked_order(values)
        self._times = values


class Events(Series):
    def __init__(self, times, channels, start, stop, num_channels):
        if len(times) and np.max(times) >= stop:
            raise ValueError("an event is not before the stop")
        channels = np.array(channels, dtype=int).flatten()
        if channels.size and (np.min(channels) < 0 or np.max(channels) >= num_channels):
            raise ValueError("a channel does not exist")
        super().__init__(times, start, stop)
        self.channels, self.num_channels = channels, num_channels

    def __call__(self, start=None, stop=None, channels=None):
        start = self.start if start is None else start
        stop = self.stop if stop is None else stop
        wanted = np.arange(self.num_channels) if channels is None else channels
        keep = np.isin(self.channels, wanted) & (self._times >= start) & (self._times < stop)
        return self._times[keep], self.channels[keep]

    def raster(self, dt, add_events):
        """Counts are made column by column, which is how an event beyond the last row comes to be lost."""
        num_rows = int(np.round((self.stop - self.start) / dt))
        times, channels = self(self.start, self.stop)
        rows = np.floor((times - self.start) / dt).astype(int)
        if add_events:
            table = np.zeros((num_rows, self.num_channels), dtype=int)
            for channel in range(self.num_channels):
                counts = np.bincount(rows[channels == channel], minlength=num_rows)
                table[:, channel] = counts[:num_rows]
            return table
        table = np.zeros((num_rows, self.num_channels), dtype=bool)
        table[rows, channels] = True
        np.any((np.diff(rows) == 0) & (np.diff(channels) == 0))  # whether to tell that events share a cell
        return table

    @classmethod
    def from_raster(cls, raster, dt):
        raster = np.array(raster, dtype=int)
        rows, channels = np.nonzero(raster)
        counts = raster[rows, channels]
        if np.any(raster < 0):
            raise ValueError("a raster holds counts")
        times = np.repeat(rows * dt + 0.0 + dt / 2, counts)
        num_rows, num_channels = raster.shape
        return cls(times, np.repeat(channels, counts), 0.0, num_rows * dt + 0.0, num_channels)

    def clip(self, start, stop):
        times, channels = self(start, stop)
        return Events(times, channels, start, stop, self.num_channels)

    def merge(self, others, delays):
        series = [self, *(other.delay(delay) for other, delay in zip(others, delays))]
        times = np.concatenate([each.times for each in series])
        channels = np.concatenate([each.channels for each in series])
        order = np.argsort(times)
        return Events(
            times[order],
            channels[order],
            min(each.start for each in series),
            max(each.stop for each in series),
            max(each.num_channels for each in series),
        )

    def append_t(self, others):
        delays, stop = [], self.stop
        for other in others:
            delays.append(0.0 + stop - other.start)
            stop = delays[-1] + other.stop
        return self.merge(others, delays)


class Continuous(Series):
    """Samples, with an interpolator that is prepared anew whenever times or samples change."""

    def __init__(self, times, samples, start, stop, kind="previous"):
        super().__init__(times, start, stop)
        self.kind = kind
        self.samples = np.array(samples, dtype=float)
        self.prepare()

    def prepare(self):
        self.interpolator = interp1d(
            self._times,
            self.samples,
            kind=self.kind,
            axis=0,
            assume_sorted=True,
            bounds_error=False,
            fill_value="extrapolate",
        )

    @Series.times.setter
    def times(self, values):
        Series.times.fset(self, values)
        self.prepare()

    def __call__(self, times):
        queries = np.array(times, dtype=float)
        first = self._times[0]
        last = self.stop if self.kind == "previous" else self._times[-1]
        early, late = queries < first, queries > last
        if np.any(early) or np.any(late):
            tolerance = min(TOLERANCE, 1e-6 * (self.stop - self.start))
            queries[early & (queries >= first - tolerance)] = first
            queries[late & (queries <= last + tolerance)] = last
            if np.any(queries < first) or np.any(queries > last):
                raise ValueError("times lie outside")
        values = self.interpolator(queries)
        values[(queries < self.start) | (queries > self.stop)] = np.nan
        return values

    def merge(self, others, remove_duplicates=True):
        series = [self, *others]
        all_times, all_samples = [self._times], [self.samples]
        for number, later in enumerate(others, start=1):
            if remove_duplicates:
                keep = np.ones(later._times.size, dtype=bool)
                for earlier in series[:number]:
                    keep &= ~np.isin(later._times, earlier._times)
                all_times.append(later._times[keep])
                all_samples.append(later.samples[keep])
            else:
                all_times.append(later._times)
                all_samples.append(later.samples)
        times, samples = np.concatenate(all_times), np.concatenate(all_samples)
        order = np.argsort(times)
        start, stop = min(each.start for each in series), max(each.stop for each in series)
        return Continuous(times[order], samples[order], start, stop, self.kind)

    def append_t(self, others):
        delayed, before, stop = [], self, self.stop
        for other in others:
            delay = np.median(np.diff(before._times)) + stop - other.start
            delayed.append(other.delay(delay))
            before, stop = other, delay + other.stop
        return self.merge(delayed, remove_duplicates=False)

"""Rate neurons by an Euler solver that Numba compiles, as the rate reservoir of the Python reference has it: one loop over time
steps, arrays in each, `np.dot` for the coupling. Without `fastmath`; compiled in the first round, which is not timed.
"""

import numpy as np
from numba import njit


@njit
def evolve(x, data, weights, bias, rate):
    """Gives the activity before each step, and after the last."""
    steps, n = data.shape
    activity = np.zeros((steps + 1, n), x.dtype)
    for t in range(steps):
        activity[t] = rectified(x + bias)
        x = x + (-x + data[t] + np.dot(activity[t], weights)) * rate
    activity[steps] = rectified(x + bias)
    return activity, x


@njit
def rectified(x):
    return np.where(x < 0, np.zeros_like(x), x)


def rate_rec(real):
    """In numbers of this type."""

    def prepare(inputs, settings):
        n, steps = settings["n"], settings["steps"]
        weights, data = inputs["weights"].astype(real).reshape(n, n), inputs["input"].astype(real).reshape(steps, n)
        bias, rate = inputs["bias"].astype(real), inputs["lambda"].astype(real)

        def run():
            activity, x = evolve(np.zeros(n, real), data, weights, bias, rate)
            return {"activity": activity[:-1], "x": x}

        return run, {"activity": "float32", "x": "float32"}

    return prepare


WORK = {"rate-rec": rate_rec(np.float64)}

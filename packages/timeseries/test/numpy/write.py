"""Writes the files beside this one (or into the folder that is named), as NumPy users make them.

    python3 write.py [FOLDER]
"""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np

nothing = np.array([])


def continuous(**changes):
    return {
        "times": np.array([0.0, 0.5, 1.25]),
        "samples": np.array([[1.5, -0.0], [np.nan, np.inf], [-1e-310, 3.0]]),
        "t_start": -1.0,
        "t_stop": 2.0,
        "interp_kind_linear": nothing,
        "periodic": False,
        "name_from numpy/ü.1": nothing,
        "type_TSContinuous": nothing,
        **changes,
    }


def events(**changes):
    return {
        "times": np.array([0.25, 0.25, 1.0]),
        "channels": np.array([2, 0, 1]),
        "t_start": 0,
        "t_stop": 1.5,
        "periodic": True,
        "num_channels": 5,
        "name_spikes": nothing,
        "type_TSEvent": nothing,
        **changes,
    }


def member(array, version):
    data = io.BytesIO()
    np.lib.format.write_array(data, np.asarray(array), version=version)
    return data.getvalue()


def main(folder):
    np.savez(folder / "continuous.npz", **continuous())
    np.savez_compressed(
        folder / "continuous-narrow.npz",
        **continuous(
            times=np.array([0.0, 0.5, 1.25], dtype=np.float16),
            samples=np.asfortranarray(np.array([[1, -2], [3, 4], [5, -6]], dtype=np.int16)),
            t_start=np.int32(-1),
        ),
    )
    old = continuous(
        times=np.array([0.0, 0.5, 1.25], dtype=">f4"),
        samples=np.array([[1, 0], [0, 1], [1, 1]], dtype=bool),
        str_type="TSContinuous",
        name="old",
        interp_kind="nearest",
    )
    for key in ("interp_kind_linear", "name_from numpy/ü.1", "type_TSContinuous"):
        del old[key]
    np.savez(folder / "continuous-old.npz", **old)
    np.savez(folder / "events.npz", **events())
    np.savez_compressed(
        folder / "events-narrow.npz",
        **events(
            times=np.array([0.25, 0.25, 1.0], dtype=">f8"),
            channels=np.array([2, 0, 1], dtype=np.uint8),
            num_channels=np.uint16(5),
            trial_start_times=np.array([0, 1]),
        ),
    )
    with zipfile.ZipFile(folder / "events-versions.npz", "w") as archive:
        for i, (key, array) in enumerate(events().items()):
            archive.writestr(f"{key}.npy", member(array, [(1, 0), (2, 0), (3, 0)][i % 3]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

"""Does the work of one workload with NumPy and SciPy, and times it.

    peer.py --versions     prints what is installed
    peer.py FOLDER         reads request.json and arrays, writes answer.json and arrays

The request names a way of doing it: "reference", step by step as the Python reference does, or "lean", the
fewest whole-array operations.
"""

import json
import platform
import sys
import time
from pathlib import Path

import numpy as np

import dynamics
import lean
import reference

WORK = {"reference": {**reference.WORK}, "lean": {**lean.WORK, **dynamics.WORK}}


def versions() -> str:
    try:
        import scipy

        found = f"SciPy {scipy.__version__}"
    except ImportError:
        found = "no SciPy"
    return f"NumPy {np.__version__}, {found}, Python {platform.python_version()}"


def answer(folder: Path) -> dict:
    request = json.loads((folder / "request.json").read_text())
    work = WORK[request["way"]][request["workload"]]
    inputs = {
        name: np.fromfile(folder / entry["file"], dtype=entry["dtype"]) for name, entry in request["inputs"].items()
    }
    try:
        run, result_types = work(inputs, request["settings"])
    except ImportError as error:
        return {"missing": f"it needs {error.name}"}
    milliseconds, result = timed(run, request["rounds"])
    return {"milliseconds": milliseconds, "result": written(folder, result, result_types)}


def timed(run, rounds: dict):
    clock = time.process_time if rounds.get("processorTime") else time.perf_counter
    for _ in range(rounds["warmUp"]):
        run()
    milliseconds = []
    for _ in range(rounds["timed"]):
        result = None
        start = clock()
        result = run()
        milliseconds.append((clock() - start) * 1000)
    return milliseconds, result


def written(folder: Path, result: dict, types: dict) -> dict:
    files = {}
    for name, array in result.items():
        files[name] = {"file": f"out-{name}.raw", "dtype": types[name]}
        np.ascontiguousarray(array, dtype=types[name]).tofile(folder / files[name]["file"])
    return files


if __name__ == "__main__":
    if sys.argv[1] == "--versions":
        print(versions())
    else:
        place = Path(sys.argv[1])
        (place / "answer.json").write_text(json.dumps(answer(place)))

"""Does the work of one workload in one way, and times it.

    run.py --versions PACKAGE…  prints which are installed; before a question mark: need not be there
    run.py --forms WAY          prints the workloads that there are forms of, one in a line
    run.py FOLDER               reads request.json and arrays, writes answer.json and arrays

A way is a library, or a manner of using one. Its modules have a table WORK: for each workload a function that takes inputs
and settings and gives a function without arguments, which is what is timed, and the element types in which its results
are compared. Where results still have to be put into the form that is compared, the timed function gives a function
that does so; where a library knows its own time better, it gives `stopwatch.Taken`.
"""

import importlib
import json
import platform
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import stopwatch

MODULES = {
    "reference": ["reference_series_work", "reference_steps"],
    "lean": ["lean_series", "lean_steps"],
    "torch": ["torch_steps"],
    "numba": ["numba_steps"],
    "numba-float32": ["numba_float32_steps"],
    "brian": ["brian_runtime"],
    "brian-standalone": ["brian_standalone"],
}


def versions(packages: list) -> str:
    """Of packages that must be there, and of others, before a question mark."""
    found = []
    for name in packages:
        try:
            found.append(f"{name.strip('?')} {metadata.version(name.strip('?'))}")
        except metadata.PackageNotFoundError:
            if not name.endswith("?"):
                raise
            found.append(f"no {name.strip('?')}")
    return ", ".join([*found, f"Python {platform.python_version()}"])


def forms(way: str) -> dict:
    found = {}
    for name in MODULES[way]:
        found |= importlib.import_module(name).WORK
    return found


def answer(folder: Path) -> dict:
    request = json.loads((folder / "request.json").read_text())
    inputs = {
        name: np.fromfile(folder / entry["file"], dtype=entry["dtype"]) for name, entry in request["inputs"].items()
    }
    stopwatch.processor_time = request["rounds"].get("processorTime", False)
    try:
        work = forms(request["way"])[request["workload"]]
        run, result_types = work(inputs, request["settings"])
    except ImportError as error:
        return {"missing": f"it needs {error.name}"}
    milliseconds, result = timed(run, request["rounds"])
    return {"milliseconds": milliseconds, "result": written(folder, result, result_types)}


def timed(run, rounds: dict):
    """Few rounds of slow work: the same rule as in harness/measure.ts."""
    enough = rounds.get("enough", float("inf"))
    repeat(run, rounds["warmUp"], 1, enough)
    milliseconds, result = repeat(run, rounds["timed"], 3, enough)
    return milliseconds, result() if callable(result) else result


def repeat(run, rounds: int, fewest: int, enough: float):
    milliseconds, result = [], None
    while len(milliseconds) < rounds and (len(milliseconds) < fewest or sum(milliseconds) < enough):
        result = None
        start = stopwatch.now()
        result = run()
        milliseconds.append((stopwatch.now() - start) * 1000)
        if isinstance(result, stopwatch.Taken):
            milliseconds[-1], result = result.seconds * 1000, result.result
    return milliseconds, result


def written(folder: Path, result: dict, types: dict) -> dict:
    files = {}
    for name, array in result.items():
        files[name] = {"file": f"out-{name}.raw", "dtype": types[name]}
        np.ascontiguousarray(array, dtype=types[name]).tofile(folder / files[name]["file"])
    return files


if __name__ == "__main__":
    if sys.argv[1] == "--versions":
        print(versions(sys.argv[2:]))
    elif sys.argv[1] == "--forms":
        print("\n".join(forms(sys.argv[2])))
    else:
        place = Path(sys.argv[1])
        (place / "answer.json").write_text(json.dumps(answer(place)))

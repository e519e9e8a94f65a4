"""lif-rec and lif-rec-sparse as a loop over steps in PyTorch, on a GPU: one line of JSON with what came of it.

Arguments: a folder with the arrays as raw bytes and `settings.json`, and `loop` or `compile`. Reading the data and moving
it to the GPU is not timed; spikes are counted on the GPU, and read once at the end.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch


def main():
    folder, form = Path(sys.argv[1]), sys.argv[2]
    settings = json.loads((folder / "settings.json").read_text())
    n, batch, steps = settings["n"], settings["batch"], settings["steps"]
    place = torch.device(settings["place"])
    torch.backends.cuda.matmul.allow_tf32 = False

    def read(name, dtype=np.float32):
        return torch.from_numpy(np.fromfile(folder / name, dtype=dtype)).to(place)

    alpha, beta, threshold, bias = (read(name) for name in ("alpha", "beta", "threshold", "bias"))
    start = read("potential").reshape(batch, n)
    if settings["sparse"]:
        matrix = torch.sparse_csr_tensor(
            read("indptr", np.int32), read("indices", np.int32), read("weights"), size=(n, n)
        )
        # A sparse matrix times a dense one; the transpose is made once.
        across = matrix.to_sparse_coo().t().coalesce().to_sparse_csr()
        couple = lambda spikes: torch.sparse.mm(across, spikes.T).T
    else:
        weights = read("weights").reshape(n, n)
        couple = lambda spikes: spikes @ weights

    def step(current, potential, spikes):
        current = (current + couple(spikes)) * beta
        potential = potential * alpha + current + bias
        fires = potential > threshold
        potential = torch.where(fires, potential - threshold, potential)
        return current, potential, fires.to(torch.float32)

    if form == "compile":
        step = torch.compile(step)

    def run():
        current, potential, spikes = torch.zeros_like(start), start.clone(), torch.zeros_like(start)
        total = torch.zeros((), dtype=torch.int64, device=place)
        for _ in range(steps):
            current, potential, spikes = step(current, potential, spikes)
            total += spikes.sum(dtype=torch.int64)
        return int(total.item())

    milliseconds, total = [], 0
    with torch.no_grad():
        for round in range(2 + settings["rounds"]):
            begin = time.perf_counter()
            total = run()
            if round >= 2:
                milliseconds.append(1000 * (time.perf_counter() - begin))
    name = torch.cuda.get_device_name() if place.type == "cuda" else "the processor"
    print(json.dumps({"milliseconds": milliseconds, "spikes": total, "on": f"PyTorch {torch.__version__}, {name}"}))


main()

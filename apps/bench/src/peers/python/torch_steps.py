"""Networks in PyTorch, module by module as the modules of the Python reference are: a linear module multiplies all time steps
at once, a module of neurons goes through them in a loop, with a few operations on whole arrays in each. One thread, on the
processor, without gradients. Nothing is recorded but what each module gives out.
"""

import torch
from spikes import SPIKES, events_of, raster_of

torch.set_num_threads(1)


def linear(data, weight):
    return data @ weight


def neurons(data, alpha, beta, threshold, max_spikes, bias=0.0, w_rec=None):
    """Leaky integrate-and-fire neurons with S = 1 synapses each; `data` (B, T, N * S). Gives spikes of every step and the last
    state.
    """
    batches, steps, n = data.shape
    data = data.reshape(batches, steps, n, 1)
    isyn, vmem, spikes = torch.zeros(batches, n, 1), torch.zeros(batches, n), torch.zeros(batches, n)
    output = torch.zeros(batches, steps, n)
    for t in range(steps):
        drive = data[:, t] if w_rec is None else data[:, t] + (spikes @ w_rec).reshape(batches, n, 1)
        isyn = (isyn + drive) * beta
        vmem = vmem * alpha + isyn.sum(2) + bias
        spikes = torch.clamp((vmem >= threshold) * torch.floor(vmem / threshold), max=max_spikes)
        vmem = vmem - spikes * threshold
        output[:, t] = spikes
    return output, vmem, isyn[:, :, 0]


def lif(recurrent):
    def prepare(inputs, settings):
        n, steps = settings["n"], settings["steps"]
        alpha, beta, threshold, bias = (torch.from_numpy(inputs[name]) for name in ("alpha", "beta", "threshold", "bias"))
        w_rec = torch.from_numpy(inputs["weights"]).reshape(n, n) if recurrent else None
        raster = torch.from_numpy(raster_of(inputs["offsets"], inputs["units"], steps, n))[None]

        @torch.no_grad()
        def run():
            output, vmem, isyn = neurons(raster, alpha, beta[:, None], threshold, max_spikes=1, bias=bias, w_rec=w_rec)
            return lambda: {**events_of(output[0].numpy()), "potential": vmem[0].numpy(), "current": isyn[0].numpy()}

        return run, {**SPIKES, "potential": "float32", "current": "float32"}

    return prepare


def lif_stack(inputs, settings):
    batch, steps = settings["batch"], settings["steps"]
    sizes = (16, 64, 64, 64, 10)
    weights = [
        torch.from_numpy(inputs[f"w{layer}"]).reshape(sizes[layer - 1], sizes[layer]) for layer in (1, 2, 3, 4)
    ]
    raster = torch.from_numpy(inputs["input"]).reshape(batch, steps, sizes[0])

    @torch.no_grad()
    def run():
        data = raster
        for weight in weights:
            data, _, _ = neurons(linear(data, weight), alpha=0.95, beta=0.9, threshold=1.0, max_spikes=1)
        return lambda: {"spikes": data.numpy() + 0.0}  # some zeros are negative

    return run, {"spikes": "float32"}


def synnet(inputs, settings):
    batch, steps, alpha, threshold = (settings[name] for name in ("batch", "steps", "alpha", "threshold"))
    limits = [settings["maxSpikes"]] * 3 + [settings["maxSpikesOut"]]
    betas = [torch.from_numpy(inputs[f"beta{layer}"]) for layer in (1, 2, 3, 4)]
    weights = [
        torch.from_numpy(inputs[f"w{layer}"]).reshape(-1, len(beta)) for layer, beta in zip((1, 2, 3, 4), betas)
    ]
    raster = torch.from_numpy(inputs["input"]).reshape(batch, steps, -1)

    @torch.no_grad()
    def run():
        data = raster
        for weight, beta, limit in zip(weights, betas, limits):
            data, _, _ = neurons(linear(data, weight), alpha, beta[:, None], threshold, max_spikes=limit)
        return {"output": data.numpy()}

    return run, {"output": "float64"}


WORK = {"lif-ff": lif(recurrent=False), "lif-rec": lif(recurrent=True), "lif-stack": lif_stack, "synnet": synnet}

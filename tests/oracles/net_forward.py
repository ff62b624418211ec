"""The predictor's arithmetic, done again: a forward pass in NumPy on the same weights and the same input.

    pip install numpy safetensors
    flockwork train DIR --test MODEL.safetensors --dump dump.npz
    python tests/oracles/net_forward.py MODEL.safetensors dump.npz
"""

import sys

import numpy
from safetensors.numpy import load_file

net, dump = load_file(sys.argv[1]), dict(numpy.load(sys.argv[2]))
scale, widen = net["scale"], net["widen"]


def relu(x):
    return numpy.maximum(x, 0)


first_bin = first_patch = 0
worst = 0.0
for window, patches in enumerate(dump["window_patches"]):
    x = numpy.zeros((patches, net["patch.0.weight"].shape[0]), dtype=numpy.float32)
    for patch in range(patches):
        end = dump["patch_ends"][first_patch + patch]
        x[patch, dump["bins"][first_bin:end]] = numpy.sqrt(dump["counts"][first_bin:end].astype(numpy.float32)) / 2
        first_bin = end
    first_patch += patches
    h = relu(x @ net["patch.0.weight"] + net["patch.0.bias"])
    h = relu(h @ net["patch.1.weight"].T + net["patch.1.bias"])
    n = max(patches, 1)
    numbers = numpy.clip((dump["globals"][window] - scale[0]) / scale[1], -5, 5)
    pooled = numpy.concatenate([h.sum(0) / n, numpy.sqrt((h * h).sum(0) / n + 1e-6), numbers])
    out = net["head.1.weight"] @ relu(net["head.0.weight"] @ pooled + net["head.0.bias"]) + net["head.1.bias"]
    spreads = numpy.exp(numpy.clip(out[[1, 3]], -4, 3)) * widen
    mine = numpy.array([out[0], spreads[0], out[2], spreads[1], 1 / (1 + numpy.exp(-out[4]))])
    worst = max(worst, numpy.abs(mine - dump["said"][window]).max())
print(f"{len(dump['window_patches'])} windows, largest difference {worst:.2e}")
sys.exit(not worst < 1e-4)

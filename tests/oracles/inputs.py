"""The inputs of the oracles: `crates/oracles/src/lib.rs` makes the same numbers, with the same bits."""
import math

import numpy as np

MASK = (1 << 64) - 1


def uniform(seed):
    """Numbers uniform in [0, 1): SplitMix64 from this seed on."""
    count = 0
    while True:
        count += 1
        z = (seed + count * 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield ((z ^ (z >> 31)) >> 11) / (1 << 53)


def normal(seed):
    """Numbers nearly normal, with mean 0 and variance 1: sums of twelve uniform ones."""
    numbers = uniform(seed)
    while True:
        total = 0.0
        for _ in range(12):
            total += next(numbers)
        yield total - 6.0


def autoregressive(a, length):
    """x <- a x + sqrt(1 - a^2) e, of variance 1."""
    noise = normal(1)
    x = next(noise)
    width = math.sqrt(1.0 - a * a)
    series = []
    for _ in range(length):
        series.append(x)
        x = a * x + width * next(noise)
    return series


def logistic(r, length):
    """x <- r x (1 - x) from 0.3, without its first 1000 values."""
    x, series = 0.3, []
    for step in range(1000 + length):
        if step >= 1000:
            series.append(x)
        x = r * x * (1.0 - x)
    return series


def show(name, *values):
    print(",".join([name] + [repr(float(value)) for value in values]))


def scattered(seed, agents, axes, side):
    """Places in a box with its corner at the origin, and unit vectors, in single precision: one row an agent."""
    numbers = uniform(seed)
    drawn = np.array([[next(numbers) for _ in range(2 * axes)] for _ in range(agents)])
    along = drawn[:, axes:] - 0.5
    along /= np.sqrt((along**2).sum(1))[:, None]
    return np.float32(side * drawn[:, :axes]).astype(float), np.float32(along).astype(float)

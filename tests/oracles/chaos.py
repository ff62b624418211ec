"""The 0-1 test and sample entropy, in a plain NumPy form of their definitions; one is added to each, so that a relative
tolerance means something near 0.

    pip install numpy
    python3 tests/oracles/chaos.py > tests/oracles/chaos.csv
"""
import numpy as np

from inputs import logistic, show


def zero_one(series):
    series = np.asarray(series)
    count, last = len(series), len(series) // 10
    found = []
    for frequency in range(100):
        c = np.pi / 5 + 3 * np.pi / 5 * ((frequency + 1) * 0.6180339887498949 % 1.0)
        steps = np.arange(1, count + 1)
        path = np.cumsum(series * np.exp(1j * c * steps))
        after = np.arange(1, last + 1)
        spread = np.array([np.mean(np.abs(path[n : n + count - last] - path[: count - last]) ** 2) for n in after])
        spread -= series.mean() ** 2 * (1 - np.cos(after * c)) / (1 - np.cos(c))
        found.append(np.corrcoef(after, spread)[0, 1])
    return np.median(found)


def sample_entropy(series):
    series = np.asarray(series)
    count, tolerance = len(series) - 2, 0.2 * series.std()
    near = np.abs(series[:, None] - series[None, :]) <= tolerance
    two = near[:count, :count] & near[1 : count + 1, 1 : count + 1]
    three = two & near[2 : count + 2, 2 : count + 2]
    pairs = np.triu_indices(count, 1)
    return -np.log(three[pairs].sum() / two[pairs].sum())


for r in (3.55, 3.9, 4.0):
    series = logistic(r, 1000)
    show(f"zero_one {r}", 1.0 + zero_one(series))
    show(f"sample_entropy {r}", 1.0 + sample_entropy(series))

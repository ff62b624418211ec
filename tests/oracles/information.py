"""Mutual information and transfer entropy by nearest neighbours, in a plain NumPy form of Kraskov's and Frenzel's formulas.

    pip install numpy scipy
    python3 tests/oracles/information.py > tests/oracles/information.csv
"""
import itertools

import numpy as np
from scipy.special import digamma

from inputs import normal, show

K = 4


def apart(series):
    series = (series - series.mean()) / series.std()
    return np.abs(series[:, None] - series[None, :])


def reach(*distances):
    together = np.max(distances, axis=0)
    np.fill_diagonal(together, np.inf)
    return np.sort(together, axis=1)[:, K - 1][:, None]


def count(limit, *distances):
    inside = np.max(distances, axis=0) < limit
    np.fill_diagonal(inside, False)
    return inside.sum(axis=1)


def mutual_information(x, y):
    dx, dy = apart(x), apart(y)
    limit = reach(dx, dy)
    return digamma(K) + digamma(len(x)) - np.mean(digamma(count(limit, dx) + 1) + digamma(count(limit, dy) + 1))


def transfer_entropy(source, target):
    scale = lambda series: (series - series.mean()) / series.std()
    source, target = scale(source), scale(target)
    gap = lambda series: np.abs(series[:, None] - series[None, :])
    following, past, other = gap(target[1:]), gap(target[:-1]), gap(source[:-1])
    limit = reach(following, past, other)
    return digamma(K) + np.mean(
        digamma(count(limit, past) + 1)
        - digamma(count(limit, following, past) + 1)
        - digamma(count(limit, past, other) + 1)
    )


numbers = normal(12)
x = np.array(list(itertools.islice(numbers, 300)))
y = x * x + 0.5 * np.array(list(itertools.islice(numbers, 300)))
show("mutual_information", mutual_information(x, y))
show("transfer_entropy", transfer_entropy(x, y))

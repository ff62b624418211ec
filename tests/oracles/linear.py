"""Principal components by NumPy.

    pip install numpy
    python3 tests/oracles/linear.py > tests/oracles/linear.csv
"""
import itertools

import numpy as np

from inputs import normal, show

numbers = normal(6)
a, b, c = (np.array(list(itertools.islice(numbers, 500))) for _ in range(3))
correlations = np.zeros((4, 4))
correlations[:3, :3] = np.corrcoef([a, a + 0.5 * b, c])
values, vectors = np.linalg.eigh(correlations)
order = np.argsort(values)[::-1]
show("shares", *(np.maximum(values, 0)[order] / values.sum()))
axis = vectors[:, order[0]]
show("first axis", *(axis * np.sign(axis[np.argmax(np.abs(axis))])))

"""Swarmalators of O'Keeffe, Hong & Strogatz (2017) in a plain NumPy form, Heun's method: the states of their fig. 2, t = 150 to 200.

    pip install numpy
    python3 tests/oracles/swarmalators.py > tests/oracles/swarmalators.csv
"""
import numpy as np

from inputs import show


def slope(x, theta, j, k):
    away = x[None] - x[:, None]
    squared = (away**2).sum(-1)
    np.fill_diagonal(squared, 1)
    distance = np.sqrt(squared)
    phase = theta[None] - theta[:, None]
    weight = (1 + j * np.cos(phase)) / distance - 1 / squared
    n = len(x)
    return (weight[..., None] * away).sum(1) / n, k / n * (np.sin(phase) / distance).sum(1)


def run(j, k, seed, n=300, dt=0.1, steps=2000, discard=1500):
    rng = np.random.default_rng(seed)
    x, theta = rng.uniform(-1, 1, (n, 2)), rng.uniform(-np.pi, np.pi, n)
    found = []
    for step in range(steps):
        v, w = slope(x, theta, j, k)
        v2, w2 = slope(x + dt * v, theta + dt * w, j, k)
        moved = dt / 2 * (v + v2)
        x, theta = x + moved, theta + dt / 2 * (w + w2)
        if step >= discard:
            place = x - x.mean(0)
            angle = np.arctan2(place[:, 1], place[:, 0])
            s = max(abs(np.exp(1j * (angle + sign * theta)).mean()) for sign in (1, -1))
            found.append([s, abs(np.exp(1j * theta).mean()), np.sqrt((moved**2).sum(1)).mean() / dt])
    return np.mean(found, 0)


for name, j, k in (("static sync", 0.1, 1.0), ("static async", 0.1, -1.0), ("static phase wave", 1.0, 0.0),
                   ("splintered", 1.0, -0.1), ("active", 1.0, -0.75)):
    runs = np.array([run(j, k, seed) for seed in (1, 2, 3)])
    for column, reading in enumerate(("s", "order", "speed")):
        show(f"{reading} in {name}", *runs[:, column])

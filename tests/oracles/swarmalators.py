"""Swarmalators of O'Keeffe, Hong & Strogatz (2017), Heun's method, written out from the paper's equations: the states of their fig. 2,
t = 150 to 200, of 8 runs each; and where 40 are, and their phases, 20 steps after a given start.

    pip install numpy numba
    python3 tests/oracles/swarmalators.py > tests/oracles/swarmalators.csv
"""
import numba
import numpy as np

from inputs import scattered, show


@numba.njit
def slope(x, theta, j, k):
    n = len(x)
    v, w = np.zeros((n, 2)), np.zeros(n)
    for a in range(n):
        for b in range(n):
            if a == b:
                continue
            dx, dy = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1]
            squared = dx * dx + dy * dy
            distance = np.sqrt(squared)
            phase = theta[b] - theta[a]
            weight = (1 + j * np.cos(phase)) / distance - 1 / squared
            v[a, 0] += weight * dx
            v[a, 1] += weight * dy
            w[a] += np.sin(phase) / distance
    return v / n, k / n * w


def step(x, theta, j, k, dt):
    v, w = slope(x, theta, j, k)
    v2, w2 = slope(x + dt * v, theta + dt * w, j, k)
    return x + dt / 2 * (v + v2), theta + dt / 2 * (w + w2)


def run(j, k, seed, n=300, dt=0.1, steps=2000, discard=1500):
    rng = np.random.default_rng(seed)
    x, theta = rng.uniform(-1, 1, (n, 2)), rng.uniform(-np.pi, np.pi, n)
    found = []
    for at in range(steps):
        before = x
        x, theta = step(x, theta, j, k, dt)
        if at >= discard:
            place = x - x.mean(0)
            angle = np.arctan2(place[:, 1], place[:, 0])
            s = max(abs(np.exp(1j * (angle + sign * theta)).mean()) for sign in (1, -1))
            moved = np.sqrt(((x - before) ** 2).sum(1)).mean()
            found.append([s, abs(np.exp(1j * theta).mean()), moved / dt])
    return np.mean(found, 0)


for name, j, k in (("static sync", 0.1, 1.0), ("static async", 0.1, -1.0), ("static phase wave", 1.0, 0.0),
                   ("splintered", 1.0, -0.1), ("active", 1.0, -0.75)):
    runs = np.array([run(j, k, seed) for seed in range(1, 9)])
    for column, reading in enumerate(("s", "order", "speed")):
        show(f"{reading} in {name}", *runs[:, column])

for seed, (j, k) in enumerate(((1.0, -0.75), (0.1, 1.0)), 101):
    x, along = scattered(seed, 40, 2, 2.0)
    theta = np.arctan2(along[:, 1], along[:, 0])
    for _ in range(20):
        x, theta = step(x, theta, np.float32(j), np.float32(k), np.float32(0.1))
    show(f"places at J = {j:g}", *x.ravel())
    show(f"phases at J = {j:g}", *np.stack([np.cos(theta), np.sin(theta)], 1).ravel())

"""Numbers of camps under Deffuant's and Hegselmann and Krause's rules: 1000 agents, 400 runs each. Written apart from the program."""
import numpy as np
from numba import njit


@njit
def deffuant(seed, n, eps, sweeps):
    np.random.seed(seed)
    x = np.random.random(n)
    for _ in range(sweeps * n):
        i = np.random.randint(n)
        j = np.random.randint(n)
        if i != j and abs(x[i] - x[j]) < eps:
            x[i] = x[j] = 0.5 * (x[i] + x[j])
    return np.sort(x)


@njit
def krause(seed, n, eps, steps):
    np.random.seed(seed)
    x = np.sort(np.random.random(n))
    for _ in range(steps):
        y = np.empty(n)
        for i in range(n):
            s = 0.0
            k = 0
            for j in range(n):
                if abs(x[j] - x[i]) <= eps:
                    s += x[j]
                    k += 1
            y[i] = s / k
        if np.max(np.abs(y - x)) == 0.0:
            break
        x = np.sort(y)
    return x


def major(x, gap=0.01, share=0.02):
    edges = np.flatnonzero(np.diff(x) > gap) + 1
    return sum(len(c) >= share * len(x) for c in np.split(x, edges))


for name, rule, bounds, length, runs in (
    ("Deffuant, mu = 1/2, 200 sweeps", deffuant, (0.3, 0.27, 0.25, 0.22, 0.2, 0.15, 0.1), 200, 400),
    ("Hegselmann-Krause", krause, (0.3, 0.25, 0.22, 0.2, 0.18, 0.15, 0.1), 300, 100),
):
    print(f"{name}: bound, mean number of major camps, spread, counts")
    for eps in bounds:
        counts = [major(rule(k, 1000, eps, length)) for k in range(runs)]
        values, how = np.unique(counts, return_counts=True)
        print(f"  {eps}  {np.mean(counts):.3f}  {np.std(counts):.3f}  " + ", ".join(f"{v}: {h}" for v, h in zip(values, how)))

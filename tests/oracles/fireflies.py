"""Mirollo and Strogatz's oscillators from flash to flash: 100 that all see one another. Written apart from the program: urges are
kept, not phases, and every push is given to every one."""
import numpy as np
from numba import njit


@njit
def flashes(seed, n, b, eps):
    np.random.seed(seed)
    c = np.exp(b) - 1
    phase = np.random.random(n)
    count = np.zeros(n)
    while True:
        phase += 1 - phase.max()
        out = phase >= 1 - 1e-13
        k = out.sum()
        while True:
            x = np.log(1 + c * phase) / b + eps / n * k
            more = (x >= 1 - 1e-13) & ~out
            phase = np.where(out, phase, (np.exp(b * x) - 1) / c)
            out |= more
            k = more.sum()
            if k == 0:
                break
        phase[out] = 0.0
        count[out] += 1
        if out.all():
            return count.mean()


print("flashes of each until all flash as one, N = 100, b = 3, pulse eps/N, 200 runs: eps, mean, spread")
for eps in (0.05, 0.1, 0.2):
    f = [flashes(k, 100, 3.0, eps) for k in range(200)]
    print(f"  {eps}  {np.mean(f):.2f}  {np.std(f, ddof=1):.2f}")

"""Trails of Jones (2010), written apart from the program: the trail about one that stands still, and the pattern of 2000."""
import numpy as np
from numba import njit


@njit
def spread(t, keep):
    n = t.shape[0]
    out = np.zeros_like(t)
    for y in range(n):
        for x in range(n):
            s = 0.0
            for j in range(-1, 2):
                for i in range(-1, 2):
                    s += t[(y + j) % n, (x + i) % n]
            out[y, x] = keep * s / 9.0
    return out


def concentration(t):
    return 1 - t.mean() ** 2 / (t**2).mean()


@njit
def colony(seed, count, n, steps, angle, distance, turn, deposit, decay):
    np.random.seed(seed)
    x, y = np.random.random(count) * n, np.random.random(count) * n
    h = np.random.random(count) * 2 * np.pi
    trail = np.zeros((n, n))
    for _ in range(steps):
        for k in range(count):
            f = np.empty(3)
            for s in range(3):
                a = h[k] + (s - 1) * angle
                f[s] = trail[int(np.floor(y[k] + distance * np.sin(a))) % n, int(np.floor(x[k] + distance * np.cos(a))) % n]
            if f[1] > f[0] and f[1] > f[2]:
                pass
            elif f[1] < f[0] and f[1] < f[2]:
                h[k] += turn if np.random.random() < 0.5 else -turn
            elif f[0] < f[2]:
                h[k] += turn
            elif f[2] < f[0]:
                h[k] -= turn
        for k in range(count):
            x[k], y[k] = (x[k] + np.cos(h[k])) % n, (y[k] + np.sin(h[k])) % n
            trail[int(y[k]) % n, int(x[k]) % n] += deposit
        trail = spread(trail, 1 - decay)
    return trail


trail = np.zeros((50, 50))
for _ in range(200):
    trail[25, 25] += 5.0
    trail = spread(trail, 0.9)
print(f"one that stands still, 50 x 50 cells, 200 steps: concentration {concentration(trail):.6f}, mean {trail.mean():.6f}")
for turn in (45.0, 0.0):
    c = []
    for seed in range(6):
        t = colony(seed, 2000, 200, 500, np.radians(45.0), 9.0, np.radians(turn), 5.0, 0.1)
        c.append(concentration(t))
    print(f"2000 of 200 x 200 cells, 500 steps, SA = 45, RA = {turn}: mean {t.mean():.6f}, concentration {np.mean(c):.4f}, spread {np.std(c):.4f}")

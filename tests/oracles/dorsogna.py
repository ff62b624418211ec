"""Self-propelled Morse particles: exact radii of rotating pairs and rings, and a mill integrated apart from the program."""
import numpy as np
from scipy import integrate, optimize


def pull(r, cr, ca, lr, la):
    return ca / la * np.exp(-r / la) - cr / lr * np.exp(-r / lr)


def roots(n, speed2, morse):
    k = np.arange(1, n)
    sines = np.sin(np.pi * k / n)

    def excess(radius):
        return radius * (pull(2 * radius * sines, *morse) * sines).sum() - speed2

    grid = np.linspace(0.01, 6, 6000)
    values = [excess(r) for r in grid]
    return [optimize.brentq(excess, a, b) for a, b, x, y in zip(grid, grid[1:], values, values[1:]) if x * y < 0]


print("radii R of rings, alpha/beta = R sum U'(2R sin(pi k/N)) sin(pi k/N): N, alpha/beta, (C_r, C_a, l_r, l_a), R")
for n, speed2, morse in ((2, 0.1, (0.6, 1, 0.5, 1)), (40, 3.2, (0.6, 1, 0.5, 1)), (40, 3.2, (0.5, 1, 0.5, 2))):
    print(" ", n, speed2, morse, " ".join(f"{r:.5f}" for r in roots(n, speed2, morse)))


def run(n, morse, seed, t, alpha=1.6, beta=0.5, side=4.0):
    rng = np.random.default_rng(seed)
    start = np.concatenate([rng.uniform(-side / 2, side / 2, 2 * n), rng.uniform(-1, 1, 2 * n)])

    def slope(_, s):
        x, v = s[: 2 * n].reshape(n, 2), s[2 * n :].reshape(n, 2)
        d = x[None] - x[:, None]
        r = np.hypot(d[..., 0], d[..., 1])
        np.fill_diagonal(r, 1)
        w = pull(r, *morse) / r
        np.fill_diagonal(w, 0)
        a = (alpha - beta * (v**2).sum(1))[:, None] * v + (w[..., None] * d).sum(1)
        return np.concatenate([v.ravel(), a.ravel()])

    s = integrate.solve_ivp(slope, (0, t), start, rtol=1e-5, atol=1e-7).y[:, -1]
    x, v = s[: 2 * n].reshape(n, 2), s[2 * n :].reshape(n, 2)
    x = x - x.mean(0)
    spin = x[:, 0] * v[:, 1] - x[:, 1] * v[:, 0]
    r, u = np.hypot(*x.T), np.hypot(*v.T)
    return np.abs(spin).sum() / (r * u).sum(), r.mean(), u.mean()


print("N = 100 at random, alpha = 1.6, beta = 0.5, t = 100: (C_r, C_a, l_r, l_a), seed, sum|r x v| / sum |r||v|, mean radius, speed")
for morse in ((1, 0.5, 0.5, 2), (0.6, 1, 0.5, 1), (2, 1, 0.9, 1)):
    for seed in (0, 1):
        print(" ", morse, seed, "%.3f %.3f %.4f" % run(100, morse, seed, 100.0))

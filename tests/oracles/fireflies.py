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


@njit
def nearby(seed, speed, periods, n=100, side=10.0, radius=1.0, b=3.0, eps=0.2, dt=0.05, turning=1.0):
    """Order at the end of those who see flashes within a radius only, and fly on after each dt. From flash to flash: the next to
    flash is looked for among all, and every push is given by its urge."""
    np.random.seed(seed)
    c = np.exp(b) - 1
    x, y = np.random.random(n) * side, np.random.random(n) * side
    way = np.random.random(n) * 2 * np.pi
    phase = np.random.random(n)
    share = eps / (n / side**2 * np.pi * radius**2)
    for _ in range(int(round(periods / dt))):
        left = dt
        while True:
            wait = 1 - phase.max()
            if wait > left:
                break
            left -= wait
            phase += wait
            out = phase >= 1 - 1e-13
            line = list(np.nonzero(out)[0])
            while len(line) > 0:
                i = line.pop(0)
                for j in range(n):
                    dx, dy = x[j] - x[i], y[j] - y[i]
                    dx -= side * np.round(dx / side)
                    dy -= side * np.round(dy / side)
                    if not out[j] and dx * dx + dy * dy <= radius * radius:
                        urge = np.log(1 + c * phase[j]) / b + share
                        if urge >= 1 - 1e-13:
                            out[j] = True
                            line.append(j)
                        else:
                            phase[j] = (np.exp(b * urge) - 1) / c
            phase[out] = 0.0
        phase += left
        way += np.sqrt(2 * turning * dt) * np.random.normal(0, 1, n)
        x = (x + speed * dt * np.cos(way)) % side
        y = (y + speed * dt * np.sin(way)) % side
    angle = 2 * np.pi * phase
    return np.hypot(np.cos(angle).mean(), np.sin(angle).mean())


print("order r of those nearby, N = 100, density 1, R = 1, b = 3, eps = 0.2: speed, periods, runs, mean, spread, median, spread of the median of 7")
for speed, periods, runs in ((0.0, 200, 200), (1.0, 400, 100), (10.0, 400, 100)):
    r = np.array([nearby(k, speed, periods) for k in range(runs)])
    drawn = np.median(np.random.default_rng(1).choice(r, (20000, 7)), axis=1)
    print(f"  {speed:g}  {periods}  {runs}  {r.mean():.4f}  {r.std(ddof=1):.4f}  {np.median(r):.4f}  {drawn.std(ddof=1):.4f}")

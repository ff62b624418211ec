"""SIR among moving agents, closed forms of final sizes, and fronts on spatial networks. Written apart from the program: cells by dictionary-free arrays,
explicit Euler probabilities, another random generator."""
import numpy as np
from numba import njit
from scipy import optimize
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra


@njit
def run(seed, n, side, radius, speed, jump, beta, gamma, seeds, dt):
    np.random.seed(seed)
    x = np.random.random(n) * side
    y = np.random.random(n) * side
    s = np.zeros(n, np.int8)
    for i in range(seeds):
        s[i] = 1
    cells = int(side / radius)
    width = side / cells
    while (s == 1).sum() > 0:
        head = np.full(cells * cells, -1, np.int64)
        nxt = np.full(n, -1, np.int64)
        for i in range(n):
            if s[i] == 1:
                c = int(x[i] / width) % cells + cells * (int(y[i] / width) % cells)
                nxt[i] = head[c]
                head[c] = i
        new = s.copy()
        for i in range(n):
            if s[i] == 1:
                if np.random.random() < 1 - np.exp(-gamma * dt):
                    new[i] = 2
            elif s[i] == 0:
                k = 0
                cx = int(x[i] / width)
                cy = int(y[i] / width)
                for a in range(-1, 2):
                    for b in range(-1, 2):
                        j = head[(cx + a) % cells + cells * ((cy + b) % cells)]
                        while j >= 0:
                            dx = x[i] - x[j] - side * np.round((x[i] - x[j]) / side)
                            dy = y[i] - y[j] - side * np.round((y[i] - y[j]) / side)
                            if dx * dx + dy * dy <= radius * radius:
                                k += 1
                            j = nxt[j]
                if k > 0 and np.random.random() < 1 - np.exp(-beta * k * dt):
                    new[i] = 1
        s = new
        for i in range(n):
            if np.random.random() < jump:
                x[i] = np.random.random() * side
                y[i] = np.random.random() * side
            else:
                t = np.random.random() * 2 * np.pi
                x[i] = (x[i] + speed * dt * np.cos(t)) % side
                y[i] = (y[i] + speed * dt * np.sin(t)) % side
    return (s != 0).mean()


print("moving SIR, N = 4000, density 1, radius 1, gamma 1, beta = 2/pi, 20 seeds, dt 0.05, fresh direction each step:")
print("  speed, jump, attack rate of 6 runs: mean, spread")
for speed, jump in ((0.0, 1.0), (5.0, 0.0), (1.0, 0.0), (0.3, 0.0), (0.0, 0.0)):
    z = [run(k, 4000, np.sqrt(4000.0), 1.0, speed, jump, 2 / np.pi, 1.0, 20, 0.05) for k in range(6)]
    print(f"  {speed}  {jump}  {np.mean(z):.4f}  {np.std(z, ddof=1):.4f}")

print("final size z = 1 - exp(-R0 z): R0, z, peak prevalence 1 - (1 + ln R0) / R0")
for r in (1.5, 2.0, 3.0):
    z = optimize.brentq(lambda z: z - 1 + np.exp(-r * z), 1e-6, 1)
    print(f"  {r}  {z:.6f}  {1 - (1 + np.log(r)) / r:.6f}")


@njit
def links(seed, n, side, kernel, length):
    """Who is linked with whom, pair by pair, and the distance of each from the middle."""
    np.random.seed(seed)
    x = np.random.random(n) * side
    y = np.random.random(n) * side
    a, b = [0], [0]
    for i in range(n):
        for j in range(i):
            dx = abs(x[i] - x[j])
            dy = abs(y[i] - y[j])
            dx = min(dx, side - dx)
            dy = min(dy, side - dy)
            d = np.sqrt(dx * dx + dy * dy) / length
            if np.random.random() < (np.exp(-d) if kernel == 0 else 1 / (1 + d * d * d)):
                a.append(i)
                b.append(j)
    return np.array(a[1:]), np.array(b[1:]), (x - side / 2) ** 2 + (y - side / 2) ** 2


def growth_ratio(seed, kernel, degree, n=10_000, side=100.0, beta=2.0, gamma=1.0, cases=20):
    """Time in which the attacked share grows from 0.09 to 0.25 over that from 0.01 to 0.09. In continuous time: a case that is ill
    for a time e passes the infection on along a link after a time t of the rate beta if t < e, so that everyone falls ill at the
    length of the shortest path."""
    a, b, away = links(seed, n, side, kernel, np.sqrt(degree / (2 * np.pi) if kernel == 0 else degree * 3 * np.sin(2 * np.pi / 3) / (2 * np.pi**2)))
    rng = np.random.default_rng(seed)
    ill = rng.exponential(1 / gamma, n)
    a, b = np.concatenate([a, b]), np.concatenate([b, a])
    delay = rng.exponential(1 / beta, len(a))
    passed = delay < ill[a]
    first = np.argsort(away)[:cases]
    a, b = np.concatenate([a[passed], np.full(cases, n)]), np.concatenate([b[passed], first])
    delay = np.concatenate([delay[passed], np.full(cases, 1e-9)])
    times = dijkstra(csr_matrix((delay, (a, b)), shape=(n + 1, n + 1)), indices=n)[:n]
    times.sort()
    at = [times[int(np.ceil(radius**2 * n)) - 1] for radius in (0.1, 0.3, 0.5)]
    return (at[2] - at[1]) / (at[1] - at[0])


print("a front from 20 cases in the middle of 10000, degree 8, beta 2, gamma 1: growth ratio of 40 runs: kernel, mean, spread, those without")
for kernel, name in ((0, "exponential"), (1, "power law, a = 3")):
    ratios = np.array([growth_ratio(seed, kernel, 8.0) for seed in range(40)])
    known = ratios[np.isfinite(ratios)]
    print(f"  {name}  {known.mean():.4f}  {known.std(ddof=1):.4f}  {len(ratios) - len(known)}")

"""Chialvo's neurons: a stable fixed point, the 0-1 test of one neuron, and ring-stars. Written apart from the program, with dense
matrices."""
import itertools
import numpy as np
from scipy import optimize


def step(x, y, p, C):
    a, b, c, k = p
    return x * x * np.exp(y - x) + k + C @ x, a * y - b * x + c


def ring_star(n, R, sigma, mu, triads):
    """Weights C with C @ x the coupling of each; every row sums to 0."""
    link = np.zeros((n, n), bool)
    C = np.zeros((n, n))
    m = n - 1
    R = min(R, (m - 1) // 2)
    for i in range(m):
        for s in range(1, R + 1):
            for j in ((i + s) % m, (i - s) % m):
                link[1 + i, 1 + j] = True
                C[1 + i, 1 + j] += sigma / (2 * R)
    for i in range(1, n):
        link[0, i] = link[i, 0] = True
        C[i, 0] += mu
        C[0, i] += mu / m
    if triads:
        found = [t for t in itertools.combinations(range(n), 3) if link[t[0], t[1]] and link[t[0], t[2]] and link[t[1], t[2]]]
        count = np.zeros(n)
        for t in found:
            count[list(t)] += 1
        for t in found:
            for i in t:
                for j in t:
                    if i != j:
                        C[i, j] += triads / (2 * count[i])
    return C - np.diag(C.sum(1))


print("fixed point at (a, b, c, k0) = (0.89, 0.6, 0.28, 0.02) and (0.6, 0.6, 0.28, 0.05): x, modulus of its eigenvalues")
for p in ((0.89, 0.6, 0.28, 0.02), (0.6, 0.6, 0.28, 0.05)):
    a, b, c, k = p
    y = lambda x: (c - b * x) / (1 - a)
    x = optimize.brentq(lambda x: x * x * np.exp(y(x) - x) + k - x, 1e-6, 0.6)
    e = np.exp(y(x) - x)
    J = np.array([[2 * x * e - x * x * e, x * x * e], [-b, a]])
    print(f"  {p}  {x:.9f}  {np.abs(np.linalg.eigvals(J))}")


def zero_one(x):
    """Median over 100 c of the correlation of the mean square displacement with time (Gottwald & Melbourne 2009)."""
    n, m = len(x), len(x) // 10
    ks = []
    for c in np.random.default_rng(0).uniform(np.pi / 5, 4 * np.pi / 5, 100):
        j = np.arange(1, n + 1)
        P, Q = np.cumsum(x * np.cos(j * c)), np.cumsum(x * np.sin(j * c))
        M = np.array([np.mean((P[s:s + n - m] - P[:n - m]) ** 2 + (Q[s:s + n - m] - Q[:n - m]) ** 2) for s in range(1, m + 1)])
        s = np.arange(1, m + 1)
        ks.append(np.corrcoef(s, M - x.mean() ** 2 * (1 - np.cos(s * c)) / (1 - np.cos(c)))[0, 1])
    return np.median(ks)


print("0-1 test of one neuron, every 3rd of 3000 steps after 1000: (a, b, c, k0), K")
for p in ((0.89, 0.18, 0.28, 0.03), (0.89, 0.18, 0.28, 0.06), (0.89, 0.6, 0.28, 0.03)):
    x, y, xs = np.array([0.3]), np.array([0.4]), []
    for t in range(4000):
        x, y = step(x, y, p, np.zeros((1, 1)))
        xs.append(x[0])
    print(f"  {p}  {zero_one(np.array(xs[1000::3])):.3f}   x from {min(xs):.3f} to {max(xs):.3f}")

print("ring-star, 50 neurons (0.89, 0.18, 0.28, 0.03), R = 10, last 2000 of 6000 steps, 4 starts: sigma, mu, triads, correlation, error")
for n, R, sigma, mu, triads in ((50, 10, 0, 0, 0), (50, 10, 0.3, 0, 0), (50, 10, 0.05, 0.05, 0), (50, 10, 0.2, 0.2, 0), (4, 1, 0, 0, 0.1),
                                (4, 1, 0, 0, 0.2), (4, 1, 0, 0, 0.4), (4, 1, 0.05, 0.05, 0), (50, 10, 0, 0, 0.1), (50, 10, 0, 0, 0.3)):
    G, E = [], []
    for seed in range(4):
        r = np.random.default_rng(seed)
        x, y, C, X = r.random(n), r.random(n), ring_star(n, R, sigma, mu, triads), []
        for t in range(6000):
            x, y = step(x, y, (0.89, 0.18, 0.28, 0.03), C)
            if t >= 4000:
                X.append(x)
        X = np.array(X)
        D = X - X.mean(0)
        G.append(np.mean((D[:, :1] * D[:, 1:]).mean(0) / np.sqrt((D[:, :1] ** 2).mean(0) * (D[:, 1:] ** 2).mean(0))))
        E.append(np.abs(X[:, :1] - X[:, 1:]).mean())
    print(f"  {n} {sigma} {mu} {triads}   " + "  ".join(f"{g:.3f} {e:.3f}" for g, e in zip(G, E)))

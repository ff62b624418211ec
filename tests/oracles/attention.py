"""Self-attention particles: exact times of two, and numbers of clusters of 128 on the circle. Written apart from the program."""
import numpy as np
from scipy import integrate

print("two particles, D' = -2 sin D / (1 + exp(b (1 - cos D))): b, time in which cos(D/2) goes from 0.6 to 0.95")
for b in (0.0, 2.0):
    t, _ = integrate.quad(lambda d: (1 + np.exp(b * (1 - np.cos(d)))) / (2 * np.sin(d)), 2 * np.arccos(0.95), 2 * np.arccos(0.6))
    print(f"  {b}  {t:.6f}")


def clusters(theta, gap=0.02):
    s = np.sort(theta % (2 * np.pi))
    return max(1, int((np.diff(np.append(s, s[0] + 2 * np.pi)) > gap).sum()))


print("128 on the circle, uniform start, clusters (gap > 0.02 rad) at t = 30, 20 runs: b, mean, spread, sqrt(b)")
for b in (4.0, 16.0, 64.0, 100.0):
    found = []
    for seed in range(20):
        theta = np.random.default_rng(seed).uniform(0, 2 * np.pi, 128)

        def slope(_, x):
            d = x[None, :] - x[:, None]
            w = np.exp(b * (np.cos(d) - 1))
            return (w * np.sin(d)).sum(1) / w.sum(1)

        found.append(clusters(integrate.solve_ivp(slope, (0, 30), theta, rtol=1e-6, atol=1e-8).y[:, -1]))
    print(f"  {b}  {np.mean(found):.3f}  {np.std(found, ddof=1):.3f}  {np.sqrt(b):.1f}")

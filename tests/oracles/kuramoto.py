"""Kuramoto's oscillators (1975) in a plain NumPy form, Heun's method with the noise before and after: order in t = 30 to 60.

    pip install numpy scipy
    python3 tests/oracles/kuramoto.py > tests/oracles/kuramoto.csv
"""
import numpy as np
from scipy.stats import cauchy, norm

from inputs import show


def run(omega, coupling, seed, noise=0.0, dt=0.05, steps=1200, discard=600):
    rng = np.random.default_rng(seed)
    theta = rng.uniform(0, 2 * np.pi, len(omega))
    kick = np.sqrt(noise * dt)

    def slope(theta):
        z = np.exp(1j * theta).mean()
        return omega + coupling * (z * np.exp(-1j * theta)).imag

    found = []
    for step in range(steps):
        theta = theta + kick * rng.normal(size=len(theta))
        first = slope(theta)
        theta = theta + dt / 2 * (first + slope(theta + dt * first))
        theta = theta + kick * rng.normal(size=len(theta))
        if step >= discard:
            found.append(abs(np.exp(1j * theta).mean()))
    return np.mean(found)


def quantiles(law, n):
    return law.ppf((np.arange(n) + 0.5) / n)


n = 10_000
even = quantiles(cauchy, n)
for coupling in (3.0, 2.5):
    show(f"Lorentzian at {coupling:g}", *(run(even, coupling, seed) for seed in (1, 2)))
show("Lorentzian at random at 1", *(run(cauchy.rvs(size=n, random_state=seed), 1.0, seed) for seed in range(1, 9)))
show("Gaussian at 2", *(run(quantiles(norm, n), 2.0, seed) for seed in (1, 2)))
show("identical with noise 1 at 4", *(run(np.zeros(n), 4.0, seed, 1.0, 0.02) for seed in range(1, 5)))
for coupling in (2.5, 4.0):
    show(f"Lorentzian with noise 0.5 at {coupling:g}", *(run(even, coupling, seed, 0.5) for seed in range(1, 5)))
uniform = np.linspace(-1, 1, 4001)[:-1] + 1 / 4000
for coupling in (1.26, 1.29):
    show(f"uniform at {coupling:g}", *(run(uniform, coupling, seed, steps=6000, discard=4000) for seed in (1, 2)))

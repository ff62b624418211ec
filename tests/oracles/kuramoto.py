"""Kuramoto's oscillators (1975) in a plain NumPy form, Heun's method with the noise before and after: order in t = 30 to 60; and the
phases of 40 oscillators at t = 2 after a given start, all coupled with all and along a ring, by SciPy's DOP853 to 12 digits.

    pip install numpy scipy
    python3 tests/oracles/kuramoto.py > tests/oracles/kuramoto.csv
"""
import numpy as np
from scipy.integrate import solve_ivp
from scipy.stats import cauchy, norm

from inputs import normal, scattered, show


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

along = scattered(111, 40, 2, 1.0)[1]
start = np.arctan2(along[:, 1], along[:, 0])
numbers = normal(112)
omega = np.array([next(numbers) for _ in range(40)])
for name, coupling, acts in (("all with all", 3.0, np.full((40, 40), 1 / 40)),
                             ("a ring", 1.5, sum(np.roll(np.eye(40), by, 0) for by in (-2, -1, 1, 2)))):
    def slope(_, theta):
        return omega + coupling * (acts * np.sin(theta[None] - theta[:, None])).sum(1)

    theta = solve_ivp(slope, (0, 2), start, method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1]
    show(f"phases of {name}", *np.stack([np.cos(theta), np.sin(theta)], 1).ravel())

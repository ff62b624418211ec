"""Steps of Vicsek particles without noise by pyvicsek 0.3.0, and tables of Vicsek et al. (1995) in a plain NumPy form.

pyvicsek turns first and moves then (forward), and its noise is a vector added to the unit mean heading: neither the angle of
Vicsek et al. (1995) nor the vector of Grégoire & Chaté (2004), n times as long for n neighbours. So it is compared without
noise; with noise, the papers' rules are written out here.

    pip install numpy pyvicsek==0.3.0
    python3 tests/oracles/vicsek_steps.py > tests/oracles/vicsek_steps.csv
"""
import numpy as np
from vicsek import Vicsek
from vicsek.models.particle import Particle

from inputs import scattered, show

for seed, (side, steps) in enumerate([(5.0, 20), (12.0, 20)], 71):
    places, along = scattered(seed, 100, 2, side)
    particles = [Particle(x, e, "bird", "A") for x, e in zip(places, along)]
    run = Vicsek(length=side, particles=particles, interaction_range=1.0, speed=0.3, noise_factor=0.0)
    for _ in range(steps):
        run.step()
    show(f"side {side:g}", *run.positions.ravel())


def polarisation(n, side, eta, seed, steps, forward=False, speed=0.03):
    """Mean of the order parameter over the second half of a run with angular noise."""
    rng = np.random.default_rng(seed)
    x, angle = rng.uniform(0, side, (n, 2)), rng.uniform(0, 2 * np.pi, n)
    found = []
    for step in range(steps):
        d = x[:, None] - x[None]
        d -= side * np.round(d / side)
        near = (d**2).sum(-1) <= 1
        e = np.exp(1j * angle)
        turned = np.angle(near @ e) + eta * (rng.random(n) - 0.5)
        along = turned if forward else angle
        x = (x + speed * np.stack([np.cos(along), np.sin(along)], 1)) % side
        angle = turned
        if step >= steps // 2:
            found.append(abs(np.exp(1j * angle).mean()))
    return np.mean(found)


for n, side, eta, steps in ((40, 3.1, 1.0, 8000), (100, 5.0, 2.0, 8000), (400, 10.0, 3.0, 5000)):
    show(f"polarisation of {n} at {eta:g}", *(polarisation(n, side, eta, seed, steps) for seed in range(1, 6)))
for name, forward in (("backward", False), ("forward", True)):
    show(f"polarisation {name}", *(polarisation(100, 5.0, 4.0, seed, 8000, forward, 0.5) for seed in range(1, 6)))

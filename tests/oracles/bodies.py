"""Particles of D'Orsogna et al. (2006) and birds of Cucker & Smale (2007), integrated to rounding by rebound 5.2.2 (IAS15); and what
is left of the spread of 60 fast birds, by SciPy.

    pip install numpy scipy rebound==5.2.2
    python3 tests/oracles/bodies.py > tests/oracles/bodies.csv
"""
import numpy as np
import rebound
from scipy import integrate

from inputs import scattered, show


def morse(x, v, c_r=0.6, c_a=1.0, l_r=0.5, l_a=1.0, alpha=1.6, beta=0.5):
    away = x[None] - x[:, None]
    r = np.sqrt((away**2).sum(-1))
    np.fill_diagonal(r, 1)
    pull = c_a / l_a * np.exp(-r / l_a) - c_r / l_r * np.exp(-r / l_r)
    np.fill_diagonal(pull, 0)
    return (alpha - beta * (v**2).sum(1))[:, None] * v + ((pull / r)[..., None] * away).sum(1)


def heed(x, v, k=2.0, beta=0.4, sigma=1.0):
    squared = ((x[None] - x[:, None]) ** 2).sum(-1)
    weight = (sigma**2 + squared) ** -beta
    return k / len(x) * (weight[..., None] * (v[None] - v[:, None])).sum(1)


def go(force, x, v, time):
    sim = rebound.Simulation()
    sim.integrator, sim.G, sim.force_is_velocity_dependent = "ias15", 0, 1
    for (a, b), (c, d) in zip(x, v):
        sim.add(m=1, x=a, y=b, vx=c, vy=d)
    n = len(x)

    def act(pointer):
        particles = pointer.contents.particles
        now = np.array([[particles[i].x, particles[i].y, particles[i].vx, particles[i].vy] for i in range(n)])
        for i, (fx, fy) in enumerate(force(now[:, :2], now[:, 2:])):
            particles[i].ax += fx
            particles[i].ay += fy

    sim.additional_forces = act
    sim.integrate(time)
    return [coordinate for particle in sim.particles for coordinate in (particle.x, particle.y)]


for name, seed, force, side in (("morse", 81, morse, 2.0), ("heed", 82, heed, 5.0),
                                ("heed steeply", 83, lambda x, v: heed(x, v, 3.0, 1.5, 0.5), 3.0)):
    x, v = scattered(seed, 12, 2, side)
    show(name, *go(force, x, v, 3.0))


def left_of_spread(seed, n=60, beta=1.5, time=200.0):
    """Spread of the velocities of birds that start fast, over what it was at the start."""
    rng = np.random.default_rng(seed)
    angle, speed = rng.uniform(0, 2 * np.pi, n), 5 * np.sqrt(rng.random(n))
    x, v = rng.uniform(-5, 5, (n, 2)), speed[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)

    def slope(_, state):
        x, v = state.reshape(2, n, 2)
        return np.concatenate([v.ravel(), heed(x, v, beta=beta).ravel()])

    end = integrate.solve_ivp(slope, (0, time), np.concatenate([x.ravel(), v.ravel()]), rtol=1e-8, atol=1e-8).y[:, -1]
    return np.sqrt(end.reshape(2, n, 2)[1].var(0).sum() / v.var(0).sum())


show("left of the spread", *(left_of_spread(seed) for seed in range(1, 9)))

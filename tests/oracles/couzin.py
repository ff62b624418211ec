"""Zones of Couzin et al. (2002, 2005): a few steps without error from a given start, and groups in the long run.

A plain NumPy form of the papers' rules, written apart from the program. Two published packages are no measure of them:
couzinswarm 0.0.3 adds the running sum of attraction to itself for each neighbour (`d_a += d_a + r_ij`), so that the last one
counts most, and moves without the time step; dewi-kadita 0.0.4 has a periodic box, a blind volume for repulsion too, and errs
after the turn is limited.

    pip install numpy
    python3 tests/oracles/couzin.py > tests/oracles/couzin.csv
"""
import numpy as np

from inputs import scattered, show

PAPER = dict(orientation=2.5, attraction=14.0, repulsion=1.0, joint=False, perception=270.0, informed=0.0, weight=0.5, speed=3.0,
             turning=40.0, error=0.0, dt=0.1)


def unit(v):
    length = np.sqrt((v * v).sum(-1, keepdims=True))
    return np.divide(v, length, out=np.zeros_like(v), where=length > 0)


def rotated(v, target, most):
    """Unit vectors v turned towards target, by no more than this angle."""
    angle = np.arctan2(np.sqrt(np.maximum(((target - v * (v * target).sum(-1, keepdims=True)) ** 2).sum(-1), 0)), (v * target).sum(-1))
    across = unit(target - v * (v * target).sum(-1, keepdims=True))
    by = np.minimum(angle, most)[:, None]
    return unit(np.cos(by) * v + np.sin(by) * across)


def step(c, v, p, rng=None):
    away = c[None] - c[:, None]
    distance = np.sqrt((away**2).sum(-1))
    np.fill_diagonal(distance, np.inf)
    towards = unit(away)
    oriented = p["repulsion"] + p["orientation"]
    cosine = (towards * v[:, None]).sum(-1)
    seen = np.arccos(np.clip(cosine, -1, 1)) <= np.radians(p["perception"] / 2)
    near = distance <= p["repulsion"]
    zone = seen & (distance <= oriented + p["attraction"]) & ~near
    align = zone & (p["joint"] | (distance <= oriented))
    drawn = zone if p["joint"] else zone & ~align
    wanted = (align[..., None] * v[None]).sum(1) + (drawn[..., None] * towards).sum(1)
    if p["joint"]:
        wanted += v * zone.any(1)[:, None]
    crowded = near.any(1)
    wanted[crowded] = -(near[..., None] * towards).sum(1)[crowded]
    nothing = (wanted == 0).all(1)
    wanted[nothing] = v[nothing]
    wanted = unit(wanted)
    informed = np.arange(len(c)) < round(p["informed"] * len(c))
    goal = np.zeros(c.shape[1])
    goal[0] = 1.0
    wanted[informed] = unit(wanted[informed] + p["weight"] * goal)
    if p["error"]:
        axis = unit(rng.normal(size=wanted.shape))
        across = unit(axis - wanted * (axis * wanted).sum(-1, keepdims=True))
        angle = rng.normal(0, p["error"], len(c))[:, None]
        wanted = np.cos(angle) * wanted + np.sin(angle) * across
    v = rotated(v, wanted, np.radians(p["turning"]) * p["dt"])
    return c + p["speed"] * p["dt"] * v, v


JOINT = dict(joint=True, orientation=5.0, attraction=0.0, perception=360.0, speed=1.0, turning=114.59156, dt=0.2)
STEPS = {
    "nested": (3, 4.0, dict(orientation=1.0, attraction=2.0)),
    "a wide blind volume": (3, 4.0, dict(orientation=2.0, attraction=2.0, perception=200.0, repulsion=0.5)),
    "quick turns": (3, 6.0, dict(orientation=2.0, attraction=4.0, turning=400.0, repulsion=0.5)),
    "informed": (3, 4.0, dict(orientation=1.0, attraction=2.0, informed=0.25)),
    "joint in the plane": (2, 6.0, dict(JOINT, repulsion=0.6)),
    "joint and informed": (2, 6.0, dict(JOINT, repulsion=0.6, informed=0.25)),
}
for seed, (name, (axes, side, changes)) in enumerate(STEPS.items(), 61):
    c, v = scattered(seed, 20, axes, side)
    for _ in range(10):
        c, v = step(c, v, {**PAPER, **changes})
    show(name, *c.ravel())


def long_run(seed, orientation, steps=4000, discard=2000):
    """Mean polarisation and rotation of 100 that start at random."""
    rng = np.random.default_rng(seed)
    c, v = rng.uniform(-4, 4, (100, 3)), unit(rng.normal(size=(100, 3)))
    p = {**PAPER, "orientation": orientation, "error": 0.05}
    found = []
    for k in range(steps):
        c, v = step(c, v, p, rng)
        if k >= discard:
            from_middle = unit(c - c.mean(0))
            found.append([np.sqrt((v.mean(0) ** 2).sum()), np.sqrt((np.cross(from_middle, v).mean(0) ** 2).sum())])
    return np.mean(found, 0)


for orientation in (0.0, 2.5, 6.0):
    runs = np.array([long_run(seed, orientation) for seed in range(1, 5)])
    show(f"polarisation at {orientation}", *runs[:, 0])
    show(f"rotation at {orientation}", *runs[:, 1])


def descent(seed):
    """Polarisation of a parallel group that has come from 4 down to 2.5, a quarter every 2000 steps; the mean of the last 1000."""
    rng = np.random.default_rng(seed)
    c, v = rng.uniform(-4, 4, (100, 3)), unit(rng.normal(size=(100, 3)))
    found = []
    for k in range(14_000):
        c, v = step(c, v, {**PAPER, "orientation": 4.0 - 0.25 * (k // 2000), "error": 0.05}, rng)
        if k >= 13_000:
            found.append(np.sqrt((v.mean(0) ** 2).sum()))
    return np.mean(found)


def course(seed, informed):
    """Cosine of the angle between the way of 30 in the plane and that of those informed, in steps 750 to 1000."""
    rng = np.random.default_rng(seed)
    c, v = rng.uniform(-2.5, 2.5, (30, 2)), unit(rng.normal(size=(30, 2)))
    p = {**PAPER, **JOINT, "informed": informed, "error": 0.01}
    found = []
    for k in range(1000):
        c, v = step(c, v, p, rng)
        if k >= 750:
            found.append([v.mean(0)[0], np.sqrt((v.mean(0) ** 2).sum())])
    eastward, polarisation = np.mean(found, 0)
    return eastward / polarisation


show("polarisation on the way down", *(descent(seed) for seed in (1, 2)))
for informed, runs in ((0.05, 240), (0.2, 30), (0.4, 30)):
    show(f"course at {informed}", *(course(seed, informed) for seed in range(1, runs + 1)))

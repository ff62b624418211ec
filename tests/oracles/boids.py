"""NetLogo's Flocking (Wilensky 1998), its rule written out from NetLogo's own: polarisation in ticks 800 to 1000, and the tick at
which it first reaches 0.9, of 8 runs a setting; and where 60 birds are 10 ticks after a given start if all turn at once.

    pip install numpy numba
    python3 tests/oracles/boids.py > tests/oracles/boids.csv
"""
import math

import numba
import numpy as np

from inputs import scattered, show

SIDE = 71.0


@numba.njit
def between(a, b):
    """The turn from heading b to heading a, in (-180, 180]."""
    turn = (a - b) % 360.0
    return turn - 360.0 if turn > 180.0 else turn


@numba.njit
def at_most(turn, most):
    return min(max(turn, -most), most)


@numba.njit
def tick(x, y, heading, side, order, vision, align, cohere, separate, least, synchronous):
    """All turn, in this order, then all fly on."""
    n = len(x)
    seen = heading.copy()
    for i in order:
        read = seen if synchronous else heading
        nearest, nearest_heading, sum_x, sum_y, way_x, way_y, mates = np.inf, 0.0, 0.0, 0.0, 0.0, 0.0, 0
        for j in range(n):
            if j == i:
                continue
            dx, dy = x[j] - x[i], y[j] - y[i]
            dx -= side * round(dx / side)
            dy -= side * round(dy / side)
            distance = math.hypot(dx, dy)
            if distance > vision:
                continue
            mates += 1
            if distance < nearest:
                nearest, nearest_heading = distance, read[j]
            sum_x += math.sin(math.radians(read[j]))
            sum_y += math.cos(math.radians(read[j]))
            way_x += dx / distance
            way_y += dy / distance
        if mates == 0:
            continue
        if nearest < least:
            heading[i] += at_most(between(heading[i], nearest_heading), separate)
        else:
            heading[i] += at_most(between(math.degrees(math.atan2(sum_x, sum_y)), heading[i]), align)
            heading[i] += at_most(between(math.degrees(math.atan2(way_x, way_y)), heading[i]), cohere)
        heading[i] %= 360.0
    return (x + np.sin(np.radians(heading))) % side, (y + np.cos(np.radians(heading))) % side


@numba.njit
def run(seed, vision, align, cohere, separate, least, synchronous, ticks):
    np.random.seed(seed)
    n = 300
    x, y = np.random.uniform(0, SIDE, n), np.random.uniform(0, SIDE, n)
    heading = np.floor(np.random.uniform(0, 360, n))
    phi = np.zeros(ticks + 1)
    for at in range(ticks + 1):
        phi[at] = math.hypot(np.sin(np.radians(heading)).mean(), np.cos(np.radians(heading)).mean())
        order = np.random.permutation(n)
        x, y = tick(x, y, heading, SIDE, order, vision, align, cohere, separate, least, synchronous)
    return phi


def table(name, vision=5.0, align=5.0, cohere=3.0, separate=1.5, least=1.0, synchronous=False):
    runs = [run(seed, vision, align, cohere, separate, least, synchronous, 1000) for seed in range(1, 9)]
    show(f"polarisation with {name}", *(phi[800:].mean() for phi in runs))
    show(f"first at 0.9 with {name}", *(np.argmax(phi >= 0.9) if (phi >= 0.9).any() else np.inf for phi in runs))


table("defaults")
table("all at once", synchronous=True)
table("vision 3", vision=3.0)
for degrees in (0.0, 1.0, 2.0):
    table(f"align {degrees:g}", align=degrees)
for name in ("cohere", "separate", "least"):
    table(f"no {name}", **{name: 0.0})

for seed, side in ((121, 20.0), (122, 8.0)):
    places, along = scattered(seed, 60, 2, side)
    x, y = places.T.copy()
    heading = np.degrees(np.arctan2(along[:, 0], along[:, 1]))
    for _ in range(10):
        x, y = tick(x, y, heading, side, np.arange(60), 5.0, 5.0, 3.0, 1.5, 1.0, True)
    show(f"places in a world of {side:g}", *np.stack([x, y], 1).ravel())

"""Order parameters and correlations of places and directions by freud; the correlation of velocities and the structure factor
in a plain NumPy form of their definitions, in single precision as the instruments read them.

    pip install numpy freud-analysis
    python3 tests/oracles/order.py > tests/oracles/order.csv
"""
import itertools

import freud
import numpy as np

from inputs import normal, show, uniform


def take(numbers, count):
    return list(itertools.islice(numbers, count))


def strewn(seed, count, side, flat):
    numbers = uniform(seed)
    rows = [[next(numbers), next(numbers), 0.0 if flat else next(numbers)] for _ in range(count)]
    return np.float32(side) * np.array(rows, dtype=np.float32)


drawn = np.array(take(normal(8), 600)).reshape(200, 3) * [1, 1, 2]
drawn /= np.linalg.norm(drawn, axis=1)[:, None]
show("nematic in space", freud.order.Nematic().compute(drawn).order)

numbers = uniform(9)
points = np.array([[10 * next(numbers), 10 * next(numbers), 0] for _ in range(200)], dtype=np.float32)
box = freud.box.Box.square(10)
hexatic = freud.order.Hexatic(k=6).compute((box, points), neighbors={"num_neighbors": 6})
show("hexatic", abs(hexatic.particle_order.mean()))
show("local_hexatic", np.abs(hexatic.particle_order).mean())

for name, seed, box in (("in the plane", 21, freud.box.Box.square(10)), ("in space", 22, freud.box.Box.cube(10))):
    points = strewn(seed, 300, 10, box.is2D)
    # Up to half a side, or ten mean spacings.
    rdf = freud.density.RDF(bins=100, r_max=5.0 - 1e-6)
    show(f"pair_correlation {name}", *rdf.compute((box, points)).rdf)

numbers = uniform(31)
places = np.float32(10) * np.array([[next(numbers), next(numbers)] for _ in range(300)], dtype=np.float32)
wave = np.float32(2 * np.pi) * places[:, 0] / np.float32(10)
noise = np.float32(0.3) * np.array(take(normal(32), 300), dtype=np.float32)
motions = np.stack([1 + np.sin(wave) + noise, np.cos(wave)], axis=1).astype(np.float64)
apart = motions - motions.mean(axis=0)
between = places[None, :] - places[:, None]
between -= np.float32(10) * np.round(between / np.float32(10))
rows = np.triu_indices(300, 1)
distances = np.linalg.norm(between.astype(np.float64), axis=2)[rows]
products = (apart @ apart.T)[rows]
edges = np.linspace(0, 5, 51)
counts, _ = np.histogram(distances, edges)
sums, _ = np.histogram(distances, edges, weights=products)
curve = sums / counts / (apart**2).sum(axis=1).mean()
show("velocity_correlation", *curve)
middles = np.concatenate([[0], (edges[1:] + edges[:-1]) / 2])
values = np.concatenate([[1], curve])
at = np.argmax(values <= 0)
show("correlation_length", np.interp(0, [values[at], values[at - 1]], [middles[at], middles[at - 1]]))

places = strewn(41, 200, 10, True)[:, :2].astype(np.float64)
shells = {}
for nx, ny in itertools.product(range(-32, 33), repeat=2):
    if (ny, nx) <= (0, 0):
        continue
    phase = 2 * np.pi / 10 * (places @ [nx, ny])
    power = abs(np.exp(1j * phase).sum()) ** 2 / 200
    shells.setdefault(round(np.hypot(nx, ny)), []).append(power)
show("structure_factor", *(np.mean(shells[shell]) for shell in range(1, 33)))

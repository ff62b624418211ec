"""Boids by AgentPy's example, run in AgentPy itself: the numbers that `flockwork verify agentpy_boids` is held against.

    pip install agentpy
    python tests/oracles/agentpy_boids.py

The four rules are those of the example "Flocking behavior" in AgentPy's documentation, written from its description.
"""

import agentpy
import numpy


class Bird(agentpy.Agent):
    def begin(self, room):
        self.room = room
        self.place = room.positions[self]
        self.velocity = self.model.nprandom.random(2) - 0.5
        self.velocity /= numpy.linalg.norm(self.velocity)

    def turn(self):
        p = self.p
        change = numpy.zeros(2)
        flockmates = self.room.neighbors(self, p.outer_radius).to_list()
        if len(flockmates):
            change += p.kappa * p.cohesion * (numpy.mean([bird.place for bird in flockmates], 0) - self.place)
            change += p.kappa * p.alignment * (numpy.mean([bird.velocity for bird in flockmates], 0) - self.velocity)
        for bird in self.room.neighbors(self, p.inner_radius):
            change += p.kappa * p.separation * (self.place - bird.place)
        change += p.border * ((self.place < p.border_distance) * 1.0 - (self.place > p.size - p.border_distance))
        self.velocity = self.velocity + change
        self.velocity /= numpy.linalg.norm(self.velocity)

    def fly(self):
        self.room.move_by(self, self.velocity)


class Flock(agentpy.Model):
    def setup(self):
        room = agentpy.Space(self, shape=[self.p.size] * 2)
        self.birds = agentpy.AgentList(self, self.p.population, Bird)
        room.add_agents(self.birds, random=True)
        self.birds.begin(room)
        self.polarisation, self.nearest = [], []

    def step(self):
        self.birds.turn()
        self.birds.fly()

    def update(self):
        self.polarisation.append(numpy.linalg.norm(numpy.mean([bird.velocity for bird in self.birds], 0)))
        places = numpy.array([bird.place for bird in self.birds])
        apart = numpy.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * numpy.eye(len(places))
        self.nearest.append(apart.min(1).mean())


def measure(kappa, seeds=8, steps=200):
    phi, near = [], []
    for seed in range(1, seeds + 1):
        model = Flock(dict(size=50, population=200, inner_radius=3, outer_radius=10, border_distance=10, cohesion=0.005,
                           separation=0.1, alignment=0.3, border=0.5, kappa=kappa, steps=steps, seed=seed))
        model.run(display=False)
        phi.append(numpy.mean(model.polarisation[100:]))
        near.append(numpy.mean(model.nearest[100:]))
    return [f"{numpy.mean(x):.4f} ± {numpy.std(x, ddof=1):.4f}" for x in (phi, near)]


print("kappa  polarisation      nearest distance   (mean over steps 100-200; mean and spread of 8 runs)")
for kappa in (0.0, 0.3, 1.0, 3.0):
    print(kappa, *measure(kappa), sep="  ", flush=True)

"""Boids by AgentPy's example, run in AgentPy itself: steps from a given start, and what runs have on average.

    pip install agentpy==0.1.5
    python3 tests/oracles/agentpy_boids.py > tests/oracles/agentpy_boids.csv

The four rules are those of the example "Flocking behavior" in AgentPy's documentation, written from its description. There the
strength of separation is spelled `seperation_strength`, and the keys `wall_avoidance_...` of its form in space are never read.
"""

import agentpy
import numpy

from inputs import scattered, show


class Bird(agentpy.Agent):
    def begin(self, room):
        self.room = room
        self.place = room.positions[self]
        self.velocity = self.model.nprandom.random(2) - 0.5
        self.velocity /= numpy.linalg.norm(self.velocity)

    def head(self, along):
        self.velocity = along

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


RULES = dict(size=50, inner_radius=3, outer_radius=10, border_distance=10, cohesion=0.005, separation=0.1, alignment=0.3,
             border=0.5)


class Given(Flock):
    def setup(self):
        places, along = scattered(91, self.p.population, 2, self.p.size)
        room = agentpy.Space(self, shape=[self.p.size] * 2)
        self.birds = agentpy.AgentList(self, self.p.population, Bird)
        room.add_agents(self.birds, positions=list(places))
        self.birds.begin(room)
        for bird, heading in zip(self.birds, along):
            bird.head(heading)
        self.polarisation, self.nearest = [], []


given = Given(dict(RULES, population=60, kappa=1.0, steps=10, seed=1))
given.run(display=False)
show("places after 10 steps", *(coordinate for bird in given.birds for coordinate in bird.room.positions[bird]))

for kappa in (0.3, 1.0):
    means = []
    for seed in range(1, 9):
        model = Flock(dict(RULES, population=200, kappa=kappa, steps=200, seed=seed))
        model.run(display=False)
        means.append([numpy.mean(model.polarisation[100:]), numpy.mean(model.nearest[100:])])
    # Of 8 runs: means over steps 100 to 200.
    polarisation, nearest = numpy.array(means).T
    show(f"polarisation at {kappa}", *polarisation)
    show(f"nearest distance at {kappa}", *nearest)

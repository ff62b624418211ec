"""The Vicsek rule in AgentPy, Mesa and pyvicsek, at density 1, radius 1, speed 0.03, noise 1, from a disordered start.

    python -m venv venv && venv/bin/pip install agentpy==0.1.5 mesa==3.3.1 pyvicsek==0.3.0
    venv/bin/python python.py PEER AGENTS STEPS          PEER: agentpy, mesa, pyvicsek

Prints nanoseconds of processor time per agent-step. pyvicsek knows vectorial noise only and takes that.
"""

import math
import sys
import time

RADIUS, SPEED, NOISE, SEED = 1.0, 0.03, 1.0, 1


def agentpy_run(agents, steps):
    import agentpy as ap

    side = math.sqrt(agents)

    class Particle(ap.Agent):
        def setup(self):
            self.angle = self.model.random.uniform(-math.pi, math.pi)

        def turn(self):
            seen = self.model.space.neighbors(self, distance=RADIUS)
            x = math.cos(self.angle) + sum(math.cos(other.angle) for other in seen)
            y = math.sin(self.angle) + sum(math.sin(other.angle) for other in seen)
            self.next = math.atan2(y, x) + NOISE * (self.model.random.random() - 0.5)

        def go(self):
            self.angle = self.next
            self.model.space.move_by(self, (SPEED * math.cos(self.angle), SPEED * math.sin(self.angle)))

    class Flock(ap.Model):
        def setup(self):
            self.space = ap.Space(self, shape=(side, side), torus=True)
            self.flock = ap.AgentList(self, agents, Particle)
            self.space.add_agents(self.flock, random=True)

        def step(self):
            self.flock.turn()
            self.flock.go()

    model = Flock({"seed": SEED, "steps": steps + 1})
    model.sim_setup()
    return lambda: [model.sim_step() for _ in range(steps)]


def mesa_run(agents, steps):
    from mesa import Model
    from mesa.experimental.continuous_space import ContinuousSpace, ContinuousSpaceAgent

    side = math.sqrt(agents)

    class Particle(ContinuousSpaceAgent):
        def __init__(self, space, model, position):
            super().__init__(space, model)
            self.position = position
            self.angle = model.random.uniform(-math.pi, math.pi)

        def turn(self):
            seen, _ = self.get_neighbors_in_radius(radius=RADIUS)
            x = math.cos(self.angle) + sum(math.cos(other.angle) for other in seen if other is not self)
            y = math.sin(self.angle) + sum(math.sin(other.angle) for other in seen if other is not self)
            self.next = math.atan2(y, x) + NOISE * (self.model.random.random() - 0.5)

        def go(self):
            self.angle = self.next
            self.position += [SPEED * math.cos(self.angle), SPEED * math.sin(self.angle)]

    class Flock(Model):
        def __init__(self):
            super().__init__(seed=SEED)
            space = ContinuousSpace([[0, side], [0, side]], torus=True, random=self.random, n_agents=agents)
            places = self.rng.random(size=(agents, 2)) * side
            for place in places:
                Particle(space, self, place)

        def step(self):
            self.agents.do("turn")
            self.agents.do("go")

    model = Flock()
    return lambda: [model.step() for _ in range(steps)]


def pyvicsek_run(agents, steps):
    import vicsek

    side = math.sqrt(agents)
    particles = vicsek.initialize_random_particles(agents, side, SPEED, 2, seed=SEED)
    model = vicsek.Vicsek(side, particles, RADIUS, SPEED, NOISE / (2 * math.pi), seed=SEED)
    vicsek.use_kernel(True, threads=1)
    return lambda: [model.step() for _ in range(steps)]


def main():
    peer, agents, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    run = {"agentpy": agentpy_run, "mesa": mesa_run, "pyvicsek": pyvicsek_run}[peer](agents, steps)
    start = time.process_time()
    run()
    print(f"{peer} {agents}: {(time.process_time() - start) * 1e9 / (agents * steps):.0f} ns per agent-step")


main()

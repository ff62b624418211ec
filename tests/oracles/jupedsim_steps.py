"""Social forces of Helbing, Farkas & Vicsek (2000) by JuPedSim: where twelve people are 0.3 s after a given start, in threes that push
and rub. JuPedSim takes Euler's steps; what it finds at two lengths of them is carried on to none (Richardson).

    pip install numpy jupedsim==1.4.2
    python3 tests/oracles/jupedsim_steps.py > tests/oracles/jupedsim_steps.csv
"""
import jupedsim as jps
import numpy as np

from inputs import scattered, show

TIME = 0.3
FAR = 1e5


def start():
    """Corners of triangles, a little off, four metres apart."""
    off, along = scattered(131, 12, 2, 0.1)
    which = np.arange(12)
    angle = 2 * np.pi * which / 3 + which // 3
    places = np.stack([4.0 + 4.0 * (which // 3) + 0.36 * np.cos(angle), 4.0 + 0.36 * np.sin(angle)], 1) + off
    return places, along


def run(dt, friction):
    model = jps.SocialForceModel(body_force=120000, friction=friction)
    box = [(-10.0, -10.0), (FAR + 100, -10.0), (FAR + 100, 20.0), (-10.0, 20.0)]
    simulation = jps.Simulation(model=model, geometry=box, dt=dt)
    stage = simulation.add_direct_steering_stage()
    journey = simulation.add_journey(jps.JourneyDescription([stage]))
    agents = []
    for (x, y), velocity in zip(*start()):
        parameters = jps.SocialForceModelAgentParameters(
            position=(x, y), velocity=tuple(velocity), orientation=(1.0, 0.0), desired_speed=1.34, journey_id=journey, stage_id=stage)
        agent = simulation.add_agent(parameters)
        simulation.agent(agent).target = (FAR, y)
        agents.append(agent)
    for _ in range(round(TIME / dt)):
        simulation.iterate()
    return np.array([simulation.agent(agent).position for agent in agents])


for name, friction in (("without friction", 0.0), ("with friction", 240000.0)):
    coarse, fine, finest = run(2e-4, friction), run(1e-4, friction), run(5e-5, friction)
    assert abs(2 * finest - fine - (2 * fine - coarse)).max() < 2e-5, abs(2 * finest - fine - (2 * fine - coarse)).max()
    show(name, *(2 * finest - fine).ravel())

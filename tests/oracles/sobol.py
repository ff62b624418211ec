"""Points of Sobol's sequence from SciPy, for src/sweep/sobol.rs: python3 sobol.py (SciPy 1.17)."""

from scipy.stats import qmc

points = qmc.Sobol(d=16, scramble=False).random(2**10)
for number in (1, 6, 1000):
    print(f"({number}, {[float(x) for x in points[number]]}),")

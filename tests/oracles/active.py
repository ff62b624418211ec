"""Active Brownian particles: exact mean squared displacements, and the mean distance of two discs at rest. Written apart from the program."""
import numpy as np
from scipy import integrate

print("free, D_t = 1: v0, D_r, omega, t, 4 t + 2 v0^2 int_0^t (t - s) exp(-D_r s) cos(omega s) ds")
for v, d, w, t in ((10, 1, 0, 1), (10, 1, 0, 5), (10, 1, 2, 5)):
    swim, _ = integrate.quad(lambda s: (t - s) * np.exp(-d * s) * np.cos(w * s), 0, t)
    print(" ", v, d, w, t, f"{4 * t + 2 * v * v * swim:.4f}")

print("two discs on a torus, weights exp(-U), U = 4 (r^-12 - r^-6) + 1 below 2^(1/6): covered share, side, mean distance; without U")
for share in (0.2,):
    side = np.sqrt(2 * np.pi / 4 / share)
    x = (np.arange(2000) + 0.5) / 2000 * side / 2
    r = np.hypot(x[:, None], x[None])
    u = np.where(r < 2 ** (1 / 6), 4 * (r**-12.0 - r**-6.0) + 1, 0)
    w = np.exp(-u)
    print(f"  {share} {side:.5f} {(w * r).sum() / w.sum():.5f} {r.mean():.5f}")

"""Chimeras of two populations by the ordinary differential equations of Abrams, Mirollo, Strogatz and Wiley (2008), and chimeras on
rings by direct summation. Written apart from the program."""
import numpy as np
from scipy import integrate

print("two populations, beta = 0.1, from r = 0.6, psi = -0.1: A, r (least, largest) and |Z| of all (least, largest), t in 500..2000")
for A in (0.2, 0.25, 0.28, 0.35, 0.1, 0.4):
    mu, nu, a = (1 + A) / 2, (1 - A) / 2, np.pi / 2 - 0.1

    def slope(_, y):
        r, p = y
        return [(1 - r * r) / 2 * (mu * r * np.cos(a) + nu * np.cos(p - a)),
                (1 + r * r) / (2 * r) * (mu * r * np.sin(a) - nu * np.sin(p - a)) - mu * np.sin(a) - nu * r * np.sin(p + a)]

    y = integrate.solve_ivp(slope, (0, 2000), [0.6, -0.1], rtol=1e-10, atol=1e-12, dense_output=True).sol(np.linspace(500, 2000, 60001))
    r, p = y
    z = np.sqrt(1 + r * r + 2 * r * np.cos(p)) / 2
    print(f"  {A}  {r.min():.4f} {r.max():.4f}  {z.min():.4f} {z.max():.4f}")


def ring(kernel, alpha, n, seed, time, dt=0.05):
    """Heun's method with all pairs; share of oscillators with local |Z| > 0.95 over 2 (n/32) + 1 neighbours, and |Z| of all."""
    x = np.arange(n) / n
    d = np.abs(x[:, None] - x[None, :])
    g = kernel(np.minimum(d, 1 - d)) / n
    theta = 6 * np.exp(-30 * (x - 0.5) ** 2) * (np.random.default_rng(seed).random(n) - 0.5)
    slope = lambda t: (np.exp(-1j * (t + alpha)) * (g @ np.exp(1j * t))).imag
    local, order = [], []
    for step in range(int(time / dt)):
        k = slope(theta)
        theta = theta + dt / 2 * (k + slope(theta + dt * k))
        if step * dt > time / 2 and step % 20 == 0:
            z = np.exp(1j * theta)
            w = n // 32
            near = sum(np.roll(z, s) for s in range(-w, w + 1)) / (2 * w + 1)
            local.append((np.abs(near) > 0.95).mean())
            order.append(np.abs(z.mean()))
    return np.mean(local), np.mean(order)


print("rings, N = 256, 4 starts, t in 250..500: kernel, coherent share and r of each")
for name, kernel, alpha in (
    ("1 + 0.995 cos, beta 0.18", lambda d: 1 + 0.995 * np.cos(2 * np.pi * d), np.pi / 2 - 0.18),
    ("1 + 0.9 cos, beta 0.1", lambda d: 1 + 0.9 * np.cos(2 * np.pi * d), np.pi / 2 - 0.1),
    ("2 exp(-4 d), alpha 1.457", lambda d: 2 * np.exp(-4 * d), 1.457),
):
    print(f"  {name}  " + "  ".join("{:.3f} {:.3f}".format(*ring(kernel, alpha, 256, k, 500.0)) for k in range(4)))

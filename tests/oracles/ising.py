"""Exact numbers of small and infinite Ising lattices, by enumeration and by closed forms. J = 1, no field."""
import numpy as np
from scipy import optimize, special

print("4 x 4 torus, all 65536 states: T, <|m|>, <e>")
states = np.arange(2**16)
spins = 1 - 2 * ((states[:, None] >> np.arange(16)) & 1).reshape(-1, 4, 4)
energy = -(spins * (np.roll(spins, 1, 1) + np.roll(spins, 1, 2))).sum((1, 2))
size = np.abs(spins.sum((1, 2))) / 16
for T in (1.5, 2.5, 4.0):
    w = np.exp(-(energy - energy.min()) / T)
    print(f"  {T}  {(w * size).sum() / w.sum():.6f}  {(w * energy).sum() / w.sum() / 16:.6f}")

print("infinite square lattice (Onsager 1944, Yang 1952): T, |m|, e")
for T in (1.8, 2.0, 2.2, 2.269185314, 3.0):
    b = 1 / T
    m = max(0.0, 1 - np.sinh(2 * b) ** -4) ** 0.125
    k = 2 * np.sinh(2 * b) / np.cosh(2 * b) ** 2
    e = -1 / np.tanh(2 * b) * (1 + 2 / np.pi * (2 * np.tanh(2 * b) ** 2 - 1) * special.ellipk(min(k * k, 1 - 1e-15)))
    print(f"  {T}  {m:.6f}  {e:.6f}")

print("complete network, infinite: T, m = tanh(m / T)")
for T in (0.5, 0.8):
    print(f"  {T}  {optimize.brentq(lambda m: np.tanh(m / T) - m, 1e-3, 1):.6f}")

print("ring: T, e = -tanh(1 / T), Glauber's m(2) = exp(-2 (1 - tanh(2 / T)))")
for T in (1.0, 2.0):
    print(f"  {T}  {-np.tanh(1 / T):.6f}  {np.exp(-2 * (1 - np.tanh(2 / T))):.6f}")

"""Statistics by emcee (correlation time), pyblock (blocking) Kendall by SciPy, and a plain NumPy form of MSER-5.

    pip install numpy scipy emcee pyblock
    python3 tests/oracles/statistics.py > tests/oracles/statistics.csv
"""
import emcee
import numpy as np
import pyblock
import scipy.stats

from inputs import autoregressive, show


def mser5(series):
    batches = np.asarray(series)[: len(series) // 5 * 5].reshape(-1, 5).mean(axis=1)
    half = len(batches) // 2
    errors = [batches[d:].var() / (len(batches) - d) for d in range(half + 1)]
    best = int(np.argmin(errors))
    return 5 * best if best < half else -1


for a in (0.5, 0.9):
    series = np.array(autoregressive(a, 5000))
    show(f"correlation_time {a}", emcee.autocorr.integrated_time(series, quiet=True)[0])
    levels = pyblock.blocking.reblock(series)
    best = pyblock.blocking.find_optimal_block(len(series), levels)[0]
    show(f"blocking error {a}", levels[best].std_err)
    show(f"blocking length {a}", 2**best)
    rise = series + 10.0 / (1.0 + np.arange(5000) / 50.0)
    show(f"transient {a}", mser5(rise))

rough = np.round(2.0 * np.array(autoregressive(0.9, 500)))
show("kendall", scipy.stats.kendalltau(np.arange(500), rough).statistic)

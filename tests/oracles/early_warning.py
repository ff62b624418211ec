"""Early-warning signals by ewstools.

    pip install ewstools
    python3 tests/oracles/early_warning.py > tests/oracles/early_warning.csv
"""
import ewstools
import pandas as pd

from inputs import normal, show

LENGTH = 600
noise = normal(3)
x, series = 0.0, []
for at in range(LENGTH):
    x = (0.2 + 0.75 * at / LENGTH) * x + next(noise)
    series.append(x)

signals = ewstools.TimeSeries(pd.Series(series))
signals.detrend(method="Gaussian", bandwidth=0.2)
signals.compute_var(rolling_window=0.5)
signals.compute_auto(lag=1, rolling_window=0.5)
signals.compute_skew(rolling_window=0.5)
signals.compute_ktau()
show("smooth", *(signals.state["smoothing"][at] for at in (0, 1, 299, 599)))
for name in ("variance", "ac1", "skew"):
    rolling = signals.ews[name].dropna().to_numpy()
    show(name, rolling[0], rolling[150], rolling[300])
    show(f"{name} tau", signals.ktau[name])

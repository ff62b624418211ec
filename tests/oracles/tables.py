"""Tables of a sweep, read by pandas and polars: CSV and Parquet must hold the same numbers.

    flockwork sweep vicsek --set agents=40 --set size=3.1 --vary noise=0:6:5 --repeats 2 --steps 100 -o order.csv
    flockwork sweep vicsek --set agents=40 --set size=3.1 --vary noise=0:6:5 --repeats 2 --steps 100 -o order.parquet
    python -m venv venv && venv/bin/pip install pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
    venv/bin/python tables.py order.csv order.parquet

What it printed, 2026-11-25:

    10 rows, 10 columns: all 8 columns of numbers alike in all four
    polarisation by noise: {0.0: 1.0, 1.5: 0.903167, 3.0: 0.657882, 4.5: 0.314251, 6.0: 0.132702}
"""

import sys

import pandas
import polars

csv, parquet = sys.argv[1:]
a, b = pandas.read_csv(csv), pandas.read_parquet(parquet)
c, d = polars.read_csv(csv), polars.read_parquet(parquet)
assert list(a.columns) == list(b.columns) == c.columns == d.columns
assert len(a) == len(b) == len(c) == len(d)
numbers = [name for name in a.columns if name not in ("hash", "error")]
for name in numbers:
    # What is missing is not a number to pandas, and nothing to polars.
    columns = [[None if value is None or value != value else value for value in table[name]] for table in (a, b, c, d)]
    assert all(column == columns[0] for column in columns), name
assert list(b["hash"]) == list(d["hash"])
print(f"{len(a)} rows, {len(a.columns)} columns: all {len(numbers)} columns of numbers alike in all four")
print("polarisation by noise:", a.groupby("noise").polarisation.mean().round(6).to_dict())

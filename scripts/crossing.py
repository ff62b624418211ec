#!/usr/bin/env python3
"""Where Binder's cumulants of two sizes cross, and where the susceptibility is largest, with errors over the seeds.

    scripts/crossing.py TABLE.csv

The table is that of a sweep over `agents/size` and `noise` with several repeats, read by `binder:polarisation` and
`susceptibility:polarisation`. Errors are standard deviations over 2000 choices of the repeats with replacement (bootstrap). Python 3 alone.
"""
import csv
import random
import sys
from collections import defaultdict
from math import log

CHOICES = 2000


def read(path):
    """{size: {noise: [(U, chi) of each repeat]}}"""
    runs = defaultdict(lambda: defaultdict(list))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            told = float(row["binder:polarisation"]), float(row["susceptibility:polarisation"])
            runs[int(row["agents"])][float(row["noise"])].append(told)
    return runs


def mean(numbers):
    return sum(numbers) / len(numbers)


def crossing(small, large):
    """The noise at which the larger group's U falls below the smaller one's, straight between settings; the last such change."""
    noises = sorted(small)
    ahead = [large[noise] - small[noise] for noise in noises]
    found = None
    for at in range(1, len(noises)):
        if ahead[at - 1] >= 0 > ahead[at]:
            share = ahead[at - 1] / (ahead[at - 1] - ahead[at])
            found = noises[at - 1] + share * (noises[at] - noises[at - 1])
    return found


def peak(chi):
    """Place and height of the parabola through the highest setting and its neighbours."""
    noises = sorted(chi)
    top = max(range(1, len(noises) - 1), key=lambda at: chi[noises[at]])
    (x0, y0), (x1, y1), (x2, y2) = ((noises[at], chi[noises[at]]) for at in (top - 1, top, top + 1))
    step = x1 - x0
    bend = (y0 - 2 * y1 + y2) / 2
    slope = (y2 - y0) / 2
    off = -slope / (2 * bend) if bend < 0 else 0.0
    return x1 + off * step, y1 + slope * off + bend * off * off


def spread(numbers, digits):
    """± the standard deviation; nothing where all choices are one, as of a single repeat."""
    middle = mean(numbers)
    found = (sum((number - middle) ** 2 for number in numbers) / (len(numbers) - 1)) ** 0.5
    return f" ± {found:.{digits}f}" if found > 1e-12 else ""


def main():
    runs = read(sys.argv[1])
    sizes = sorted(runs)
    chance = random.Random(1)

    def chosen(which, draw):
        choose = chance.choices if draw else (lambda repeats, k: repeats)
        return {n: {noise: mean([r[which] for r in choose(repeats, k=len(repeats))]) for noise, repeats in runs[n].items()} for n in sizes}

    binder, drawn = chosen(0, False), [chosen(0, True) for _ in range(CHOICES)]
    print("| sizes | crossing η | U there |\n| --- | ---: | ---: |")
    for small, large in zip(sizes, sizes[1:]):
        at = crossing(binder[small], binder[large])
        others = [crossing(one[small], one[large]) for one in drawn]
        known = [other for other in others if other is not None]
        if at is None:
            print(f"| {small}, {large} | none | |")
            continue
        noises = sorted(binder[small])
        low = max(noise for noise in noises if noise <= at)
        high = min(noise for noise in noises if noise >= at)
        share = 0.0 if high == low else (at - low) / (high - low)
        level = binder[small][low] + share * (binder[small][high] - binder[small][low])
        missing = "" if len(known) == len(others) else f" (none in {100 * (1 - len(known) / len(others)):.1f} % of choices)"
        print(f"| {small}, {large} | {at:.3f}{spread(known, 3)}{missing} | {level:.3f} |")
    chi, drawn = chosen(1, False), [chosen(1, True) for _ in range(CHOICES)]
    print("\n| N | largest χ at η | χ there | exponent of χ against L from the size before |\n| --- | ---: | ---: | ---: |")
    before = None
    for n in sizes:
        place, height = peak(chi[n])
        others = [peak(one[n]) for one in drawn]
        power = "" if before is None else f"{log(height / before[1]) / log((n / before[0]) ** 0.5):.2f}"
        print(f"| {n} | {place:.3f}{spread([o[0] for o in others], 3)} | {height:.2f}{spread([o[1] for o in others], 2)} | {power} |")
        before = n, height


main()

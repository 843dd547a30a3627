"""The published workloads, as every program in this folder sees them: market, position book, bands.

The same market and book stand in Benchmarks/Workloads/WorkloadMarket.swift and WorkloadBook.swift; the
check sums below hold both to the published ones. As a program it checks the book and writes it for
the C++ program:

    python workload.py [BOOK_FILE]
"""
import argparse
import json
import sys

import numpy as np
from scipy.special import ndtri

ASSETS = 8
STEPS = 1440
ACCOUNTS = 10_000
DEGREES_OF_FREEDOM = 5.0
VOLATILITY = np.array([0.65, 0.55, 0.66, 0.85, 0.95, 1.05, 1.15, 0.02])
LOADING = np.array([0.90, 0.88, 0.90, 0.80, 0.75, 0.72, 0.70, 0.10])
THRESHOLD = np.array([0.83, 0.78, 0.80, 0.75, 0.70, 0.68, 0.65, 0.88])
# Reserve a side of each pool, tokens. The stable asset is never sold; 1e12 stands for no impact.
RESERVE = np.array([400e6, 320e6, 160e6, 80e6, 48e6, 40e6, 32e6, 1e12])
IMPACT_KEPT = 0.98
CLOSE_FACTOR = 0.5
BONUS = 0.05
JUMP_STEP = 719  # counted from 0

# Factor on all volatilities, and what is added to the log prices of assets 0 to 6 at JUMP_STEP.
MARKETS = {"R": (1.0, 0.0), "L1": (1.0, 0.0), "L2": (2.0, 0.0), "L4": (4.0, 0.0), "L4S": (4.0, -0.3)}

L_STATISTICS = [
    "liquidated_usd", "bad_debt_usd", "liquidations", "accounts_liquidated", "min_price_0", "end_price_0",
]


def factor():
    """Lower Cholesky factor of the one-factor correlation, [8][8]."""
    correlation = np.outer(LOADING, LOADING)
    np.fill_diagonal(correlation, 1.0)
    return np.linalg.cholesky(correlation)


def step_volatility(multiplier):
    """Standard deviation of a one-minute return, [8]."""
    return multiplier * VOLATILITY / np.sqrt(525_600.0)


def dust_usd(accounts):
    """Debts up to this value are closed whole."""
    return 1000.0 * 10_000 / accounts


def _uniform(account, k):
    """Draw k of each account in (0, 1): SplitMix64 of 16 j + k + 1 golden-ratio steps."""
    z = (account * np.uint64(16) + np.uint64(k + 1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53


class Book:
    """The position book, sorted by debt asset so that each debt price belongs to one range of columns.

    collateral [8][n] tokens; debt [n] tokens; debt_asset [n]; start [9]: accounts owing asset a are
    start[a] to start[a + 1]; ratio [8][n] = threshold x collateral / debt, so that an account is
    healthy while sum over i of ratio[i] P_i / P_debt >= debt left / collateral left (as shares).
    """

    def __init__(self, accounts=ACCOUNTS):
        collateral, debt, asset = _positions(accounts)
        order = np.argsort(asset, kind="stable")
        self.collateral = np.ascontiguousarray(collateral[order].T)
        self.debt = debt[order]
        self.debt_asset = asset[order]
        self.start = np.searchsorted(self.debt_asset, np.arange(ASSETS + 1))
        self.ratio = THRESHOLD[:, None] * self.collateral / self.debt

    def write(self, path):
        """Everything the C++ program needs: int64 accounts; float64 step volatility x1 [8],
        threshold [8], reserve [8], factor [8][8], collateral [8][n], debt [n]; int64 start [9]."""
        with open(path, "wb") as file:
            np.array([self.debt.size], np.int64).tofile(file)
            for column in (step_volatility(1), THRESHOLD, RESERVE, factor(), self.collateral, self.debt):
                np.ascontiguousarray(column, dtype=np.float64).tofile(file)
            self.start.astype(np.int64).tofile(file)


def _positions(n):
    """collateral [n][8], debt [n], debt asset [n], in account order."""
    with np.errstate(over="ignore"):
        u = [_uniform(np.arange(n, dtype=np.uint64), k) for k in range(9)]
    has_three = u[0] >= 0.5
    weights = [0.35, 0.25, 0.15, 0.10, 0.06, 0.05, 0.04]
    first = np.minimum(np.searchsorted(np.cumsum(weights), u[1], side="right"), 6)
    offset2 = np.floor(6 * u[2]).astype(int)
    offset3 = (offset2 + 1 + np.floor(5 * u[3]).astype(int)) % 6
    second, third = (first + 1 + offset2) % 7, (first + 1 + offset3) % 7
    w1 = np.where(has_three, 0.4, 0.5) + 0.4 * u[7]
    w2 = np.where(has_three, (1 - w1) * (0.5 + 0.4 * u[8]), 1 - w1)
    w3 = np.where(has_three, 1 - w1 - w2, 0.0)

    debt = np.exp(np.log(5000.0) + 1.8 * ndtri(u[4])) * 10_000.0 / n
    asset = np.full(n, 7)
    owes_volatile = u[6] >= 0.85
    for offset in range(3, 10):
        candidate = (first + offset) % 7
        is_used = (candidate == first) | (candidate == second) | (has_three & (candidate == third))
        takes = owes_volatile & (asset == 7) & ~is_used
        asset[takes] = candidate[takes]

    health = 1.0 + np.exp(np.log(0.5) + 0.8 * ndtri(u[5]))
    total = health * debt / (w1 * THRESHOLD[first] + w2 * THRESHOLD[second] + w3 * THRESHOLD[third])
    collateral = np.zeros((n, ASSETS))
    rows = np.arange(n)
    for column, weight in ((first, w1), (second, w2), (third, w3)):
        collateral[rows, column] += total * weight
    return collateral, debt, asset


def check_book():
    """Fails unless the book of 10,000 accounts has the published check sums."""
    book = Book()
    published = [154755223.84, 131549066.10, 74765045.59, 61602331.50, 60020806.80, 47379281.34, 47460387.85, 0]
    assert abs(book.debt.sum() - 254_772_683.809712) < 1e-5
    assert np.abs(book.collateral.sum(1) - published).max() < 0.006
    assert (book.debt_asset == 7).sum() == 8_469
    assert ((book.collateral > 0).sum(0) == 3).sum() == 5_023
    health = book.ratio.sum(0)
    assert abs(health.min() - 1.025838) < 1e-6 and abs(np.median(health) - 1.504213) < 1e-6
    assert [int((health < limit).sum()) for limit in (1.05, 1.1, 1.2)] == [22, 241, 1_226]
    return book


def arguments(description, workloads=tuple(MARKETS)):
    """The command line that every Python program of this folder has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("workload", choices=workloads)
    parser.add_argument("--paths", type=int, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def report(seconds, cpu_seconds, paths, statistics):
    """Prints one JSON object; `statistics` maps names to one value a path."""
    def line(values):
        values = np.asarray(values, dtype=float)
        error = values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else None
        return {"mean": float(values.mean()), "standard_error": error}

    rows = {name: line(values) for name, values in statistics.items()}
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "paths": paths, "statistics": rows}))


def returns_statistics(end, low, mean):
    """Names for the three [path][8] arrays of workload R."""
    arrays = {"end_price": end, "min_price": low, "mean_price": mean}
    return {f"{name}_{asset}": array[:, asset] for name, array in arrays.items() for asset in (0, 6)}


if __name__ == "__main__":
    checked = check_book()
    print("the book has the published check sums")
    if len(sys.argv) > 1:
        checked.write(sys.argv[1])

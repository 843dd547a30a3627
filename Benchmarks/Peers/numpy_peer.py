"""numpy: whole blocks at once. Prices of 100 paths come from one matrix product; the health factors
of 20 paths come from one product a step and debt asset, every account in every step.

BLAS keeps to one thread: on products this small a second one costs more than it brings.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import time

import numpy as np

import workload as w


def returns(random, paths, volatility):
    """Log returns, [path][step][8]: Student-t with one chi-square a step."""
    moves = random.standard_normal((paths, w.STEPS, w.ASSETS)) @ w.factor().T
    nu = w.DEGREES_OF_FREEDOM
    moves *= np.sqrt((nu - 2) / random.chisquare(nu, (paths, w.STEPS, 1)))
    moves *= volatility
    moves -= 0.5 * volatility * volatility
    return moves


def run_returns(random, paths, block=100):
    ends, lows, means = [], [], []
    volatility = w.step_volatility(w.MARKETS["R"][0])
    for first in range(0, paths, block):
        log_price = np.cumsum(returns(random, min(block, paths - first), volatility), axis=1)
        lows.append(np.exp(np.minimum(log_price.min(axis=1), 0.0)))
        np.exp(log_price, out=log_price)
        ends.append(log_price[:, -1].copy())
        means.append(log_price.mean(axis=1))
    return w.returns_statistics(*map(np.concatenate, (ends, lows, means)))


class Block:
    """The state of a block of paths: shares of collateral and debt left, [path][account]."""

    def __init__(self, paths, book):
        self.book = book
        shape = (paths, book.debt.size)
        self.collateral_left, self.debt_left = np.ones(shape), np.ones(shape)
        # Debt left over collateral left; -1 where the position is closed.
        self.threshold = np.ones(shape)
        self.health, self.unhealthy = np.empty(shape), np.empty(shape, bool)
        self.rows = np.zeros((len(w.L_STATISTICS), paths))
        self.rows[4] = 1.0
        self.dust = w.dust_usd(book.debt.size)

    def scan(self, price):
        """Whether any account of any path is liquidatable."""
        start = self.book.start
        for asset in range(w.ASSETS):
            owing = slice(start[asset], start[asset + 1])
            relative = price / price[:, asset : asset + 1]
            np.matmul(relative, self.book.ratio[:, owing], out=self.health[:, owing])
        return np.less(self.health, self.threshold, out=self.unhealthy).any()

    def liquidate(self, price):
        """Liquidates what the scan found; returns the tokens sold, [path][8]."""
        book = self.book
        path, account = np.nonzero(self.unhealthy)
        kept, owed = self.collateral_left[path, account], self.debt_left[path, account]
        debt = book.debt[account] * owed * price[path, book.debt_asset[account]]
        tokens = book.collateral.T[account]
        collateral = kept * np.einsum("ki,ki->k", tokens, price[path])
        close = np.where(debt <= self.dust, 1.0, w.CLOSE_FACTOR)
        is_wiped = close * debt * (1 + w.BONUS) >= collateral
        share = np.where(is_wiped, 1.0, close * debt * (1 + w.BONUS) / collateral)
        repaid = np.where(is_wiped, collateral / (1 + w.BONUS), close * debt)
        is_first = (kept == 1.0) & (owed == 1.0)
        for row, values in enumerate((repaid, np.where(is_wiped, debt - repaid, 0.0), 1.0, is_first)):
            np.add.at(self.rows[row], path, values)
        sold = np.zeros_like(price)
        np.add.at(sold, path, tokens * (kept * share)[:, None])
        is_closed = is_wiped | (close == 1.0)
        kept, owed = kept * (1 - share), np.where(is_closed, 0.0, owed * (1 - close))
        self.collateral_left[path, account], self.debt_left[path, account] = kept, owed
        with np.errstate(divide="ignore", invalid="ignore"):
            self.threshold[path, account] = np.where(is_closed, -1.0, owed / kept)
        return sold


def run_liquidations(random, paths, multiplier, jump, book, block=20):
    rows = []
    for first in range(0, paths, block):
        state = Block(min(block, paths - first), book)
        count = state.rows.shape[1]
        moves = returns(random, count, w.step_volatility(multiplier))
        moves[:, w.JUMP_STEP, :7] += jump
        log_price, impact = np.zeros((count, w.ASSETS)), np.zeros((count, w.ASSETS))
        for step in range(w.STEPS):
            log_price += moves[:, step]
            price = np.exp(log_price + impact)
            np.minimum(state.rows[4], price[:, 0], out=state.rows[4])
            impact *= w.IMPACT_KEPT
            if state.scan(price):
                impact -= 2.0 * np.log1p(state.liquidate(price) / w.RESERVE)
        state.rows[5] = price[:, 0]
        rows.append(state.rows)
    return dict(zip(w.L_STATISTICS, np.concatenate(rows, axis=1)))


def main():
    options = w.arguments(__doc__)
    random = np.random.Generator(np.random.SFC64(options.seed))
    book = w.Book()
    start, cpu_start = time.perf_counter(), time.process_time()
    if options.workload == "R":
        statistics = run_returns(random, options.paths)
    else:
        statistics = run_liquidations(random, options.paths, *w.MARKETS[options.workload], book)
    w.report(time.perf_counter() - start, time.process_time() - cpu_start, options.paths, statistics)


main()

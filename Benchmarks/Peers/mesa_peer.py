"""mesa: an agent per borrower, as agent-based models are commonly written.

A path takes many seconds, so few are run; building the agents is not timed. mesa runs on one thread.
"""
import time

import mesa
import numpy as np

import workload as w

THRESHOLD = w.THRESHOLD.tolist()


class Borrower(mesa.Agent):
    def __init__(self, model, tokens, debt, debt_asset):
        super().__init__(model)
        self.tokens, self.debt, self.debt_asset = tokens, debt, debt_asset  # tokens: {asset: amount}
        self.was_liquidated = False

    def step(self):
        price = self.model.price
        owed = self.debt * price[self.debt_asset]
        if sum(amount * THRESHOLD[asset] * price[asset] for asset, amount in self.tokens.items()) < owed:
            self.model.liquidate(self, owed)


class Market(mesa.Model):
    def __init__(self, book, seed, multiplier, jump):
        super().__init__(rng=seed)
        self.generator = np.random.Generator(np.random.SFC64(seed))
        self.factor, self.volatility, self.jump = w.factor(), w.step_volatility(multiplier), jump
        self.dust = w.dust_usd(book.debt.size)
        self.log_price, self.impact = np.zeros(w.ASSETS), np.zeros(w.ASSETS)
        self.row = dict.fromkeys(w.L_STATISTICS, 0.0) | {"min_price_0": 1.0}
        for tokens, debt, asset in zip(book.collateral.T, book.debt, book.debt_asset):
            held = {int(i): float(tokens[i]) for i in np.nonzero(tokens)[0]}
            Borrower(self, held, float(debt), int(asset))

    def liquidate(self, borrower, owed):
        price = self.price
        close = 1.0 if owed <= self.dust else w.CLOSE_FACTOR
        collateral = sum(amount * price[asset] for asset, amount in borrower.tokens.items())
        repaid, share = close * owed, close * owed * (1 + w.BONUS) / collateral
        if share >= 1.0:
            repaid, share = collateral / (1 + w.BONUS), 1.0
            self.row["bad_debt_usd"] += owed - repaid
        for asset, amount in borrower.tokens.items():
            self.sold[asset] += amount * share
            borrower.tokens[asset] = amount * (1 - share)
        borrower.debt *= 0.0 if share == 1.0 or close == 1.0 else 1 - close
        self.row["liquidated_usd"] += repaid
        self.row["liquidations"] += 1
        self.row["accounts_liquidated"] += not borrower.was_liquidated
        borrower.was_liquidated = True

    def step(self):
        nu = w.DEGREES_OF_FREEDOM
        scale = np.sqrt((nu - 2) / self.generator.chisquare(nu))
        moves = scale * (self.factor @ self.generator.standard_normal(w.ASSETS))
        self.log_price += self.volatility * moves - 0.5 * self.volatility**2
        if self.steps == w.JUMP_STEP + 1:  # mesa counts the step in progress
            self.log_price[:7] += self.jump
        self.price = np.exp(self.log_price + self.impact).tolist()
        self.row["min_price_0"] = min(self.row["min_price_0"], self.price[0])
        self.row["end_price_0"] = self.price[0]
        self.sold = np.zeros(w.ASSETS)
        self.agents.do("step")
        self.impact = w.IMPACT_KEPT * self.impact - 2 * np.log1p(self.sold / w.RESERVE)


def main():
    options = w.arguments(__doc__, workloads=[name for name in w.MARKETS if name != "R"])
    book = w.Book()
    seconds = cpu_seconds = 0.0
    rows = []
    for path in range(options.paths):
        market = Market(book, 1_000 * options.seed + path, *w.MARKETS[options.workload])
        start, cpu_start = time.perf_counter(), time.process_time()
        for _ in range(w.STEPS):
            market.step()
        seconds += time.perf_counter() - start
        cpu_seconds += time.process_time() - cpu_start
        rows.append(market.row)
    statistics = {name: [row[name] for row in rows] for name in w.L_STATISTICS}
    w.report(seconds, cpu_seconds, options.paths, statistics)


main()

"""numba: compiled loops, parallel over paths, fastmath; every account tested in every step.

Compilation is not timed. The scan is a function of plain columns and counts in floating point, because
LLVM vectorises it only in that form; the indexed loop is five times slower.
"""
import time

import numba
import numpy as np

import workload as w

ASSETS, STEPS, JUMP_STEP, NU = w.ASSETS, w.STEPS, w.JUMP_STEP, w.DEGREES_OF_FREEDOM
IMPACT_KEPT, CLOSE_FACTOR, BONUS = w.IMPACT_KEPT, w.CLOSE_FACTOR, w.BONUS
CHUNK = 512  # accounts counted before any of them is looked at


@numba.njit(fastmath=True, cache=True)
def move(log_price, normal, factor, volatility):
    """Adds one step's Student-t returns to the log prices."""
    for i in range(ASSETS):
        normal[i] = np.random.standard_normal()
    scale = np.sqrt((NU - 2.0) / np.random.chisquare(NU))
    for i in range(ASSETS):
        sum = 0.0
        for k in range(i + 1):
            sum += factor[i, k] * normal[k]
        log_price[i] += volatility[i] * (scale * sum - 0.5 * volatility[i])


@numba.njit(parallel=True, fastmath=True, cache=True)
def run_returns(paths, steps, factor, volatility, seed):
    """End, lowest and mean prices, each [path][8]."""
    end, low, mean = np.empty((paths, ASSETS)), np.empty((paths, ASSETS)), np.empty((paths, ASSETS))
    for path in numba.prange(paths):
        np.random.seed(seed + path)
        log_price, normal = np.zeros(ASSETS), np.empty(ASSETS)
        lowest, sum = np.zeros(ASSETS), np.zeros(ASSETS)
        for _ in range(steps):
            move(log_price, normal, factor, volatility)
            for i in range(ASSETS):
                lowest[i] = min(lowest[i], log_price[i])
                sum[i] += np.exp(log_price[i])
        for i in range(ASSETS):
            end[path, i], low[path, i] = np.exp(log_price[i]), np.exp(lowest[i])
            mean[path, i] = sum[i] / steps
    return end, low, mean


@numba.njit(fastmath=True, cache=True)
def count_unhealthy(a0, a1, a2, a3, a4, a5, a6, a7, threshold, p):
    """How many of a chunk's accounts are below their thresholds."""
    p0, p1, p2, p3, p4, p5, p6, p7 = p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]
    count = 0.0
    for j in range(threshold.size):
        health = (
            a0[j] * p0 + a1[j] * p1 + a2[j] * p2 + a3[j] * p3
            + a4[j] * p4 + a5[j] * p5 + a6[j] * p6 + a7[j] * p7
        )
        count += 1.0 if health < threshold[j] else 0.0
    return count


@numba.njit(parallel=True, fastmath=True, cache=True)
def run_liquidations(
    paths, steps, ratio, tokens, debt, start, factor, volatility, reserve, dust, jump, seed
):
    """Statistics of each path, [path][6]."""
    accounts = debt.size
    rows = np.zeros((paths, 6))
    for path in numba.prange(paths):
        np.random.seed(seed + path)
        log_price, normal, impact = np.zeros(ASSETS), np.empty(ASSETS), np.zeros(ASSETS)
        price, relative, sold = np.empty(ASSETS), np.empty(ASSETS), np.empty(ASSETS)
        # Shares of collateral and debt left; debt left over collateral left, -1 where closed.
        kept, owed, threshold = np.ones(accounts), np.ones(accounts), np.ones(accounts)
        liquidated = bad_debt = events = distinct = 0.0
        lowest = 1.0
        for step in range(steps):
            move(log_price, normal, factor, volatility)
            if step == JUMP_STEP:
                log_price[:7] += jump
            for i in range(ASSETS):
                price[i] = np.exp(log_price[i] + impact[i])
                sold[i] = 0.0
            lowest = min(lowest, price[0])
            for asset in range(ASSETS):
                for i in range(ASSETS):
                    relative[i] = price[i] / price[asset]
                for low in range(start[asset], start[asset + 1], CHUNK):
                    high = min(start[asset + 1], low + CHUNK)
                    if count_unhealthy(
                        ratio[0, low:high], ratio[1, low:high], ratio[2, low:high], ratio[3, low:high],
                        ratio[4, low:high], ratio[5, low:high], ratio[6, low:high], ratio[7, low:high],
                        threshold[low:high], relative,
                    ) == 0.0:
                        continue
                    for j in range(low, high):
                        health = collateral = 0.0
                        for i in range(ASSETS):
                            health += ratio[i, j] * relative[i]
                            collateral += tokens[i, j] * price[i]
                        if health >= threshold[j]:
                            continue
                        collateral *= kept[j]
                        value = debt[j] * owed[j] * price[asset]
                        close = 1.0 if value <= dust else CLOSE_FACTOR
                        repaid, share = close * value, close * value * (1.0 + BONUS) / collateral
                        if kept[j] == 1.0 and owed[j] == 1.0:
                            distinct += 1.0
                        if share >= 1.0:
                            repaid, share = collateral / (1.0 + BONUS), 1.0
                            bad_debt += value - repaid
                        for i in range(ASSETS):
                            sold[i] += tokens[i, j] * kept[j] * share
                        liquidated += repaid
                        events += 1.0
                        kept[j] *= 1.0 - share
                        if share == 1.0 or close == 1.0:
                            owed[j], threshold[j] = 0.0, -1.0
                        else:
                            owed[j] *= 1.0 - close
                            threshold[j] = owed[j] / kept[j]
            for i in range(ASSETS):
                impact[i] = IMPACT_KEPT * impact[i] - 2.0 * np.log1p(sold[i] / reserve[i])
        rows[path, 0], rows[path, 1], rows[path, 2] = liquidated, bad_debt, events
        rows[path, 3], rows[path, 4], rows[path, 5] = distinct, lowest, price[0]
    return rows


def main():
    options = w.arguments(__doc__)
    numba.set_num_threads(options.threads)
    multiplier, jump = w.MARKETS[options.workload]
    factor, volatility = w.factor(), w.step_volatility(multiplier)
    seed = 1_000_000 * options.seed
    if options.workload == "R":
        def run(paths, steps):
            return run_returns(paths, steps, factor, volatility, seed)
    else:
        book = w.Book()

        def run(paths, steps):
            return run_liquidations(
                paths, steps, book.ratio, book.collateral, book.debt, book.start, factor, volatility,
                w.RESERVE, w.dust_usd(book.debt.size), jump, seed)

    run(2, 2)
    start, cpu_start = time.perf_counter(), time.process_time()
    result = run(options.paths, STEPS)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    statistics = (
        w.returns_statistics(*result) if options.workload == "R"
        else dict(zip(w.L_STATISTICS, result.T)))
    w.report(seconds, cpu_seconds, options.paths, statistics)


main()

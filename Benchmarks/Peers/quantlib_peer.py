"""QuantLib's multi-path generator through its Python package: prices only, one thread.

It has no multivariate Student-t, so the returns are Gaussian, which is less work. Only the generation
is timed; reading the paths in Python would cost more than making them.
"""
import time

import numpy as np
import QuantLib as ql

import workload as w


def generator(seed):
    today = ql.Date(1, 1, 2025)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    rate = ql.YieldTermStructureHandle(ql.FlatForward(today, 0.0, count))
    spot = ql.QuoteHandle(ql.SimpleQuote(1.0))
    processes = []
    for volatility in w.VOLATILITY:
        surface = ql.BlackConstantVol(today, ql.NullCalendar(), float(volatility), count)
        handle = ql.BlackVolTermStructureHandle(surface)
        processes.append(ql.BlackScholesProcess(spot, rate, handle))
    factor = w.factor()
    array = ql.StochasticProcessArray(processes, (factor @ factor.T).tolist())
    times = [step / 525_600.0 for step in range(1, w.STEPS + 1)]
    uniforms = ql.UniformRandomSequenceGenerator(w.STEPS * w.ASSETS, ql.UniformRandomGenerator(seed=seed))
    return ql.GaussianMultiPathGenerator(array, times, ql.GaussianRandomSequenceGenerator(uniforms), False)


def main():
    options = w.arguments(__doc__, workloads=["R"])
    paths = generator(options.seed)
    seconds = cpu_seconds = 0.0
    end, low, mean = (np.empty((options.paths, w.ASSETS)) for _ in range(3))
    for path in range(options.paths):
        start, cpu_start = time.perf_counter(), time.process_time()
        sample = paths.next().value()
        seconds += time.perf_counter() - start
        cpu_seconds += time.process_time() - cpu_start
        for asset in (0, 6):
            prices = np.array(list(sample[asset]))  # the start included
            end[path, asset], low[path, asset] = prices[-1], prices.min()
            mean[path, asset] = prices[1:].mean()
    w.report(seconds, cpu_seconds, options.paths, w.returns_statistics(end, low, mean))


main()

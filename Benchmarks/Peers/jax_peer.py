"""JAX on the CPU, in its default float32: jit and lax.scan over the steps, a block of paths at once.

The health factors of a block are one product a step and debt asset. Compilation is not timed. The
number of threads is the number of processors that the process may use, so the rest are given up.
"""
import functools
import os
import time

import workload as w

options = w.arguments(__doc__)
os.environ["JAX_PLATFORMS"] = "cpu"
# Before the import, which starts the threads.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])

import jax
import jax.numpy as jnp
import numpy as np

FACTOR = jnp.asarray(w.factor(), jnp.float32)
RESERVE = jnp.asarray(w.RESERVE, jnp.float32)


def returns(key, paths, volatility):
    """One step's Student-t returns, [path][8]."""
    normal_key, mixing_key = jax.random.split(key)
    moves = jax.random.normal(normal_key, (paths, w.ASSETS)) @ FACTOR.T
    nu = w.DEGREES_OF_FREEDOM
    scale = jnp.sqrt((nu - 2) / jax.random.chisquare(mixing_key, nu, (paths, 1)))
    return volatility * scale * moves - 0.5 * volatility * volatility


@functools.partial(jax.jit, static_argnums=1)
def run_returns(key, paths, volatility):
    def step(state, key):
        log_price, low, sum = state
        log_price = log_price + returns(key, paths, volatility)
        return (log_price, jnp.minimum(low, log_price), sum + jnp.exp(log_price)), None

    zero = jnp.zeros((paths, w.ASSETS), jnp.float32)
    state, _ = jax.lax.scan(step, (zero, zero, zero), jax.random.split(key, w.STEPS))
    return jnp.exp(state[0]), jnp.exp(state[1]), state[2] / w.STEPS


@functools.partial(jax.jit, static_argnums=(1, 2))
def run_liquidations(key, paths, start, ratio, tokens, debt, debt_asset, volatility, dust, jump):
    """liquidated, bad debt, liquidations, lowest and end price of asset 0, each [path]."""
    ranges = [(a, start[a], start[a + 1]) for a in range(w.ASSETS) if start[a] < start[a + 1]]
    none = jnp.zeros(paths, jnp.float32)

    def liquidate(unhealthy, price, kept, owed):
        value = debt * owed * price[:, debt_asset]
        close = jnp.where(value <= dust, 1.0, w.CLOSE_FACTOR)
        collateral = kept * (price @ tokens)
        seized = close * value * (1 + w.BONUS)
        is_wiped = seized >= collateral
        share = jnp.where(is_wiped, 1.0, seized / jnp.maximum(collateral, 1e-30))
        share = jnp.where(unhealthy, share, 0.0)
        repaid = jnp.where(is_wiped, collateral / (1 + w.BONUS), close * value)
        repaid = jnp.where(unhealthy, repaid, 0.0)
        bad_debt = jnp.where(unhealthy & is_wiped, value - repaid, 0.0)
        left = jnp.where(unhealthy, jnp.where(is_wiped, 0.0, owed * (1 - close)), owed)
        totals = jnp.stack([repaid.sum(1), bad_debt.sum(1), unhealthy.sum(1).astype(jnp.float32)])
        return kept * (1 - share), left, totals, (kept * share) @ tokens.T

    def step(state, key_and_number):
        key, number = key_and_number
        log_price, impact, kept, owed, totals, low, _ = state
        log_price = log_price + returns(key, paths, volatility)
        log_price = log_price + jnp.where(number == w.JUMP_STEP, jump, 0.0) * (jnp.arange(w.ASSETS) < 7)
        price = jnp.exp(log_price + impact)
        relative = [(price / price[:, a : a + 1]) @ ratio[:, low:high] for a, low, high in ranges]
        unhealthy = (jnp.concatenate(relative, 1) * kept < owed) & (owed > 0)
        kept, owed, more, sold = jax.lax.cond(
            unhealthy.any(), lambda: liquidate(unhealthy, price, kept, owed),
            lambda: (kept, owed, jnp.stack([none] * 3), jnp.zeros_like(price)))
        impact = w.IMPACT_KEPT * impact - 2 * jnp.log1p(sold / RESERVE)
        low = jnp.minimum(low, price[:, 0])
        return (log_price, impact, kept, owed, totals + more, low, price[:, 0]), None

    zero = jnp.zeros((paths, w.ASSETS), jnp.float32)
    all = jnp.ones((paths, debt.size), jnp.float32)
    state = (zero, zero, all, all, jnp.stack([none] * 3), none + 1, none + 1)
    numbered = (jax.random.split(key, w.STEPS), jnp.arange(w.STEPS))
    state, _ = jax.lax.scan(step, state, numbered)
    return (*state[4], state[5], state[6])


def main():
    def single(values):
        return jnp.asarray(values, jnp.float32)

    multiplier, jump = w.MARKETS[options.workload]
    volatility = single(w.step_volatility(multiplier))
    if options.workload == "R":
        block = min(options.paths, 500)

        def run(key):
            return run_returns(key, block, volatility)
    else:
        block = min(options.paths, 25)
        book = w.Book()
        start = tuple(int(place) for place in book.start)
        columns = (single(book.ratio), single(book.collateral), single(book.debt), jnp.asarray(book.debt_asset))

        def run(key):
            return run_liquidations(
                key, block, start, *columns, volatility, w.dust_usd(book.debt.size), jump)

    keys = jax.random.split(jax.random.PRNGKey(options.seed), -(-options.paths // block) + 1)
    jax.block_until_ready(run(keys[0]))
    begin, cpu_begin = time.perf_counter(), time.process_time()
    results = [jax.block_until_ready(run(key)) for key in keys[1:]]
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_begin
    arrays = [np.concatenate([np.asarray(result[i]) for result in results]) for i in range(len(results[0]))]
    names = [name for name in w.L_STATISTICS if name != "accounts_liquidated"]
    statistics = w.returns_statistics(*arrays) if options.workload == "R" else dict(zip(names, arrays))
    w.report(seconds, cpu_seconds, block * len(results), statistics)


main()

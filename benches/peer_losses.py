"""What `cargo bench -p sweep-training --bench losses` takes turns with: it reads jobs, and prints the seconds of each.

The same steps for the same 100 rates and 10 seeds: in NumPy one product for all trials of a seed, with rows gathered once an
epoch and buffers that are reused, a process on each core; in JAX one compiled scan over batches, vmapped over seeds and
rates. scikit-learn fits one penalty after another. A job that cannot be done is answered with a word.
"""

import sys
from multiprocessing import get_context
from os import cpu_count
from time import perf_counter

import numpy as np
from scipy.special import expit

RATES, SEEDS, BATCH, EPOCHS = 100, 10, 32, 20
folder = sys.argv[1]
n, d = map(int, open(f"{folder}/shape").read().split())
features = np.fromfile(f"{folder}/x").reshape(n, d)
target = np.fromfile(f"{folder}/y")
classes = int(target.max()) + 1
share = np.arange(RATES) / (RATES - 1)
rates = 1e-4 + 1e-2 * share if classes == 2 else 1e-3 + 1e-1 * share


def rows(dtype):
    """With a column of ones, as the bias is a parameter like others."""
    return np.hstack([np.ones((n, 1)), features]).astype(dtype)


def numpy_seed(job):
    seed, dtype = job
    x, outputs = rows(dtype), 1 if classes == 2 else classes
    y = target.astype(dtype)[:, None] if classes == 2 else np.eye(classes, dtype=dtype)[target.astype(int)]
    steps = np.repeat(rates, outputs).astype(dtype) / dtype(BATCH)
    theta = np.zeros((d + 1, RATES * outputs), dtype)
    gradient, z = np.empty_like(theta), np.empty((BATCH, RATES * outputs), dtype)
    random = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        order = random.permutation(n)
        shuffled, labels = x[order], y[order]
        for start in range(0, n, BATCH):
            b, own = shuffled[start : start + BATCH], labels[start : start + BATCH]
            at = z[: len(b)]
            np.matmul(b, theta, out=at)
            if classes == 2:
                expit(at, out=at)
                at -= own
            else:
                by_class = at.reshape(len(b), RATES, classes)
                by_class -= by_class.max(axis=2, keepdims=True)
                np.exp(by_class, out=by_class)
                by_class /= by_class.sum(axis=2, keepdims=True)
                by_class -= own[:, None, :]
            np.matmul(b.T, at, out=gradient)
            gradient *= steps
            theta -= gradient
    return theta


def numpy_job(dtype):
    began = perf_counter()
    pool.map(numpy_seed, [(seed, dtype) for seed in range(SEEDS)], chunksize=1)
    return perf_counter() - began


compiled = {}


def of_optax(method):
    """The same rule as ours, or one of the same work: optax adds ε elsewhere."""
    import optax

    return {
        "momentum": lambda rate: optax.sgd(rate, momentum=0.9),
        "adam": optax.adam,
        "rmsprop": lambda rate: optax.rmsprop(rate, decay=0.99),
        "lion": lambda rate: optax.lion(rate, weight_decay=0.0),
        "adagrad": optax.adagrad,
    }[method]


def jax_job(dtype, method=None):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    if (dtype, method) not in compiled:
        make = of_optax(method) if method else None
        x, y = jnp.asarray(rows(dtype)), jnp.asarray(target.astype(int))
        shape = (d + 1,) if classes == 2 else (d + 1, classes)

        def loss(theta, b, own):
            z = b @ theta
            if classes == 2:
                return jnp.mean(jax.nn.softplus(z) - own * z)
            return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, own[:, None], axis=1)[:, 0])

        def seed(orders):
            def one(rate):
                start = jnp.zeros(shape, dtype)
                optimizer = make(rate) if make else None

                def step(carried, batch):
                    theta, state = carried
                    gradient = jax.grad(loss)(theta, x[batch], y[batch])
                    if make is None:
                        return (theta - rate * gradient, state), None
                    change, state = optimizer.update(gradient, state, theta)
                    return (theta + change, state), None

                def epoch(carried, order):
                    whole = n // BATCH * BATCH
                    carried, _ = jax.lax.scan(step, carried, order[:whole].reshape(-1, BATCH))
                    return (step(carried, order[whole:])[0] if whole < n else carried), None

                return jax.lax.scan(epoch, (start, optimizer.init(start) if make else ()), orders)[0][0]

            return jax.vmap(one)(jnp.asarray(rates.astype(dtype)))

        compiled[dtype, method] = jax.jit(jax.vmap(seed))
    random = np.random.default_rng(0)
    orders = np.stack([[random.permutation(n) for _ in range(EPOCHS)] for _ in range(SEEDS)])
    began = perf_counter()
    compiled[dtype, method](orders).block_until_ready()
    return perf_counter() - began


def sklearn_job(dtype):
    from sklearn.linear_model import LogisticRegression

    x, y = features.astype(dtype), target.astype(int)
    began = perf_counter()
    for l2 in 1e-5 * 1e4**share:
        LogisticRegression(solver="lbfgs", C=1 / (n * l2), tol=1e-6, max_iter=1000).fit(x, y)
    return perf_counter() - began


if __name__ == "__main__":
    jobs = {"numpy": numpy_job, "jax": jax_job, "sklearn": sklearn_job}
    with get_context("fork").Pool(cpu_count()) as pool:
        for line in sys.stdin:
            job, precision = line.split()
            try:
                job, *method = job.split(":")
                print(jobs[job](np.dtype(precision.replace("f", "float")).type, *method), flush=True)
            except ImportError as error:
                print("missing", error, flush=True)

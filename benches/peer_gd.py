"""Full-batch gradient descent at many learning rates by vectorised NumPy, in the eigenbasis of the Gram matrix.

Run by `cargo bench --bench engines`, which gives it the same numbers that it trains on itself:

    OPENBLAS_NUM_THREADS=2 python3 benches/peer_gd.py FOLDER N_TRAIN N_VALIDATION N_PARAMETERS N_RATES EPOCHS

FOLDER holds raw doubles: train_x, train_y, validation_x, validation_y, rates, points (the evaluated epochs). Everything is
in memory before the clock starts; the clock covers the Gram matrices, eigh, J at every step and its test for divergence,
the validation MSE at the evaluated epochs, and the parameters at the end. With G = VΛVᵀ, the error in mode j after k steps
is e_j·q^k with q = 1 − αλ_j. Two forms of "J at every step" are timed, and the faster count of several blockings of each:

stepwise  one elementwise product and one matrix-vector product a step, rates in blocks that stay in cache. It steps as
          training does, so a schedule would fit in.
powers    q^(32a+b) = q^32a·q^b, so that the 1,001 losses of a rate are one product of two small matrices. It is not a
          trainer: a constant rate is what makes it possible.

Prints a line for each: name, then milliseconds, the smallest of several repeats.
"""

import sys
from time import perf_counter

import numpy as np

FACTOR = 1e12
WIDTH = 32
# Rates whose evaluations stay in cache together: the fastest of those tried.
VALIDATE = 20


def prepare(x, y, vx, vy):
    n = len(y)
    gram, moment = x.T @ x / n, x.T @ y / n
    eigenvalues, basis = np.linalg.eigh(gram)
    moment = basis.T @ moment
    best = np.where(eigenvalues > 1e-12 * eigenvalues[-1], moment / np.maximum(eigenvalues, 1e-300), 0.0)
    lowest = max(y @ y / n - moment @ best, 0.0)
    # Validation: the rows reduced to a triangle by their Gram matrix with the targets, in modes, about the training minimiser.
    rows = np.column_stack([vx, vy])
    triangle = np.linalg.cholesky(rows.T @ rows / len(vy)).T
    factor = np.vstack([(triangle[:, :-1] @ basis).T, triangle[:, :-1] @ (basis @ best) - triangle[:, -1]])
    return eigenvalues, basis, best, lowest, factor


def stepwise(q, start, eigenvalues, lowest, epochs, block):
    losses = np.empty((epochs + 1, len(q)))
    for first in range(0, len(q), block):
        square = q[first : first + block] ** 2
        terms = np.broadcast_to(eigenvalues * start**2, square.shape).copy()
        ones = np.ones(square.shape[1])
        part = np.empty(len(square))
        for k in range(epochs + 1):
            np.dot(terms, ones, out=part)
            losses[k, first : first + block] = part
            np.multiply(terms, square, out=terms)
    losses += lowest
    losses *= 0.5
    return losses


def ladders(q, epochs):
    """q^b for b < 32, and q^(32a), each [power, rates, modes]."""
    small = np.empty((WIDTH, *q.shape))
    small[0] = 1.0
    for b in range(1, WIDTH):
        np.multiply(small[b - 1], q, out=small[b])
    stride = small[-1] * q
    large = np.empty((epochs // WIDTH + 1, *q.shape))
    large[0] = 1.0
    for a in range(1, len(large)):
        np.multiply(large[a - 1], stride, out=large[a])
    return small, large


def by_powers(q, start, eigenvalues, lowest, epochs, block):
    losses = np.empty((len(q), (epochs // WIDTH + 1) * WIDTH))
    weights = eigenvalues * start**2
    for first in range(0, len(q), block):
        small, large = ladders(q[first : first + block] ** 2, epochs)
        large *= weights
        product = np.matmul(large.transpose(1, 0, 2), small.transpose(1, 2, 0))
        losses[first : first + block] = product.reshape(len(product), -1)
    losses += lowest
    losses *= 0.5
    return losses[:, : epochs + 1].T


def validate(q, start, best, basis, points, factor, block):
    """The validation MSE at each point, and the parameters at the last."""
    result = np.empty((len(points), len(q)))
    theta = np.empty_like(q)
    d = q.shape[1]
    for first in range(0, len(q), block):
        part = slice(first, first + block)
        small, large = ladders(q[part], points[-1])
        small *= start
        error = np.ones((len(points), small.shape[1], d + 1))
        for index, point in enumerate(points):
            np.multiply(large[point // WIDTH], small[point % WIDTH], out=error[index, :, :d])
        image = error.reshape(-1, d + 1) @ factor
        result[:, part] = np.einsum("ij,ij->i", image, image).reshape(len(points), -1)
        theta[part] = (error[-1, :, :d] + best) @ basis.T
    return result, theta


def whole(data, losses_of, block):
    x, y, vx, vy, rates, points, epochs = data
    eigenvalues, basis, best, lowest, factor = prepare(x, y, vx, vy)
    start = -best
    q = 1.0 - rates[:, None] * eigenvalues
    losses = losses_of(q, start, eigenvalues, lowest, epochs, block)
    bound = FACTOR * losses[0].max()
    passed = losses <= bound
    diverged = np.where(passed.all(axis=0), -1, passed.argmin(axis=0))
    validation, theta = validate(q, start, best, basis, points, factor, VALIDATE)
    return losses, diverged, validation, theta


def main():
    folder, n, m, d, _, epochs = sys.argv[1], *map(int, sys.argv[2:7])
    read = lambda name, *shape: np.fromfile(f"{folder}/{name}").reshape(shape) if shape else np.fromfile(f"{folder}/{name}")
    points = [int(point) for point in read("points")]
    data = (read("train_x", n, d), read("train_y"), read("validation_x", m, d), read("validation_y"), read("rates"), points, epochs)
    x, y, vx, vy, rates = data[:5]
    # Held against gradient descent as it is written in a textbook, for a few rates.
    losses, _, validation, theta = whole(data, by_powers, 50)
    other, _, _, _ = whole(data, stepwise, 50)
    assert np.allclose(losses, other, rtol=1e-9)
    for index in (0, len(rates) // 2, len(rates) - 1):
        at = np.zeros(d)
        for k in range(20):
            residual = x @ at - y
            assert np.isclose(residual @ residual / n / 2, losses[k, index], rtol=1e-8), (k, index)
            at -= rates[index] * (x.T @ residual) / n
        at = theta[index]
        assert np.isclose(((x @ at - y) ** 2).mean() / 2, losses[-1, index], rtol=1e-8)
        assert np.isclose(((vx @ at - vy) ** 2).mean(), validation[-1, index], rtol=1e-8)
    for name, form in (("stepwise", stepwise), ("powers", by_powers)):
        fastest = np.inf
        for block in (50, 250, 1000):
            for _ in range(3):
                began = perf_counter()
                whole(data, form, block)
                fastest = min(fastest, perf_counter() - began)
        print(name, 1e3 * fastest, flush=True)


with np.errstate(all="ignore"):
    main()

"""What `cargo bench --bench network` takes turns with: it reads jobs, and prints the seconds of each and those of its first time.

The same work as `benches/mlp.toml`: a perceptron of 64 inputs, 64 units with ReLU and 10 outputs on the first 1,437 rows of digits.csv, 50 epochs
of batches of 64 rows in an order of each seed, and the short last batch; four methods × six rates × two seeds, in single precision.
All rows are evaluated once, at the end.

    jax            one compiled scan over batches for each method, vmapped over rates, seeds one after the other
    jax-both       the same with seeds under the vmap too
    jax-processes  the first, a process on each core with a seed of its own
    torch          a loop over trials, epochs and batches, as PyTorch is used, on one thread and on all: the faster
    torch-vmap     torch.func: gradients vmapped over rates and seeds, one update for all

Rows are gathered once an epoch in JAX, not for each batch. The first time of a job compiles.
"""

import os
import sys
from csv import reader
from multiprocessing import get_context
from time import perf_counter

import numpy as np

BATCH, EPOCHS, TRAINED, SEEDS = 64, 50, 1437, 2
SIZES = [64, 64, 10]
RATES = {
    "sgd": [0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    "momentum": [0.001, 0.002, 0.005, 0.01, 0.02, 0.05],
    "adam": [0.0003, 0.0006, 0.001, 0.002, 0.004, 0.008],
    "rmsprop": [0.0001, 0.0002, 0.0004, 0.0008, 0.0016, 0.003],
}


def rows():
    """Pixels as shares of the largest, and digits."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../experiments/data/digits.csv")
    with open(path, newline="") as file:
        table = np.array(list(reader(file))[1:], dtype=np.float32)[:TRAINED]
    return table[:, :-1] / 16, table[:, -1].astype(np.int64)


def orders(seed):
    random = np.random.default_rng(seed)
    return np.stack([random.permutation(TRAINED) for _ in range(EPOCHS)])


def start(seed):
    """He's normal weights, and no bias."""
    random = np.random.default_rng(100 + seed)
    pairs = list(zip(SIZES, SIZES[1:]))
    return [(random.normal(0, (2 / i) ** 0.5, (i, o)).astype(np.float32), np.zeros(o, np.float32)) for i, o in pairs]


class Jax:
    def __init__(self):
        self.compiled = {}

    def program(self, method, seeds_together):
        import jax
        import jax.numpy as jnp
        import optax

        x, y = map(jnp.asarray, rows())
        make = {
            "sgd": optax.sgd, "momentum": lambda rate: optax.sgd(rate, momentum=0.9), "adam": optax.adam,
            "rmsprop": lambda rate: optax.rmsprop(rate, decay=0.99),
        }[method]

        def outputs(parameters, rows):
            for weights, bias in parameters[:-1]:
                rows = jax.nn.relu(rows @ weights + bias)
            return rows @ parameters[-1][0] + parameters[-1][1]

        def loss(parameters, rows, own):
            z = outputs(parameters, rows)
            return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, own[:, None], axis=1)[:, 0])

        def of_rate(rate, order, parameters):
            optimizer = make(rate)

            def step(carried, batch):
                parameters, state = carried
                gradient = jax.grad(loss)(parameters, *batch)
                updates, state = optimizer.update(gradient, state, parameters)
                return (optax.apply_updates(parameters, updates), state), None

            def epoch(carried, order):
                shuffled, own, whole = x[order], y[order], TRAINED // BATCH * BATCH
                batches = (shuffled[:whole].reshape(-1, BATCH, SIZES[0]), own[:whole].reshape(-1, BATCH))
                carried, _ = jax.lax.scan(step, carried, batches)
                return step(carried, (shuffled[whole:], own[whole:]))[0], None

            parameters = jax.lax.scan(epoch, (parameters, optimizer.init(parameters)), order)[0][0]
            return loss(parameters, x, y)

        rates = jnp.asarray(RATES[method], jnp.float32)
        of_seed = lambda given: jax.vmap(lambda rate: of_rate(rate, *given))(rates)
        return jax.jit(jax.vmap(lambda *given: of_seed(given)) if seeds_together else lambda *given: jax.lax.map(of_seed, given))

    def __call__(self, seeds=range(SEEDS), seeds_together=False):
        """The seconds of all methods."""
        import jax

        given = np.stack([orders(seed) for seed in seeds]), jax.tree.map(lambda *of: np.stack(of), *[start(seed) for seed in seeds])
        began = perf_counter()
        for method in RATES:
            at = method, seeds_together
            self.compiled[at] = self.compiled.get(at) or self.program(*at)
            found = np.asarray(self.compiled[at](*given))
            assert np.isfinite(found).all(), (method, found)
        return perf_counter() - began


def worker(core, pipe):
    os.sched_setaffinity(0, {core})
    jax = Jax()
    while pipe.recv():
        pipe.send(jax([core % SEEDS]))


class Processes:
    """A process on each of two cores, as JAX keeps one busy."""

    def __init__(self):
        context, self.pipes = get_context("spawn"), []
        for core in sorted(os.sched_getaffinity(0))[:SEEDS]:
            ours, theirs = context.Pipe()
            context.Process(target=worker, args=(core, theirs), daemon=True).start()
            self.pipes.append(ours)

    def __call__(self):
        began = perf_counter()
        for pipe in self.pipes:
            pipe.send(True)
        for pipe in self.pipes:
            pipe.recv()
        return perf_counter() - began


def torch_start(seed, torch):
    layers = []
    for weights, bias in start(seed):
        linear = torch.nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def torch_loop():
    import torch

    make = {
        "sgd": lambda p, rate: torch.optim.SGD(p, lr=rate), "momentum": lambda p, rate: torch.optim.SGD(p, lr=rate, momentum=0.9),
        "adam": lambda p, rate: torch.optim.Adam(p, lr=rate), "rmsprop": lambda p, rate: torch.optim.RMSprop(p, lr=rate),
    }
    x, y = map(torch.from_numpy, rows())

    def trial(method, rate, seed, epochs=EPOCHS):
        network = torch_start(seed, torch)
        optimizer, loss = make[method](network.parameters(), rate), torch.nn.CrossEntropyLoss()
        for order in torch.from_numpy(orders(seed)[:epochs]):
            for batch in order.split(BATCH):
                optimizer.zero_grad()
                loss(network(x[batch]), y[batch]).backward()
                optimizer.step()
        with torch.no_grad():
            assert torch.isfinite(loss(network(x), y)), (method, rate)

    def probe(threads):
        torch.set_num_threads(threads)
        trial("sgd", 0.01, 0, 2)
        began = perf_counter()
        trial("adam", 0.001, 0, 5)
        return perf_counter() - began

    threads = min((1, os.cpu_count()), key=probe)
    torch.set_num_threads(threads)
    began = perf_counter()
    for method, rates in RATES.items():
        for rate in rates:
            for seed in range(SEEDS):
                trial(method, rate, seed)
    return perf_counter() - began


def torch_vmap():
    import torch
    from torch.func import functional_call, grad, vmap

    torch.set_num_threads(os.cpu_count())
    x, y = map(torch.from_numpy, rows())
    trials = [(rate, seed) for rate in range(6) for seed in range(SEEDS)]
    network = torch_start(0, torch)

    def loss(parameters, rows, own):
        return torch.nn.functional.cross_entropy(functional_call(network, parameters, (rows,)), own)

    gradients = vmap(grad(loss))
    all_orders = torch.stack([torch.from_numpy(orders(seed)) for _, seed in trials], dim=1)
    began = perf_counter()
    for method, rates in RATES.items():
        starts = [dict(torch_start(seed, torch).named_parameters()) for _, seed in trials]
        p = {name: torch.stack([one[name].detach() for one in starts]) for name in starts[0]}
        first, second = ({name: torch.zeros_like(value) for name, value in p.items()} for _ in range(2))
        rate = {name: torch.tensor([rates[at] for at, _ in trials]).reshape(-1, *[1] * (value.dim() - 1)) for name, value in p.items()}
        k = 0
        with torch.no_grad():
            for order in all_orders:
                for batch in order.split(BATCH, dim=1):
                    k += 1
                    g = gradients(p, x[batch], y[batch])
                    for name, value in p.items():
                        if method == "adam":
                            first[name].lerp_(g[name], 0.1)
                            second[name].mul_(0.999).addcmul_(g[name], g[name], value=0.001)
                            root = (second[name] / (1 - 0.999**k)).sqrt_().add_(1e-8)
                            value.sub_(rate[name] / (1 - 0.9**k) * first[name] / root)
                        elif method == "rmsprop":
                            second[name].mul_(0.99).addcmul_(g[name], g[name], value=0.01)
                            value.sub_(rate[name] * g[name] / second[name].sqrt().add_(1e-8))
                        else:
                            if method == "momentum":
                                g[name] = first[name].mul_(0.9).add_(g[name])
                            value.sub_(rate[name] * g[name])
            found = vmap(loss, in_dims=(0, None, None))(p, x, y)
            assert torch.isfinite(found).all(), (method, found)
    return perf_counter() - began


if __name__ == "__main__":
    made, firsts = {}, {}
    jobs = {
        "jax": Jax, "jax-both": lambda: lambda jax=Jax(): jax(seeds_together=True), "jax-processes": Processes,
        "torch": lambda: torch_loop, "torch-vmap": lambda: torch_vmap,
    }
    for line in sys.stdin:
        job = line.strip()
        try:
            if job not in made:
                made[job] = jobs[job]()
                # A loop of PyTorch compiles nothing.
                if job != "torch":
                    firsts[job] = made[job]()
            seconds = made[job]()
            print(seconds, firsts.get(job, seconds), flush=True)
        except ImportError as error:
            print("missing", error, flush=True)

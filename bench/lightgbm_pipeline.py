#!/usr/bin/env python3
"""The pipeline of RegMix in Python: fit LightGBM, draw mixtures, average the best predicted ones.

A separate process, so that `regmix.py` can time it from start to finish.
"""

import argparse
import csv
import json
from pathlib import Path

import lightgbm as lgb
import numpy as np

# Token shares of the Pile in the column order of the mixture files: the centre of RegMix's draws.
PILE_SHARES = np.array([
    0.11328527, 0.07960865, 0.00391349, 0.1853759, 0.05108136, 0.01596293, 0.10175077, 0.00370752,
    0.06652935, 0.00175077, 0.02708548, 0.23686921, 0.01184346, 0.00792997, 0.00803296, 0.03882595,
    0.04644696,
])  # fmt: skip


def table(path):
    """Column names and numbers of a CSV file, without the run ids of its first column."""
    with open(path, newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    return header[1:], np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(1, len(header)))


def training_runs(data):
    """Proportions of the 512 runs, and a column of losses by metric name."""
    _, mixtures = table(data / "train_mixture_1m.csv")
    names, losses = table(data / "train_pile_loss_1m.csv")
    by_name = {name.removeprefix("metric/"): column for name, column in zip(names, losses.T)}
    return mixtures, by_name


def fit(mixtures, losses, threads):
    """Trees with the parameters of RegMix: 1,000 iterations, learning rate 0.01, else defaults."""
    params = {
        "objective": "regression",
        "learning_rate": 0.01,
        "num_leaves": 31,
        "min_data_in_leaf": 20,
        "max_bin": 255,
        "seed": 42,
        "verbosity": -1,
        "num_threads": threads,
    }
    return lgb.train(params, lgb.Dataset(mixtures, losses), num_boost_round=1000)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--metric", required=True)
    parser.add_argument("--fit", choices=["one", "all"], default="all")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--samples", type=int, required=True)
    parser.add_argument("--top", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    args = parser.parse_args()

    mixtures, losses = training_runs(args.data)
    selected = [args.metric] if args.fit == "one" else losses
    fits = {name: fit(mixtures, losses[name], args.threads) for name in selected}
    samples = np.random.default_rng(args.seed).dirichlet(PILE_SHARES, args.samples)
    predicted = fits[args.metric].predict(samples)
    best = np.argpartition(predicted, args.top)[: args.top]
    print(json.dumps({"mixture": samples[best].mean(axis=0).tolist()}))


if __name__ == "__main__":
    main()

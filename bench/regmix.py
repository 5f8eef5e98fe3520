#!/usr/bin/env python3
"""Compare Mixlens with LightGBM on the run table of RegMix: same files, same threads.

    python3 bench/regmix.py [DATA] [--threads N] [--repeats K] [--mixlens PATH]

The first run installs LightGBM, NumPy and SciPy into a virtual environment in the cache folder
and builds the release binaries. Every figure is the best wall clock of K rounds. The two sides
alternate within a round, so that a busy machine slows both.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from machine import CACHE, ROOT, build, environment

HERE = Path(__file__).resolve().parent
REQUIREMENTS = "requirements.txt"

METRIC = "the_pile_pile_cc_val_loss"  # the metric that is optimised
SAMPLES, TOP, SEED = 1_000_000, 100, 1
# Rows that NumPy evaluates together, the fastest of 4,096, 16,384 and all.
BLOCK = 16_384
FILES = {
    "mixtures": "train_mixture_1m.csv",
    "losses": "train_pile_loss_1m.csv",
    "test mixtures": "test_mixture_1m.csv",
    "test losses": "test_pile_loss_1m.csv",
}


def arguments():
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    default = ROOT.parent / "shared" / "data" / "regmix"
    argument = parser.add_argument
    folder = f"folder of the CSV files ({default})"
    argument("data", nargs="?", type=Path, default=default, help=folder)
    threads = "threads of both sides (all cores)"
    argument("--threads", type=int, default=os.cpu_count(), help=threads)
    argument("--repeats", type=int, default=3, help="rounds, of which the best is kept (3)")
    argument("--mixlens", type=Path, help="a release build of the command (default: build it)")
    args = parser.parse_args()
    if args.threads < 1 or args.repeats < 1:
        parser.error("--threads and --repeats must be at least 1")
    missing = [name for name in FILES.values() if not (args.data / name).is_file()]
    if missing:
        files = ", ".join(missing)
        parser.error(f"{args.data} lacks {files}; bench/README.md has the source of the files")
    numbers = {"--threads": args.threads, "--samples": SAMPLES, "--top": TOP, "--seed": SEED}
    args.numbers = [word for pair in numbers.items() for word in pair]
    return args


def enter_environment():
    """Restarts this script inside its virtual environment."""
    if Path(sys.prefix).resolve() == (CACHE / "bench-venv").resolve():
        return
    python = environment("bench-venv", REQUIREMENTS)
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:]]).returncode)


def key(column):
    """The name of a column without the prefixes of the RegMix files."""
    return column.removeprefix("metric/").removeprefix("train_")


def columns(path, names=None):
    """Run ids, and the columns `names` (all by default) by name."""
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    found = {key(name): position for position, name in enumerate(header) if position > 0}
    ids = [row[0] for row in rows]
    return ids, {name: [float(row[found[name]]) for row in rows] for name in names or found}


def natural_weights(data):
    """The token shares of the Pile as an option of the command."""
    from lightgbm_pipeline import PILE_SHARES

    _, mixtures = columns(data / FILES["mixtures"])
    pairs = zip(mixtures, PILE_SHARES, strict=True)
    return ",".join(f"{domain}={share}" for domain, share in pairs)


def seconds(action):
    """The wall clock of `action()`, in seconds, and its result."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def run(*command):
    """Runs a command quietly; a failure ends the comparison with the message of the command."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nexited {done.returncode}: {done.stderr.strip()}")


class Python:
    """The reference: LightGBM with the parameters of RegMix."""

    def __init__(self, args):
        import lightgbm_pipeline as pipeline
        import numpy as np

        self.args, self.pipeline = args, pipeline
        self.x, self.losses = pipeline.training_runs(args.data)
        self.samples = np.random.default_rng(SEED).dirichlet(pipeline.PILE_SHARES, SAMPLES)

    def fit_all(self):
        fit, threads = self.pipeline.fit, self.args.threads
        return {name: fit(self.x, y, threads) for name, y in self.losses.items()}

    def predict(self, fits):
        fits[METRIC].predict(self.samples)

    def predict_laws(self, law):
        """The effective-data law of every metric with NumPy.

        Evaluates c + (e + Σⱼ wⱼ xⱼ^aⱼ)^(−g) in blocks that fit the cache, on all threads.
        """
        import numpy as np

        def predict(x, metric):
            w, a = np.array(metric["coefficients"]), np.array(metric["exponents"])
            useful = (w * x**a).sum(axis=1)
            loss = metric["floor"] + (metric["base"] + useful) ** -metric["steepness"]
            return np.clip(loss, *metric["range"])

        def block(start):
            x = self.samples[start : start + BLOCK]
            return sum(predict(x, metric) for metric in law["metrics"])

        here = [predict(np.array([law["at"]]), metric)[0] for metric in law["metrics"]]
        if not np.allclose(here, law["predicted"], rtol=1e-12):
            sys.exit("NumPy and Mixlens evaluate different laws")
        with ThreadPoolExecutor(self.args.threads) as pool:
            list(pool.map(block, range(0, SAMPLES, BLOCK)))

    def whole(self, metrics):
        script = HERE / "lightgbm_pipeline.py"
        options = [*self.args.numbers, "--metric", METRIC, "--fit", metrics]
        run(sys.executable, script, self.args.data, *options)

    def held_out(self, fits):
        ids, mixtures = columns(self.args.data / FILES["test mixtures"])
        x = list(zip(*mixtures.values()))
        return ids, {name: fit.predict(x) for name, fit in fits.items()}


class Mixlens:
    """The `mixlens` command, and an example program that times the core alone."""

    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.command = args.mixlens or build("--package", "mixlens-cli", "--bin", "mixlens")
        example = ["--example", "bench_regmix"]
        self.core = build("--package", "mixlens-core", "--features", "rayon,simd", *example)
        # The distribution that the Python side draws from.
        self.prior = ["--prior", "dirichlet", "--natural", natural_weights(args.data)]

    def time_core(self):
        command = [self.core, self.args.data, str(self.args.threads)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout)

    def fit(self, metrics):
        files = [self.args.data / FILES["mixtures"], self.args.data / FILES["losses"]]
        only = ["--metric", METRIC] if metrics == "one" else []
        options = ["--surrogate", "trees", "--row-sums", "keep", "--threads", self.args.threads]
        run(self.command, "fit", *files, *options, *only, "-o", self.folder / "fit.json")

    def whole(self, metrics):
        self.fit(metrics)
        options = ["--metric", METRIC, *self.prior, *self.args.numbers]
        output = ["--json", "-o", self.folder / "proposal.json"]
        run(self.command, "propose", self.folder / "fit.json", *options, *output)

    def held_out(self, names):
        self.fit("all")
        output = self.folder / "predictions.csv"
        mixtures = self.args.data / FILES["test mixtures"]
        options = ["--mixtures", mixtures, "--row-sums", "keep", "-o", output]
        run(self.command, "predict", self.folder / "fit.json", *options)
        return columns(output, names)


def time_rounds(args, python, mixlens):
    """The best seconds of each step and side, the fits of LightGBM, and the SIMD of the core."""
    best = {}

    def note(step, side, figure):
        best[step, side] = min(figure, best.get((step, side), figure))

    for round_number in range(1, args.repeats + 1):
        print(f"round {round_number} of {args.repeats}", file=sys.stderr)
        elapsed, fits = seconds(python.fit_all)
        note("fit", "python", elapsed)
        note("predict", "python", seconds(lambda: python.predict(fits))[0])
        core = mixlens.time_core()
        note("fit", "mixlens", core["fit_13_seconds"])
        for law, figure in core["fit_13_laws_seconds"].items():
            note(law, "mixlens", figure)
        law = core["law"]
        note("laws", "python", seconds(lambda: python.predict_laws(law))[0])
        note("laws", "mixlens", law["predict_1m_seconds"])
        # Both sides get drawn mixtures: the time that the searches of the core draw is subtracted.
        for kind, search in (("law search", "laws"), ("tree search", "trees")):
            note(kind, "mixlens", core["search_seconds"][search] - core["sample_1m_seconds"])
        note("predict", "mixlens", core["predict_1m_seconds"]["detected"])
        note("predict baseline", "mixlens", core["predict_1m_seconds"]["baseline"])
        note("sample", "mixlens", core["sample_1m_seconds"])
        for metrics in ("one", "all"):
            note(metrics, "python", seconds(lambda: python.whole(metrics))[0])
            note(metrics, "mixlens", seconds(lambda: mixlens.whole(metrics))[0])
    same_steps = {
        "predict baseline": "predict",
        "effective-data": "fit",
        "gp": "fit",
        "law search": "laws",
        "tree search": "predict",
    }
    for same, step in same_steps.items():
        best[same, "python"] = best[step, "python"]
    return best, fits, core["simd"]


def print_times(best, simd):
    count = f"{SAMPLES:,}"
    lines = {
        "fit": "fit 13 metrics",
        "effective-data": "fit 13 metrics, effective-data law",
        "gp": "fit 13 metrics, Gaussian process",
        "predict": f"predict {count} mixtures ({simd})",
        "predict baseline": f"predict {count} mixtures (baseline)",
        "tree search": "best of as many, drawing excluded",
        "laws": f"13 effective-data laws, {count} mixtures (NumPy)",
        "law search": "best of as many, drawing excluded (NumPy)",
        "one": "whole pipeline, 1 metric fitted",
        "all": "whole pipeline, 13 metrics fitted",
    }
    print(f"{'seconds, wall clock':<52}{'LightGBM':>10}{'mixlens':>10}{'ratio':>8}")
    for step, title in lines.items():
        theirs, ours = best[step, "python"], best[step, "mixlens"]
        print(f"{title:<52}{theirs:>10.3f}{ours:>10.3f}{theirs / ours:>8.1f}")
    drawing = best["sample", "mixlens"]
    print(f"(of the whole pipeline, mixlens draws {count} mixtures in {drawing:.3f} s)")


def print_parity(args, python, mixlens, fits):
    """The largest difference of the predictions on held-out runs, and the rank correlations."""
    from scipy.stats import spearmanr

    ids, theirs = python.held_out(fits)
    our_ids, ours = mixlens.held_out(list(theirs))
    loss_ids, losses = columns(args.data / FILES["test losses"], list(theirs))
    if not ids == our_ids == loss_ids:
        sys.exit("the run ids of held-out mixtures, losses and predictions differ")
    apart = {name: max(abs(a - b) for a, b in zip(theirs[name], ours[name])) for name in theirs}
    worst = max(apart, key=apart.get)
    count = f"{len(apart)} metrics on {len(ids)} held-out runs"
    print(f"largest difference of {count}: {apart[worst]:.1e} ({worst})")
    for side, predicted in (("LightGBM", theirs), ("mixlens", ours)):
        ranks = [spearmanr(predicted[name], losses[name]).statistic for name in theirs]
        print(f"mean Spearman on the held-out runs, {side}: {sum(ranks) / len(ranks):.6f}")


def main():
    args = arguments()
    enter_environment()
    # OpenMP reads this when LightGBM is loaded.
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    with tempfile.TemporaryDirectory() as folder:
        mixlens = Mixlens(args, Path(folder))
        python = Python(args)
        best, fits, simd = time_rounds(args, python, mixlens)
        rounds = f"threads: {args.threads}, best of {args.repeats} rounds"
        print(f"the 512 runs of RegMix at size 1M, {rounds}")
        print_times(best, simd)
        print_parity(args, python, mixlens, fits)


if __name__ == "__main__":
    main()

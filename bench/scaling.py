#!/usr/bin/env python3
"""Growth of the time of every command as a table doubles in runs, domains, metrics or columns.

    python3 bench/scaling.py [--mixlens PATH] [--only TEXT] [--threads N]

Every case runs at a size, twice the size and four times the size. Figures are seconds of CPU time,
the best of K rounds, and the growth factor of the last doubling. Tables are synthetic, with a fixed
seed.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from machine import build

MAX_GROWTH = 2.6  # a larger growth factor is marked


@dataclass
class Shape:
    """The size of a table."""

    runs: int = 200
    domains: int = 8
    metrics: int = 2
    others: int = 0  # columns of numbers that are neither

    def twice(self, axis, times):
        return Shape(**{**vars(self), axis: getattr(self, axis) * times})


def names(shape):
    return [f"d{at}" for at in range(shape.domains)], [f"m{at}_loss" for at in range(shape.metrics)]


def table(shape, prefix="train_"):
    """A run table as CSV; each loss falls with the proportion of one domain."""
    draw = random.Random(1)
    domains, metrics = names(shape)
    others = [f"other{at}" for at in range(shape.others)]
    header = ["run", *(prefix + name for name in domains), *metrics, *others]
    lines = [",".join(header)]
    for run in range(shape.runs):
        weights = [draw.expovariate(1.0) for _ in domains]
        total = sum(weights)
        parts = [weight / total for weight in weights]
        losses = [
            3.0 - parts[at % len(parts)] ** 0.5 + 0.01 * draw.random() for at in range(len(metrics))
        ]
        others = [draw.random() for _ in range(shape.others)]
        numbers = [f"{x:.4f}" for x in losses + others]
        lines.append(",".join([f"r{run}", *(f"{part:.6f}" for part in parts), *numbers]))
    return "\n".join(lines) + "\n"


def records(shape):
    """The same as JSON lines."""
    header, *rows = (line.split(",") for line in table(shape).splitlines())
    fields = [f'"{name}": ' for name in header]
    lines = []
    for run, *rest in rows:
        numbers = ", ".join(map(str.__add__, fields[1:], rest))
        lines.append(f'{{"run": "{run}", {numbers}}}\n')
    return "".join(lines)


def sparse(shape):
    """JSON lines with a different extra key in every record."""
    parts = '"train_a": 0.5, "train_b": 0.5'
    lines = (
        f'{{"run": "r{run}", {parts}, "valid_loss": {1 + run % 7}, "x{run}": 1}}\n'
        for run in range(shape.runs)
    )
    return "".join(lines)


def long(shape):
    """One row per run and domain, and one per run and metric."""
    header, *rows = (line.split(",") for line in table(shape).splitlines())
    lines = ["run,domain,proportion,metric,value"]
    for run, *cells in rows:
        for name, cell in zip(header[1:], cells):
            if name.startswith("train_"):
                lines.append(f"{run},{name[6:]},{cell},,")
            else:
                lines.append(f"{run},,,{name},{cell}")
    return "\n".join(lines) + "\n"


def mixtures(shape):
    """The mixtures of the same table."""
    domains, _ = names(shape)
    lines = [",".join(line.split(",")[: 1 + len(domains)]) for line in table(shape).splitlines()]
    return "\n".join(lines) + "\n"


def tokens(shape):
    counts = (f"{name},{10 + at}B\n" for at, name in enumerate(names(shape)[0]))
    return "domain,tokens\n" + "".join(counts)


def weights(shape):
    """One mixture as JSON."""
    domains, _ = names(shape)
    return "{" + ", ".join(f'"{name}": {1 / len(domains)}' for name in domains) + "}"


def olmix(shape):
    return "".join(
        f"{name}:\n  weight: {1 + at}\n  repetition_factor: 4\n"
        for at, name in enumerate(names(shape)[0])
    )


def blend(shape):
    return " ".join(f"{1 + at} data/{name}" for at, name in enumerate(names(shape)[0]))


FIT = ["fit", "runs.csv", "-o", "fit.json"]
RIDGE = [*FIT, "--surrogate", "ridge"]
# Fast to fit for any number of domains.
STUMP = [*FIT, "--surrogate", "trees", "--param", "iterations=1"]
RUNS = {"runs.csv": table}
SEARCH = ["--simulate", "--samples", "20000"]


@dataclass
class Case:
    """A command, its input files, and the doubled dimension."""

    name: str
    files: dict
    shape: Shape
    axis: str
    command: list
    before: tuple = ()  # commands that are not timed


def cases():
    def fitted(name, shape, axis, command, fit=RIDGE, **files):
        return Case(f"{name}, {axis}", {**RUNS, **files}, shape, axis, command, (fit,))

    fast = {
        "ridge": (8000, 60, 400),
        "trees": (1000, 16, 8),
        "effective-data": (1000, 12, 20),
        "power": (1000, 12, 20),
        "exponential": (2000, 16, 40),
        "scheffe": (1000, 12, 40),
        "log-quadratic": (1000, 12, 40),
        "gp": (200, 8, 2),
    }

    def by_axis(runs, domains, metrics):
        """A shape for each dimension."""
        return {"runs": runs, "domains": domains, "metrics": metrics}.items()

    for surrogate, (runs, domains, metrics) in fast.items():
        fit = [*FIT, "--surrogate", surrogate]
        yield Case(f"fit {surrogate}, runs", RUNS, Shape(runs=runs), "runs", fit)
        wide = Shape(runs=600, domains=domains)
        yield Case(f"fit {surrogate}, domains", RUNS, wide, "domains", fit)
        yield Case(f"fit {surrogate}, metrics", RUNS, Shape(metrics=metrics), "metrics", fit)
    shapes = by_axis(Shape(runs=1000), Shape(runs=400, domains=8), Shape(metrics=20))
    for axis, shape in shapes:
        yield Case(f"fit with intervals, {axis}", RUNS, shape, axis, [*RIDGE, "--intervals"])
    yield Case("fit auto, metrics", RUNS, Shape(runs=60, domains=5, metrics=1), "metrics", FIT)
    yield Case("read other columns, others", RUNS, Shape(others=5000, runs=20), "others", RIDGE)
    plain = {"runs.csv": lambda shape: table(shape, "")}
    wide = Shape(runs=45, domains=1000)
    yield Case("read without affixes, domains", plain, wide, "domains", STUMP)
    yield Case("read JSON lines, runs", {"runs.csv": records}, Shape(runs=8000), "runs", RIDGE)
    wide = Shape(runs=45, domains=2000)
    yield Case("read JSON lines, domains", {"runs.csv": records}, wide, "domains", STUMP)
    yield Case(
        "read sparse JSON lines, runs", {"runs.csv": sparse}, Shape(runs=5000), "runs", RIDGE
    )
    yield Case("read a long table, runs", {"runs.csv": long}, Shape(runs=5000), "runs", RIDGE)

    predict = ["predict", "fit.json", "--mixtures", "mixtures.csv", "-o", "predicted.csv"]
    # Twice the runs and twice the mixtures, until the hull of the runs reaches its maximum size.
    shapes = by_axis(Shape(runs=20000), Shape(runs=500, domains=100), Shape(runs=100, metrics=1000))
    for axis, shape in shapes:
        yield fitted("predict", shape, axis, predict, **{"mixtures.csv": mixtures})
    score = ["score", "fit.json", "runs.csv"]
    shapes = by_axis(Shape(runs=5000), Shape(runs=300, domains=60), Shape(metrics=400))
    for axis, shape in shapes:
        yield fitted("score", shape, axis, score)
        yield fitted("score with intervals", shape, axis, score, [*RIDGE, "--intervals"])
    compare = ["compare", "runs.csv", "--quick", "--surrogate", "ridge,exponential"]
    yield Case("compare, runs", RUNS, Shape(runs=2000), "runs", compare)
    yield Case("compare, domains", RUNS, Shape(runs=400, domains=12), "domains", compare)
    yield Case("compare, metrics", RUNS, Shape(metrics=20), "metrics", compare)
    full = ["compare", "runs.csv", "--surrogate", "ridge"]
    yield Case("compare in full, runs", RUNS, Shape(runs=400, metrics=1), "runs", full)
    law = [*FIT, "--surrogate", "exponential"]
    shapes = by_axis(Shape(runs=1000), Shape(runs=300, domains=12), Shape(metrics=10))
    for axis, shape in shapes:
        yield fitted("propose", shape, axis, ["propose", "fit.json"], law)
    # With this many domains the prior of RegMix redraws up to its limit; with fewer, less often.
    pareto = ["pareto", "fit.json", "--metric", "m0_loss,m1_loss", *SEARCH]
    following = ["design", "fit.json", "--next", "10", "--pool", "1000", "-o", "next.csv"]
    shapes = by_axis(Shape(runs=1000), Shape(runs=1200, domains=64), Shape(metrics=10))
    for axis, shape in shapes:
        yield fitted("propose by simulation", shape, axis, ["propose", "fit.json", *SEARCH], law)
        yield fitted("pareto", shape, axis, pareto, law)
        yield fitted("survey", shape, axis, ["survey", "fit.json", "--samples", "20000"], law)
        yield fitted("explain", shape, axis, ["explain", "fit.json"], law)
        yield fitted("design next", shape, axis, following, law)
    many = Shape(domains=10000)
    counts = {"tokens.csv": tokens}
    supply = ["--unique-tokens", "tokens.csv"]
    size = ["--training-tokens", "10B"]
    design = ["design", "--domains", "a,b,c,d,e", "-n", "RUNS", "-o", "design.csv"]
    yield Case("design, count", {}, Shape(runs=4000), "runs", design)
    design = ["design", "--natural", "tokens.csv", "-n", "100", "-o", "design.csv"]
    yield Case("design, domains", counts, Shape(domains=500), "domains", design)

    def large(name, files, *command):
        return Case(f"{name}, domains", files, many, "domains", [*command])

    blends = {"blend.txt": blend}
    yield large("plan", {"weights.json": weights, **counts}, "plan", "weights.json", *supply, *size)
    yield large("temper", counts, "temper", *supply, *size, "--temperature", "2")
    yield large("unimax", counts, "unimax", *supply, *size)
    yield large("check", {"olmix.yaml": olmix}, "check", "olmix.yaml")
    yield large("check a blend", blends, "check", "blend.txt")
    yield large("check with tokens", {**blends, **counts}, "check", "blend.txt", *supply, *size)


def seconds(command, folder):
    """CPU seconds of a command, its exit code and its peak memory in megabytes."""
    with open(os.devnull, "w") as null, open(folder / "stderr", "w") as errors:
        child = subprocess.Popen(command, cwd=folder, stdout=null, stderr=errors)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, child.returncode, used.ru_maxrss / 1024


def measure(case, times, mixlens, repeats, threads):
    """Best CPU seconds and peak megabytes of a case at `times` its size.

    The message of the command if it fails.
    """
    shape = case.shape.twice(case.axis, times)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, make in case.files.items():
            (folder / name).write_text(make(shape))
        run = [mixlens, "--quiet", "--threads", str(threads)]
        best = []
        for command in [*case.before, *[case.command] * repeats]:
            words = [str(shape.runs) if word == "RUNS" else word for word in command]
            took = seconds([*run, *words], folder)
            if took[1] != 0:
                return (folder / "stderr").read_text().strip()[:300]
            best.append(took)
        timed = best[len(case.before) :]
        return min(took[0] for took in timed), max(took[2] for took in timed)


def main():
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    command = "the command to measure (default: build it in release)"
    parser.add_argument("--mixlens", type=Path, help=command)
    parser.add_argument("--only", default="", help="only cases whose name contains this text")
    rounds = "rounds, of which the best counts (2)"
    parser.add_argument("--repeats", type=int, default=2, help=rounds)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    mixlens = (args.mixlens or build("-p", "mixlens-cli")).resolve()
    print(f"{'case':40} {'size':>7} {'×1 s':>8} {'×2 s':>8} {'×4 s':>8} {'MB':>6} {'ratio':>6}")
    for case in cases():
        if args.only not in case.name:
            continue
        found = []
        for times in (1, 2, 4):
            took = measure(case, times, mixlens, args.repeats, args.threads)
            if isinstance(took, str):
                print(f"{case.name:40} failed at {times} times: {took}")
                break
            found.append(took)
        else:
            one, two, four = (took[0] for took in found)
            ratio = four / two
            mark = " !" if ratio > MAX_GROWTH else ""
            size = getattr(case.shape, case.axis)
            times = f"{one:8.3f} {two:8.3f} {four:8.3f}"
            print(f"{case.name:40} {size:7} {times} {found[-1][1]:6.0f} {ratio:6.2f}{mark}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

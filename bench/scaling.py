#!/usr/bin/env python3
"""How the time of every command grows when a table gets twice as many runs, domains, metrics or columns.

    python3 bench/scaling.py [--mixlens PATH] [--only TEXT] [--threads N]

Every case runs at a size, twice the size and four times the size. Figures are seconds of CPU time, the best of K rounds, and
what the last doubling multiplied them by. Tables are made up, from a fixed seed.
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

SURROGATES = ["ridge", "trees", "effective-data", "exponential", "power", "scheffe", "log-quadratic", "gp"]
LIMIT = 2.6  # a doubling that takes longer than this is marked


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
    """A run table as CSV; losses fall with the proportion of a domain each."""
    draw = random.Random(1)
    domains, metrics = names(shape)
    header = ["run", *(prefix + name for name in domains), *metrics, *(f"other{at}" for at in range(shape.others))]
    lines = [",".join(header)]
    for run in range(shape.runs):
        weights = [draw.expovariate(1.0) for _ in domains]
        total = sum(weights)
        parts = [weight / total for weight in weights]
        losses = [3.0 - parts[at % len(parts)] ** 0.5 + 0.01 * draw.random() for at in range(len(metrics))]
        others = [draw.random() for _ in range(shape.others)]
        lines.append(",".join([f"r{run}", *(f"{part:.6f}" for part in parts), *(f"{x:.4f}" for x in losses + others)]))
    return "\n".join(lines) + "\n"


def records(shape):
    """The same as JSON lines."""
    header, *rows = (line.split(",") for line in table(shape).splitlines())
    fields = [f'"{name}": ' for name in header]
    return "".join(
        "{" + f'"run": "{run}", ' + ", ".join(map(str.__add__, fields[1:], rest)) + "}\n" for run, *rest in rows
    )


def sparse(shape):
    """JSON lines with a key of its own in every record."""
    lines = (
        f'{{"run": "r{run}", "train_a": 0.5, "train_b": 0.5, "valid_loss": {1 + run % 7}, "x{run}": 1}}\n'
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
    domains, _ = names(shape)
    return "\n".join(line.split(",m0_loss")[0] if at == 0 else ",".join(line.split(",")[: 1 + len(domains)])
                     for at, line in enumerate(table(shape).splitlines())) + "\n"


def tokens(shape):
    return "domain,tokens\n" + "".join(f"{name},{10 + at}B\n" for at, name in enumerate(names(shape)[0]))


def weights(shape):
    """One mixture as JSON."""
    domains, _ = names(shape)
    return "{" + ", ".join(f'"{name}": {1 / len(domains)}' for name in domains) + "}"


def olmix(shape):
    return "".join(
        f"{name}:\n  weight: {1 + at}\n  repetition_factor: 4\n" for at, name in enumerate(names(shape)[0])
    )


def blend(shape):
    return " ".join(f"{1 + at} data/{name}" for at, name in enumerate(names(shape)[0]))


FIT = ["fit", "runs.csv", "-o", "fit.json"]
RIDGE = [*FIT, "--surrogate", "ridge"]
STUMP = [*FIT, "--surrogate", "trees", "--param", "iterations=1"]  # takes no time itself, however many domains there are
RUNS = {"runs.csv": table}
SEARCH = ["--simulate", "--samples", "20000"]


@dataclass
class Case:
    """A command, the files it reads, and what is doubled."""

    name: str
    files: dict
    shape: Shape
    axis: str
    command: list
    before: tuple = ()  # commands that are not timed


def cases():
    def fitted(name, shape, axis, command, fit=RIDGE, **files):
        return Case(f"{name}, {axis}", {**RUNS, **files}, shape, axis, command, (fit,))

    fast = {"ridge": (8000, 60, 400), "trees": (1000, 16, 8), "effective-data": (1000, 12, 20), "power": (1000, 12, 20),
            "exponential": (2000, 16, 40), "scheffe": (1000, 12, 40), "log-quadratic": (1000, 12, 40), "gp": (200, 8, 2)}
    for surrogate, (runs, domains, metrics) in fast.items():
        fit = [*FIT, "--surrogate", surrogate]
        yield Case(f"fit {surrogate}, runs", RUNS, Shape(runs=runs), "runs", fit)
        yield Case(f"fit {surrogate}, domains", RUNS, Shape(runs=600, domains=domains), "domains", fit)
        yield Case(f"fit {surrogate}, metrics", RUNS, Shape(metrics=metrics), "metrics", fit)
    for axis, shape in [("runs", Shape(runs=1000)), ("domains", Shape(runs=400, domains=8)), ("metrics", Shape(metrics=20))]:
        yield Case(f"fit with intervals, {axis}", RUNS, shape, axis, [*RIDGE, "--intervals"])
    yield Case("fit auto, metrics", RUNS, Shape(runs=60, domains=5, metrics=1), "metrics", FIT)
    yield Case("read other columns, others", RUNS, Shape(others=5000, runs=20), "others", RIDGE)
    yield Case("read without affixes, domains", {"runs.csv": lambda own: table(own, "")}, Shape(runs=45, domains=1000),
               "domains", STUMP)
    yield Case("read JSON lines, runs", {"runs.csv": records}, Shape(runs=8000), "runs", RIDGE)
    yield Case("read JSON lines, domains", {"runs.csv": records}, Shape(runs=45, domains=2000), "domains", STUMP)
    yield Case("read sparse JSON lines, runs", {"runs.csv": sparse}, Shape(runs=5000), "runs", RIDGE)
    yield Case("read a long table, runs", {"runs.csv": long}, Shape(runs=5000), "runs", RIDGE)

    predict = ["predict", "fit.json", "--mixtures", "mixtures.csv", "-o", "predicted.csv"]
    # Twice the runs and twice the mixtures, until the hull of the runs has as many as it keeps.
    yield fitted("predict", Shape(runs=20000), "runs", predict, **{"mixtures.csv": mixtures})
    yield fitted("predict", Shape(runs=500, domains=100), "domains", predict, **{"mixtures.csv": mixtures})
    yield fitted("predict", Shape(runs=100, metrics=1000), "metrics", predict, **{"mixtures.csv": mixtures})
    for axis, shape in [("runs", Shape(runs=5000)), ("domains", Shape(runs=300, domains=60)), ("metrics", Shape(metrics=400))]:
        yield fitted("score", shape, axis, ["score", "fit.json", "runs.csv"])
        yield fitted("score with intervals", shape, axis, ["score", "fit.json", "runs.csv"], [*RIDGE, "--intervals"])
    compare = ["compare", "runs.csv", "--quick", "--surrogate", "ridge,exponential"]
    yield Case("compare, runs", RUNS, Shape(runs=2000), "runs", compare)
    yield Case("compare, domains", RUNS, Shape(runs=400, domains=12), "domains", compare)
    yield Case("compare, metrics", RUNS, Shape(metrics=20), "metrics", compare)
    yield Case("compare in full, runs", RUNS, Shape(runs=400, metrics=1), "runs", ["compare", "runs.csv", "--surrogate", "ridge"])
    law = [*FIT, "--surrogate", "exponential"]
    for axis, shape in [("runs", Shape(runs=1000)), ("domains", Shape(runs=300, domains=12)), ("metrics", Shape(metrics=10))]:
        yield fitted("propose", shape, axis, ["propose", "fit.json"], law)
    # From here on RegMix's prior redraws as often as it may: with fewer domains it redraws less than that.
    for axis, shape in [("runs", Shape(runs=1000)), ("domains", Shape(runs=1200, domains=64)), ("metrics", Shape(metrics=10))]:
        yield fitted("propose by simulation", shape, axis, ["propose", "fit.json", *SEARCH], law)
        yield fitted("pareto", shape, axis, ["pareto", "fit.json", "--metric", "m0_loss,m1_loss", *SEARCH], law)
        yield fitted("survey", shape, axis, ["survey", "fit.json", "--samples", "20000"], law)
        yield fitted("explain", shape, axis, ["explain", "fit.json"], law)
        yield fitted("design next", shape, axis, ["design", "fit.json", "--next", "10", "--pool", "1000", "-o", "next.csv"], law)
    many = Shape(domains=10000)
    counts = {"tokens.csv": tokens}
    supply = ["--unique-tokens", "tokens.csv"]
    yield Case("design, count", {}, Shape(runs=4000), "runs", ["design", "--domains", "a,b,c,d,e", "-n", "RUNS", "-o", "design.csv"])
    yield Case("design, domains", counts, Shape(domains=500), "domains", ["design", "--natural", "tokens.csv", "-n", "100", "-o", "design.csv"])
    yield Case("plan, domains", {"weights.json": weights, **counts}, many, "domains", ["plan", "weights.json", *supply, "--training-tokens", "10B"])
    yield Case("temper, domains", counts, many, "domains", ["temper", *supply, "--training-tokens", "10B", "--temperature", "2"])
    yield Case("unimax, domains", counts, many, "domains", ["unimax", *supply, "--training-tokens", "10B"])
    yield Case("check, domains", {"olmix.yaml": olmix}, many, "domains", ["check", "olmix.yaml"])
    yield Case("check a blend, domains", {"blend.txt": blend}, many, "domains", ["check", "blend.txt"])
    yield Case("check with tokens, domains", {"blend.txt": blend, **counts}, many, "domains", ["check", "blend.txt", *supply, "--training-tokens", "10B"])


def seconds(command, folder, quiet=True):
    """CPU seconds of a command and its exit code."""
    with open(os.devnull, "w") as null, open(folder / "stderr", "w") as errors:
        child = subprocess.Popen(command, cwd=folder, stdout=null, stderr=errors)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, child.returncode, used.ru_maxrss / 1024


def measure(case, times, mixlens, repeats, threads):
    """Best CPU seconds and peak megabytes of a case at `times` its size, or the message of a command that failed."""
    shape = case.shape.twice(case.axis, times)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, make in case.files.items():
            (folder / name).write_text(make(shape))
        run = [mixlens, "--quiet", "--threads", str(threads)]
        best = []
        for command in [*case.before, *[case.command] * repeats]:
            took = seconds([*run, *(str(shape.runs) if word == "RUNS" else word for word in command)], folder)
            if took[1] != 0:
                return (folder / "stderr").read_text().strip()[:300]
            best.append(took)
        timed = best[len(case.before):]
        return min(took[0] for took in timed), max(took[2] for took in timed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mixlens", type=Path, help="the command to measure (default: build it in release)")
    parser.add_argument("--only", default="", help="only cases whose name has this text")
    parser.add_argument("--repeats", type=int, default=2, help="rounds, of which the best counts (2)")
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
            mark = " !" if ratio > LIMIT else ""
            size = getattr(case.shape, case.axis)
            print(f"{case.name:40} {size:7} {one:8.3f} {two:8.3f} {four:8.3f} {found[-1][1]:6.0f} {ratio:6.2f}{mark}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compare `mixlens infer` with the reference program on cases with known mixtures: same files, same cores, one go.

    python3 bench/tokenizer.py [CASE…] [--data DIR] [--reference SCRIPT] [--mixlens PATH]

A case is a folder of DIR with case.json (tokenizer and samples) and truth.json. The reference is a script of NumPy and
HiGHS that reads the same folders (`SCRIPT CASE --json OUT`). The first run installs what it needs into a virtual
environment in the cache folder and builds the release binaries. The reference runs once, the command three times, of
which the median counts (its runs are too short for one); the counting of pairs is also timed alone on both sides.
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import ROOT, build, environment

REQUIREMENTS = "tokenizer-requirements.txt"
MERGES = 3000
RUNS = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared"
    parser.add_argument("cases", nargs="*", metavar="CASE", help="folders of DIR (all of them)")
    parser.add_argument("--data", type=Path, default=shared / "data" / "bpe", help="the folder with the cases")
    parser.add_argument("--reference", type=Path, default=shared / "bench" / "bpe_reference.py", help="the reference script")
    parser.add_argument("--mixlens", type=Path, help="a release build of the command (default: build it)")
    parser.add_argument("--pairs", type=Path, help="a release build of the example bench_pairs (default: build it)")
    args = parser.parse_args()
    for path in (args.data, args.reference):
        if not path.exists():
            parser.error(f"{path} does not exist; name it with --data or --reference")
    return args


def timed(command):
    """Wall clock in seconds and standard output."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return time.perf_counter() - start, done.stdout


def ours(mixlens, case, about):
    command = [mixlens, "infer", case / about["tokenizer"], "--merges", str(MERGES), "--json", "--quiet"]
    for category in about["categories"]:
        command += ["--category", f"{category['name']}={case / category['file']}"]
    if about.get("pretok"):
        command += ["--pretokenizer", about["pretok"]]
    runs = sorted(timed(command) for _ in range(RUNS))
    seconds, text = runs[RUNS // 2]
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return seconds, memory, {name: own["bytes"] for name, own in json.loads(text)["proportions"].items()}


def error(found, case):
    """log10 of the mean squared error, and the truth it is measured by."""
    truth = json.loads((case / "truth.json").read_text())["bytes_share"]
    total = sum(truth.get(name, 0) for name in found)
    return math.log10(max(1e-30, sum((truth.get(n, 0) / total - v) ** 2 for n, v in found.items()) / len(found)))


def main():
    args = arguments()
    interpreter = environment("bench-tokenizer-venv", REQUIREMENTS)
    mixlens = args.mixlens or build("--package", "mixlens-cli", "--bin", "mixlens")
    pairs = args.pairs or build("--package", "mixlens-formats", "--all-features", "--example", "bench_pairs")
    cases = [args.data / name for name in args.cases] or sorted(p.parent for p in args.data.glob("*/case.json"))
    print(f"{'':20}{'whole command':^30}{'counting alone':^32}")
    head = f"{'reference':>12}{'mixlens':>10}{'ratio':>8}"
    print(f"{'case':20}{head}{head}{'peak':>10}   log10 of mean squared error")
    abouts = [json.loads((case / "case.json").read_text()) for case in cases]
    # The command first: the peak memory of children only ever rises.
    mine = [ours(mixlens, case, about) for case, about in zip(cases, abouts)]
    for case, (seconds, memory, found) in zip(cases, mine):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            theirs, _ = timed([interpreter, args.reference, case, "--merges", str(MERGES), "--json", out, "-q"])
            reference = json.loads(out.read_text())[0]
        counted = float(timed([pairs, case, str(MERGES)])[1])
        count = reference["count_s"]
        scores = f"{error(reference['estimate'], case):.2f} to {error(found, case):.2f}"
        whole = f"{theirs:10.1f} s{seconds:8.2f} s{theirs / seconds:8.1f}"
        alone = f"{count:10.1f} s{counted:8.2f} s{count / counted:8.1f}"
        print(f"{case.name:20}{whole}{alone}{memory:7.0f} MB   {scores}", flush=True)


if __name__ == "__main__":
    main()

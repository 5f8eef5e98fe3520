#!/usr/bin/env python3
"""Compare `mixlens infer` with the reference program on cases with known mixtures.

    python3 bench/tokenizer.py [CASE…] [--data DIR] [--reference SCRIPT] [--mixlens PATH]

Both read the same files and use the same cores. A case is a folder of DIR with case.json (tokenizer
and samples) and truth.json. The reference is a script with NumPy and HiGHS that reads the same
folders (`SCRIPT CASE --json OUT`). The first run installs its requirements into a virtual
environment in the cache folder and builds the release binaries. The reference runs once. The
command runs three times and the median counts, because a single run is too short. Pair counting is
also timed alone on both sides.
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
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    shared = ROOT.parent / "shared"
    argument = parser.add_argument
    argument("cases", nargs="*", metavar="CASE", help="folders of DIR (default: all)")
    data, script = shared / "data" / "bpe", shared / "bench" / "bpe_reference.py"
    argument("--data", type=Path, default=data, help="the folder with the cases")
    argument("--reference", type=Path, default=script, help="the reference script")
    argument("--mixlens", type=Path, help="a release build of the command (default: build it)")
    pairs = "a release build of the example bench_pairs (default: build it)"
    argument("--pairs", type=Path, help=pairs)
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
    command = [mixlens, "infer", case / about["tokenizer"]]
    command += ["--merges", str(MERGES), "--json", "--quiet"]
    for category in about["categories"]:
        command += ["--category", f"{category['name']}={case / category['file']}"]
    if about.get("pretok"):
        command += ["--pretokenizer", about["pretok"]]
    runs = sorted(timed(command) for _ in range(RUNS))
    seconds, text = runs[RUNS // 2]
    # Linux counts kilobytes, macOS bytes.
    unit = 1024 if sys.platform != "darwin" else 1024**2
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    proportions = json.loads(text)["proportions"]
    return seconds, memory, {name: found["bytes"] for name, found in proportions.items()}


def error(found, case):
    """log10 of the mean squared error against the true shares of the listed categories."""
    truth = json.loads((case / "truth.json").read_text())["bytes_share"]
    total = sum(truth.get(name, 0) for name in found)
    squares = sum((truth.get(name, 0) / total - value) ** 2 for name, value in found.items())
    return math.log10(max(1e-30, squares / len(found)))


def main():
    args = arguments()
    interpreter = environment("bench-tokenizer-venv", REQUIREMENTS)
    mixlens = args.mixlens or build("--package", "mixlens-cli", "--bin", "mixlens")
    example = ["--all-features", "--example", "bench_pairs"]
    pairs = args.pairs or build("--package", "mixlens-formats", *example)
    cases = [args.data / name for name in args.cases]
    cases = cases or sorted(path.parent for path in args.data.glob("*/case.json"))
    print(f"{'':20}{'whole command':^30}{'counting alone':^32}")
    head = f"{'reference':>12}{'mixlens':>10}{'ratio':>8}"
    print(f"{'case':20}{head}{head}{'peak':>10}   log10 of mean squared error")
    abouts = [json.loads((case / "case.json").read_text()) for case in cases]
    # The command runs first, because the peak memory of children never falls.
    mine = [ours(mixlens, case, about) for case, about in zip(cases, abouts)]
    for case, (seconds, memory, found) in zip(cases, mine):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            options = ["--merges", str(MERGES), "--json", out, "-q"]
            theirs, _ = timed([interpreter, args.reference, case, *options])
            reference = json.loads(out.read_text())[0]
        counted = float(timed([pairs, case, str(MERGES)])[1])
        count = reference["count_s"]
        scores = f"{error(reference['estimate'], case):.2f} to {error(found, case):.2f}"
        whole = f"{theirs:10.1f} s{seconds:8.2f} s{theirs / seconds:8.1f}"
        alone = f"{count:10.1f} s{counted:8.2f} s{count / counted:8.1f}"
        print(f"{case.name:20}{whole}{alone}{memory:7.0f} MB   {scores}", flush=True)


if __name__ == "__main__":
    main()

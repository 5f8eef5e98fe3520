"""What the comparisons need of a machine: a virtual environment, and release builds."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mixlens"


def environment(name, requirements):
    """The Python of a virtual environment in the cache folder, which is made when absent or outdated.

    `requirements` is a file of this folder that names packages, versions and hashes.
    """
    home = CACHE / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, wanted = home / "requirements.txt", ROOT / "bench" / requirements
    if not stamp.is_file() or stamp.read_text() != wanted.read_text():
        print(f"installing what bench/{requirements} names into {home}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", wanted], check=True)
        stamp.write_text(wanted.read_text())
    return python


def build(*args):
    """Builds with cargo in release and returns the path of the executable."""
    command = ["cargo", "build", "--release", "--message-format=json-render-diagnostics", *args]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = map(json.loads, done.stdout.splitlines())
    return Path([m["executable"] for m in messages if m.get("executable")][-1])

"""Prerequisites of the comparisons: a virtual environment, and release builds."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mixlens"


def environment(name, requirements):
    """The Python of a virtual environment in the cache folder, created if absent or outdated.

    `requirements` is a file in this folder with packages, versions and hashes.
    """
    home = CACHE / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, listed = home / "requirements.txt", ROOT / "bench" / requirements
    if not stamp.is_file() or stamp.read_text() != listed.read_text():
        print(f"installing bench/{requirements} into {home}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*install, "--requirement", listed], check=True)
        stamp.write_text(listed.read_text())
    return python


def build(*args):
    """Builds with cargo in release and returns the path of the executable."""
    command = ["cargo", "build", "--release", "--message-format=json-render-diagnostics", *args]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = map(json.loads, done.stdout.splitlines())
    return Path([m["executable"] for m in messages if m.get("executable")][-1])

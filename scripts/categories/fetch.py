"""Downloads packages with the clients of the registries and unpacks them into a cache.

Nothing is installed.
"""

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import zipfile

CACHE = (
    pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    / "mixlens"
    / "categories"
)

# For registries that keep old versions: the version of each package and the hashes of its files.
PINNED = json.loads((pathlib.Path(__file__).parent / "versions.json").read_text())


def run(*command, cwd=None):
    """The output of a command; a failure ends the script with the message of the command."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"mixlens: {' '.join(command)[:200]}: {done.stderr.strip()}")
    return done.stdout


def home(registry, name):
    return CACHE / registry / name.replace("/", "+")


def package(registry, name):
    """(folder with the unpacked package, its version), after `download`."""
    return home(registry, name) / "tree", (home(registry, name) / "version").read_text()


def download(packages):
    """Downloads and unpacks packages that the cache lacks, with one client call per registry.

    A package is (registry, name, version or None).
    """
    for registry, client in (("apt", apt), ("pip", pip), ("npm", npm), ("crate", crates)):
        missing = {
            name: version
            for kind, name, version in packages
            if kind == registry and not is_cached(registry, name, version)
        }
        if missing:
            folder = CACHE / "download" / registry
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            client(missing, folder)
            shutil.rmtree(folder)
    for kind, name, version in packages:
        if not is_cached(kind, name, version):
            raise SystemExit(f"mixlens: {kind}: package {name} {version or ''} was not downloaded")


def is_cached(registry, name, version):
    stamp = home(registry, name) / "version"
    return stamp.exists() and version in (None, stamp.read_text())


def keep(registry, name, version, unpack):
    """Adds a package to the cache; `unpack` fills its folder."""
    folder = home(registry, name)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tree").mkdir(parents=True)
    unpack(folder / "tree")
    (folder / "version").write_text(version)


def check(registry, name, found):
    """Ends the script unless the hash of a package is pinned in versions.json."""
    if found not in PINNED[registry][name]["hashes"]:
        raise SystemExit(
            f"mixlens: {registry}: package {name} has the hash {found}, which is not in "
            "scripts/categories/versions.json"
        )


def apt(missing, folder):
    # Security updates remove older versions, so no version is requested; the one found is recorded.
    run("apt-get", "-q", "download", *missing, cwd=folder)
    for file in folder.glob("*.deb"):
        name, version = run("dpkg-deb", "-f", str(file), "Package", "Version").split("\n")[:2]
        name, version = name.removeprefix("Package: "), version.removeprefix("Version: ")
        keep("apt", name, version, lambda tree: unpack_deb(file, tree))
        file.unlink()


def unpack_deb(file, tree):
    """The files of a package, and those of an archive of sources inside."""
    run("dpkg-deb", "-x", str(file), str(tree))
    archives = [path for path in tree.rglob("src.zip") if path.is_file() and not path.is_symlink()]
    for inner in archives:
        with zipfile.ZipFile(inner) as archive:
            archive.extractall(inner.parent)
        inner.unlink()


def pip(missing, folder):
    lines = []
    for name, version in missing.items():
        hashes = " ".join(f"--hash={known}" for known in PINNED["pip"][name]["hashes"])
        lines.append(f"{name}=={version} {hashes}\n")
    requirements = folder / "requirements.txt"
    requirements.write_text("".join(lines))
    download = ["python3", "-m", "pip", "download", "-q", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes"]
    run(*download, *options, "-d", str(folder), "-r", str(requirements))
    for file in folder.glob("*.whl"):
        name, version = file.name.split("-")[:2]
        with zipfile.ZipFile(file) as archive:
            keep("pip", name.lower(), version, archive.extractall)


def npm(missing, folder):
    names = [f"{name}@{version}" for name, version in missing.items()]
    for entry in json.loads(run("npm", "pack", "-s", "--json", *names, cwd=folder)):
        name, version, file = entry["name"], entry["version"], folder / entry["filename"]
        digest = hashlib.sha512(file.read_bytes()).digest()
        check("npm", name, "sha512-" + base64.b64encode(digest).decode())
        with tarfile.open(file) as archive:
            keep("npm", name, version, lambda tree: archive.extractall(tree, filter="data"))


def crates(missing, folder):
    # cargo has no command to download a crate, so an empty package that depends on all is vendored.
    (folder / "src").mkdir()
    (folder / "src" / "lib.rs").write_text("")
    dependencies = "".join(
        f'{name} = {{ version = "={version}", default-features = false }}\n'
        for name, version in missing.items()
    )
    package = '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n'
    manifest = f"{package}[workspace]\n[dependencies]\n{dependencies}"
    (folder / "Cargo.toml").write_text(manifest)
    run("cargo", "vendor", "-q", "--versioned-dirs", "vendor", cwd=folder)
    for name in missing:
        pattern = re.escape(name) + r"-\d+\.\d+\.\d+\S*"
        versions = [
            path for path in (folder / "vendor").iterdir() if re.fullmatch(pattern, path.name)
        ]

        def numbers(path):
            return [int(part) for part in re.findall(r"\d+", path.name[len(name) :])[:3]]

        newest = max(versions, key=numbers)
        check("crate", name, json.loads((newest / ".cargo-checksum.json").read_text())["package"])
        keep("crate", name, newest.name[len(name) + 1 :], lambda tree: newest.rename(tree / name))

"""Downloads packages through the registries' own clients and unpacks them into a cache; nothing is installed."""
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

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "mixlens" / "categories"

# Of registries that keep old versions, those to take, each with the hashes that its files may have.
PINNED = json.loads((pathlib.Path(__file__).parent / "versions.json").read_text())


def run(*command, cwd=None):
    """The output of a command; a command that fails ends the script with its words."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"mixlens: {' '.join(command)[:200]}: {done.stderr.strip()}")
    return done.stdout


def home(registry, name):
    return CACHE / registry / name.replace("/", "+")


def package(registry, name):
    """(folder with the unpacked package, its version), after `download`."""
    return home(registry, name) / "tree", (home(registry, name) / "version").read_text()


def download(wanted):
    """Downloads and unpacks what the cache lacks of (registry, name, version or None): one call of each registry's client."""
    for registry, client in (("apt", apt), ("pip", pip), ("npm", npm), ("crate", crates)):
        missing = {name: version for kind, name, version in wanted if kind == registry and not is_there(registry, name, version)}
        if missing:
            folder = CACHE / "download" / registry
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            client(missing, folder)
            shutil.rmtree(folder)
    for kind, name, version in wanted:
        if not is_there(kind, name, version):
            raise SystemExit(f"mixlens: {kind}: package {name} {version or ''} did not come")


def is_there(registry, name, version):
    stamp = home(registry, name) / "version"
    return stamp.exists() and version in (None, stamp.read_text())


def keep(registry, name, version, unpack):
    """Lays a package into the cache; `unpack` fills its folder."""
    own = home(registry, name)
    shutil.rmtree(own, ignore_errors=True)
    (own / "tree").mkdir(parents=True)
    unpack(own / "tree")
    (own / "version").write_text(version)


def check(registry, name, found):
    """Ends the script unless a package has the content that is pinned."""
    if found not in PINNED[registry][name]["hashes"]:
        raise SystemExit(f"mixlens: {registry}: package {name} has another content than scripts/categories/versions.json names: {found}")


def apt(missing, folder):
    # A security update removes the version before it: no version is asked for, the one found is written down.
    run("apt-get", "-q", "download", *missing, cwd=folder)
    for file in folder.glob("*.deb"):
        name, version = run("dpkg-deb", "-f", str(file), "Package", "Version").split("\n")[:2]
        keep("apt", name.removeprefix("Package: "), version.removeprefix("Version: "), lambda tree: unpack_deb(file, tree))
        file.unlink()


def unpack_deb(file, tree):
    """A package's files, and those of an archive of sources in it."""
    run("dpkg-deb", "-x", str(file), str(tree))
    for inner in [path for path in tree.rglob("src.zip") if path.is_file() and not path.is_symlink()]:
        with zipfile.ZipFile(inner) as archive:
            archive.extractall(inner.parent)
        inner.unlink()


def pip(missing, folder):
    wanted = folder / "requirements.txt"
    wanted.write_text("".join(f"{name}=={version} {' '.join('--hash=' + own for own in PINNED['pip'][name]['hashes'])}\n" for name, version in missing.items()))
    run("python3", "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes", "-d", str(folder), "-r", str(wanted))
    for file in folder.glob("*.whl"):
        name, version = file.name.split("-")[:2]
        with zipfile.ZipFile(file) as archive:
            keep("pip", name.lower(), version, archive.extractall)


def npm(missing, folder):
    files = {entry["name"]: (entry["filename"], entry["version"]) for entry in json.loads(run("npm", "pack", "-s", "--json", *(f"{name}@{version}" for name, version in missing.items()), cwd=folder))}
    for name, (file, version) in files.items():
        check("npm", name, "sha512-" + base64.b64encode(hashlib.sha512((folder / file).read_bytes()).digest()).decode())
        with tarfile.open(folder / file) as archive:
            keep("npm", name, version, lambda tree: archive.extractall(tree, filter="data"))


def crates(missing, folder):
    # cargo has no command that downloads a crate: a package without code that depends on all of them is vendored.
    (folder / "src").mkdir()
    (folder / "src" / "lib.rs").write_text("")
    wishes = "".join(f'{name} = {{ version = "={version}", default-features = false }}\n' for name, version in missing.items())
    (folder / "Cargo.toml").write_text(f'[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n{wishes}')
    run("cargo", "vendor", "-q", "--versioned-dirs", "vendor", cwd=folder)
    for name in missing:
        own = [p for p in (folder / "vendor").iterdir() if re.fullmatch(re.escape(name) + r"-\d+\.\d+\.\d+\S*", p.name)]
        newest = max(own, key=lambda p: [int(part) for part in re.findall(r"\d+", p.name[len(name):])[:3]])
        check("crate", name, json.loads((newest / ".cargo-checksum.json").read_text())["package"])
        keep("crate", name, newest.name[len(name) + 1:], lambda tree: newest.rename(tree / name))


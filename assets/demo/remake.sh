#!/bin/sh
# Makes assets/demo/runs.csv again: fetches the packages named in README.md, gathers their text into a work
# folder and trains the proxies on it. Needs Debian 12 (apt-get, dpkg-deb), python3 with pip, npm and cargo.
# usage: assets/demo/remake.sh [WORK_FOLDER]      (default /tmp/mixlens-demo; about 250 MB, kept for the next time)
set -eu
demo=$(cd "$(dirname "$0")" && pwd)
work=${1:-/tmp/mixlens-demo}
mkdir -p "$work/debian" "$work/npm" "$work/pypi" "$work/crates/src"

# Ends the script unless a file has the content that is pinned; APT checks its packages itself.
check() {
    grep "  $1\$" "$demo/sources.sha256" | sha256sum --check --quiet
}

cd "$work/debian"
for package in debian-handbook=11.20220922 anarchism=15.3-3 bible-kjv=4.38 bible-kjv-text=4.38; do
    name=${package%%=*}
    if [ ! -d "$name" ]; then
        apt-get download -q "$package"
        dpkg-deb -x "$name"_*.deb "$name"
    fi
done
PATH="bible-kjv/usr/bin:$PATH" bible -p bible-kjv-text/usr/lib/ 'Gen1:1-Rev22:21' >bible.txt

cd "$work/npm"
for package in async@3.2.6 backbone@1.6.1 codemirror@5.65.21 express@5.3.0 jquery@3.8.0 mithril@2.3.8 moment@2.31.0; do
    name=${package%%@*}
    if [ ! -d "$name" ]; then
        npm pack --silent "$package"
        check "$(ls "$name"-*.tgz)"
        mkdir "$name"
        tar xzf "$name"-*.tgz -C "$name"
    fi
done

cd "$work/pypi"
for package in networkx==3.3 django==5.0.6; do
    name=${package%%=*}
    if [ ! -d "$name" ]; then
        python3 -m pip download --quiet --no-deps --only-binary=:all: "$package"
        wheel=$(ls -d [A-Za-z]*.whl | grep -i "^$name-")
        check "$wheel"
        python3 -m zipfile -e "$wheel" "$name"
    fi
done

cd "$work/crates"
cat >Cargo.toml <<'TOML'
[package]
name = "sources"
version = "0.0.0"
edition = "2021"

[dependencies]
zstd-sys = "=2.0.16"
libz-sys = "=1.1.22"
TOML
: >src/lib.rs
[ -d vendor ] || cargo vendor --quiet vendor >/dev/null
for name in zstd-sys libz-sys; do
    grep -q "\"package\":\"$(sed -n "s/ *$name$//p" "$demo/sources.sha256")\"" "vendor/$name/.cargo-checksum.json"
done

python3 "$demo/gather.py" "$work" "$work/text"

cd "$demo/../.."
domains=""
for name in en_manual de_manual fr_manual en_essays en_bible python javascript c; do
    domains="$domains --domain $name=$work/text/$name.txt"
done
# shellcheck disable=SC2086 # one argument for each word is meant
cargo run --release --package mixlens-cli -- proxy $domains --runs 320 --training-bytes 2000000 --seed 1 \
    -o assets/demo/runs.csv --unique-bytes assets/demo/unique_bytes.json

# Mixlens. `make help` lists the targets; each sets up what it needs or says what is missing.

SHELL  := bash
WASM   := wasm32-unknown-unknown
TOOLS  := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/mixlens/tools
# A run of continuous integration must not change Cargo.lock; a developer who adds a crate may.
LOCKED := $(if $(CI),--locked)
NEED   := TOOLS="$(TOOLS)" scripts/need
export PATH := $(TOOLS)/bin:$(PATH)

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run app web widget hosts serve test check bench evidence docs fmt lint lint-wasm unit-tests tests trainers test-web licences advisories

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## build the command, without what the demo does not need, and tell the whole story on the embedded run table
	@$(NEED) rust
	cargo run $(LOCKED) --profile demo --package mixlens-cli --no-default-features --bin mixlens -- demo

app: ## the desktop app on the embedded run table (APP="FILES…" opens files)
	@$(NEED) rust window
	cargo run $(LOCKED) --package mixlens-app --bin mixlens-app -- $(APP)

web: ## the browser app into dist/, which any static server can host (PROFILE=web-quick: faster, larger)
	@$(NEED) rust wasm bindgen npm
	scripts/build-web $(PROFILE)

widget: ## the npm package of <mix-lens> into web/dist/; prints its sizes, fails over budget
	@$(NEED) rust wasm bindgen npm
	scripts/build-widget

hosts: widget ## sample documentation sites with <mix-lens> into web/demo/hosts/build/ (HOSTS="mkdocs sphinx": only those)
	scripts/build-hosts $(HOSTS)

serve: web ## the same on http://localhost:8000
	@$(NEED) python
	python3 -m http.server --directory dist 8000

test: fmt lint lint-wasm tests docs licences test-web ## everything that continuous integration runs
	@echo "make test: format, lints, tests, docs, licences and the browser app are fine"

check: fmt lint lint-wasm unit-tests ## the fast part of `test`: format, lints, unit tests
	@echo "make check: format, lints and unit tests are fine"

bench: ## time fits and searches, compare with LightGBM: same files, same threads (BENCH="DATA --threads N")
	@$(NEED) rust python
	cargo bench $(LOCKED) --package mixlens-core --features simd --bench laws --bench trees
	cargo bench $(LOCKED) --package mixlens-views --bench frame
	python3 bench/regmix.py $(BENCH)

evidence: ## the tables of docs/evidence.md again, from published run tables (DATA=folder)
	@$(NEED) rust
	cargo run $(LOCKED) --release --package mixlens-tests --example evidence -- $(or $(DATA),../shared/data)

docs: ## the documentation of the crates, warnings denied
	@$(NEED) rust
	RUSTDOCFLAGS="-D warnings" cargo doc $(LOCKED) --workspace --all-features --no-deps

fmt: ## check the format (`cargo fmt` and `prettier --write` mend it)
	@$(NEED) rust npm
	cargo fmt --all --check
	cd web && node_modules/.bin/prettier --check --log-level warn app src tests *.mjs

lint: ## clippy on all crates, targets and features, and on the core without features
	@$(NEED) rust
	cargo clippy $(LOCKED) --workspace --all-targets --all-features -- -D warnings
	cargo clippy $(LOCKED) --package mixlens-core --no-default-features -- -D warnings

lint-wasm: ## clippy for the browser: no clocks, threads, files, environment
	@$(NEED) rust wasm
	CLIPPY_CONF_DIR="$(CURDIR)/.ci/wasm" \
	cargo clippy $(LOCKED) --package mixlens-core --target $(WASM) -- -D warnings
	CLIPPY_CONF_DIR="$(CURDIR)/.ci/wasm" \
	cargo clippy $(LOCKED) --package mixlens-study --no-deps --target $(WASM) -- -D warnings
	cargo clippy $(LOCKED) --package mixlens-formats --target $(WASM) -- -D warnings
	CLIPPY_CONF_DIR="$(CURDIR)/.ci/wasm" \
	cargo clippy $(LOCKED) --package mixlens-widget --no-deps --target $(WASM) -- -D warnings
	CLIPPY_CONF_DIR="$(CURDIR)/.ci/wasm" \
	cargo clippy $(LOCKED) --package mixlens-worker --no-deps --target $(WASM) --features jobs,tokenizer -- -D warnings
	CLIPPY_CONF_DIR="$(CURDIR)/.ci/wasm" \
	cargo clippy $(LOCKED) --package mixlens-gpu --no-deps --target $(WASM) -- -D warnings
	CLIPPY_CONF_DIR="$(CURDIR)/.ci/wasm" \
	cargo clippy $(LOCKED) --package mixlens-app --no-deps --target $(WASM) \
		--no-default-features --features web -- -D warnings

unit-tests: ## the tests inside the crates
	@$(NEED) rust
	cargo test $(LOCKED) --workspace --all-features --lib --bins

trainers: ## what loads trainers' configs, for the tests of `mixlens plan --export`; skipped where there is no python or network
	@scripts/trainers

tests: trainers ## unit, property, command-line and doc tests
	@$(NEED) rust vulkan
	cargo test $(LOCKED) --workspace --all-features

test-web: web hosts ## the browser app, the widget and its sample sites in Chromium, which CHROMIUM names; skipped where there is none
	scripts/build-gpu-checks
	cargo build $(LOCKED) --workspace --all-features --bin mixlens --example parity
	node --test --test-reporter spec --test-concurrency 1 web/tests/*.test.mjs

licences: ## licences, bans and sources of the dependencies
	@$(NEED) rust deny
	cargo deny --all-features check licenses bans sources

advisories: ## known vulnerabilities; fetches the RustSec database from GitHub
	@$(NEED) rust deny
	cargo deny --all-features check advisories

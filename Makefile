# `make` lists the targets. Everything else here is short for cargo and npm.

CARGO_DENY_VERSION := 0.20.2
CARGO_DENY := .cache/bin/cargo-deny
DEBUG := $(abspath $(or $(CARGO_TARGET_DIR),target))/debug

# The build asks pg_config for libpq, and Homebrew does not put it on the path.
BREW_POSTGRES := $(lastword $(wildcard /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin))
export PATH := $(PATH)$(if $(BREW_POSTGRES),:$(BREW_POSTGRES))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo demo-signer test bench bench-signer lint fmt advisories client client-lint client-test client-e2e signer-clients setup-demo setup-test setup-bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup-demo client ## run Notary with all it needs, without configuration
	cargo run --release --locked -- demo

demo-signer: setup-demo client ## run the signing service next to it, with an editor and a reviewer
	cargo build --release --locked --package notary --package notary-signer --bins
	@scripts/demo-signer

test: lint client signer-clients ## all checks and tests, as CI runs them
	cargo test --workspace --locked
	$(MAKE) client-test client-e2e

bench: setup-bench benches/peers/node_modules ## measure what requests cost (about 25 minutes with its build, Linux only)
	cargo bench --profile production --locked --bench identity

bench-signer: setup-bench .cache/venv-peer/ready ## measure publishing, beside Kinto's own server (about ten minutes, Linux only)
	cargo bench --locked -p notary-signer --bench publish

lint: setup-test $(CARGO_DENY) client-lint ## formatting, clippy, licences and sources of dependencies
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	$(CARGO_DENY) --log-level error --locked check bans licenses sources

benches/peers/node_modules: benches/peers/package.json benches/peers/package-lock.json | setup-bench
	cd benches/peers && npm ci --no-audit --no-fund
	@touch $@

fmt: ## format the Rust code
	cargo fmt --all

# Not part of `test`: it fetches the RustSec database, and a build must not depend on today's news.
advisories: $(CARGO_DENY) ## look for known vulnerabilities in the dependencies
	$(CARGO_DENY) --locked check advisories

setup-demo:
	@scripts/setup demo

setup-test:
	@scripts/setup test

setup-bench:
	@scripts/setup bench

$(CARGO_DENY):
	CARGO_TARGET_DIR=.cache/target cargo install --quiet --locked --root .cache --version $(CARGO_DENY_VERSION) cargo-deny
	rm -rf .cache/target

# Kinto's clients, for the tests of the signer; and its server, for the bench.
signer-clients: .cache/venv/ready signer/tests/clients/node/node_modules

.cache/venv/ready: signer/tests/clients/python/requirements.txt | setup-test
.cache/venv-peer/ready: signer/benches/publish/requirements.txt | setup-bench
.cache/venv/ready .cache/venv-peer/ready:
	python3 -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

signer/tests/clients/node/node_modules: $(addprefix signer/tests/clients/node/,package.json package-lock.json) | setup-test
	cd $(@D) && npm ci --no-audit --no-fund
	@touch $@

ifneq ($(wildcard client/package.json),)

client: client/dist

client/node_modules: client/package.json client/package-lock.json | setup-demo
	cd client && npm ci --no-audit --no-fund
	@touch $@

client/dist: client/node_modules $(shell find client -path client/node_modules -prune -o -path client/dist -prune -o -type f -print)
	cd client && npm run build
	@touch $@

client-lint: client/node_modules
	cd client && npm run lint

client-test: client/node_modules
	cd client && npm test

# In Chromium, against the real service; debug builds read the client from client/dist.
client-e2e: client | setup-test
	cargo build --locked --package notary --package notary-signer
	cd client && NOTARY_BIN=$(DEBUG)/notary NOTARY_SIGNER_BIN=$(DEBUG)/notary-signer npm run e2e

else

client client-lint client-test client-e2e:

endif

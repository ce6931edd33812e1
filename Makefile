# Every way to build, run and test Banyan. The work is in scripts/; this file is the list of it.
#
#   make run DATA_DIR=/srv/banyan LISTEN=0.0.0.0:8080 ARGS='--verbose'
#   make test AREA=people

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Given on the command line or in the environment, and passed on only when given.
export DATA_DIR LISTEN ARGS AREA CASES SEED PAIRS FILE MATCHING

# rustup writes this folder into profiles that make does not read.
export PATH := $(PATH):$(HOME)/.cargo/bin

# One target at a time: cargo and npm use all processors by themselves.
.NOTPARALLEL:
.PHONY: help run test check prove mutants bench faults demo schema tables console clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build, then serve on http://127.0.0.1:8080 with demo data until Ctrl-C
	@exec scripts/run.sh

test: ## everything that can be tested, stopping at the first failure
	@exec scripts/test.sh

check: ## formatting, lints and the tests written in Rust, and the console's own
	@scripts/install.sh run
	@scripts/console.sh
	cd client-examples/web && npm run check
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --locked

prove: ## ask CASES=10000 random questions from SEED=1 on, of whole and of pruned databases
	@exec scripts/prove.sh

mutants: ## change the guard one thing at a time and see whether a test notices; FILE=scope.rs for one file
	@exec scripts/mutants.sh

bench: ## measure against the budgets: SCALE=100k, 1m, 10m or a number of people
	@scripts/install.sh run
	@exec tests/bench/run.sh

faults: ## kill, cut off and flood servers, FAULTS='server-kills streams' for some of it
	@scripts/install.sh test
	@exec tests/faults/run.sh full $(FAULTS)

demo: ## as run, in a fresh data folder that is thrown away at the end
	@exec scripts/run.sh --throw-away

schema: ## write schema.graphql anew from the code
	@scripts/install.sh run
	cargo run --quiet --locked -p banyan -- schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

tables: ## write server/tables anew from the migrated database
	@scripts/install.sh run
	BANYAN_UPDATE_TABLES=1 cargo test --locked -p banyan-tests --test it schema::the_generated_tables

console: ## build the console in the browser
	@scripts/install.sh run
	@scripts/console.sh

clean: ## remove what was built; data folders stay
	cargo clean
	rm -rf client-examples/web/dist client-examples/web/node_modules

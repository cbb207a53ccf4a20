# A fresh machine needs Python 3.11 or newer, pip and make; everything else goes into .venv.
# `make demo` shows the product, `make test` runs its tests.

VENV := .venv
BIN := $(VENV)/bin
DEMO_OUT ?= demo_out

# The first of these that is new enough; 3.11 to 3.13 have wheels of every library. Override with PYTHON=...
CANDIDATES := python3.11 python3.12 python3.13 python3 python3.14 python
PYTHON ?= $(shell for p in $(CANDIDATES); do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

# Constraints hold in the build environment too: older pip reads the first name there, newer pip the second.
INSTALL := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
	$(BIN)/python -m pip install --quiet

.PHONY: demo test test-optimised lint bench bench-growth bench-micro clean

demo: $(VENV)/.installed
	$(BIN)/lossytools demo --out "$(DEMO_OUT)"

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto

# The package without its asserts: validation must not hang on them. pytest keeps those of the tests.
test-optimised: $(VENV)/.installed-test
	$(BIN)/python -O -m pytest -n auto

lint: $(VENV)/.installed-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# How fast we are beside dcmcjpeg, dcmcjpls, gdcmconv, pydicom and the bare codec; docs/performance.md says more.
# About half an hour; leave the machine alone meanwhile. BENCH="--rounds 3 --only jpeg" for less.
bench: $(VENV)/.installed-test
	$(BIN)/python benchmarks/run.py $(BENCH)

bench-growth: $(VENV)/.installed-test
	$(BIN)/python benchmarks/run.py --growth $(BENCH)

bench-micro: $(VENV)/.installed-test
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only --benchmark-columns=median,iqr,rounds

clean:
	rm -rf $(VENV) "$(DEMO_OUT)" dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .coverage benchmark_out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@test -n "$(PYTHON)" || { \
		echo "lossytools needs Python 3.11 or newer, and none of these is: $(CANDIDATES)"; \
		echo "Install one, or name it: make demo PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "lossytools needs Python 3.11 or newer; $(PYTHON) is older, or is not there"; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { \
		echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.made pyproject.toml constraints.txt
	$(INSTALL) -e '.[test,lint]'
	@touch $(VENV)/.installed $@

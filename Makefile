# Two commands to begin with: `make demo` and `make test`. Everything is installed into .venv, from a fresh Debian on.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml setup.py README.md $(shell find src -type f ! -name '*.so' ! -name '_core.c' ! -name '*.pyc' ! -path '*.egg-info/*')
DEBIAN_test := libqrcodegen1 locales openssl pngcheck poppler-utils strace unzip zbar-tools
DEBIAN_spark := openjdk-17-jre-headless
DEBIAN_bench := libqrcodegen1 libqrencode4

.PHONY: demo test bench lint clean

demo: $(VENV)/installed
	rm -rf demo
	$(BIN)/signer demo demo

test: $(VENV)/with-test
	$(BIN)/python -m pytest -m "not long" -n auto --dist loadfile

bench: $(VENV)/with-bench
	mkdir -p .benchmarks
	$(BIN)/python -m pytest benchmarks/bench_stages.py benchmarks/bench_pictures.py benchmarks/bench_verify.py benchmarks/bench_revoking.py benchmarks/bench_end_to_end.py \
	    --measured-on "$$(date -u +%F)" --benchmark-json .benchmarks/ratios.json $(BENCH_OPTIONS)
	$(BIN)/python benchmarks/ratios.py .benchmarks/ratios.json

lint: $(VENV)/with-lint
	ci/lint.sh

clean:
	rm -rf $(VENV) build dist demo src/*.egg-info src/signer/_core.c .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

$(BIN)/python:
	ci/toolchain.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)

# build/ goes first: what was renamed or deleted would live on in it.
$(VENV)/installed: $(SOURCES) | $(BIN)/python
	rm -rf build
	$(BIN)/python -m pip install --quiet '.[print]'
	touch $@

# The packages of an extra of pyproject.toml, without building ours again; and Debian's, where there is apt.
$(VENV)/with-%: pyproject.toml $(VENV)/installed
	ci/packages.sh $(DEBIAN_$*) || echo "what needs them will be skipped"
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["$*"], sep="\n")' > $@.txt
	$(BIN)/python -m pip install --quiet --requirement $@.txt
	touch $@

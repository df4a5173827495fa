# make run    sets up and opens the program on the sample plan
# make test   sets up and runs lint, types, the layer contract and the tests
# The other targets are listed below. PYTHON chooses the interpreter of a new environment, PLAN the plan to open.

PYTHON ?= python3
PLAN ?= resources/samples/paper.flexplan.json
JOBS ?= 2

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet --no-input

.DEFAULT_GOAL := help
.PHONY: help run test lint test-long package screenshots docs accuracy bench clean

help:
	@echo 'make run          open the program on the sample plan (PLAN=FILE opens another)'
	@echo 'make test         lint, types, layer contract and tests'
	@echo 'make test-long    the tests that take minutes: the package, and properties with full counts'
	@echo 'make package      build dist/flexgui, which runs without Python'
	@echo 'make screenshots  draw the pictures of the documentation'
	@echo 'make docs         generate docs/rules.md and docs/plan.schema.json'
	@echo 'make bench        measure how fast it is, into docs/performance.md (virsh baseline: libvirt-clients)'
	@echo 'make accuracy     measure against real captures and libvirt, into docs/accuracy.md'
	@echo 'make clean        remove what the targets above made, but for the pictures and documents'

run: $(VENV)/.gui
	@$(PY) -m flexgui $(PLAN)

lint: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict flexgui
	$(VENV)/bin/lint-imports

# The tests draw offscreen; those that need a real X server come second, with one of their own.
test: lint
	$(PY) -m pytest -q -n $(JOBS) -m 'not long and not xvfb'
	@if command -v xvfb-run >/dev/null && command -v xauth >/dev/null; then \
	    set -x; FLEXGUI_TEST_PLATFORM=xcb xvfb-run -a $(PY) -m pytest -q -m 'xvfb and not long'; \
	else \
	    echo 'SKIPPED: the tests that need an X server, because xvfb-run is missing (Debian: xvfb and xauth).'; \
	fi

# atheris has no wheel for some platforms; its test skips without it.
test-long: $(VENV)/.dev
	-@$(PIP) install --no-build-isolation --editable '.[fuzz]' 2>/dev/null
	HYPOTHESIS_PROFILE=long $(PY) -m pytest -q -m long --durations=5
	HYPOTHESIS_PROFILE=long $(PY) -m pytest -q -n $(JOBS) -m 'hypothesis and not long' --timeout 1800

package: $(VENV)/.dev
	$(PY) -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build packaging/flexgui.spec
	@echo 'Built dist/flexgui; start dist/flexgui/flexgui.'

screenshots: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(PY) packaging/screenshots.py

docs: $(VENV)/.dev
	@mkdir -p docs
	$(PY) -m flexgui rules --markdown > docs/rules.md.new && mv docs/rules.md.new docs/rules.md
	$(PY) -m flexgui schema > docs/plan.schema.json.new && mv docs/plan.schema.json.new docs/plan.schema.json

# Needs the captures of real processors (beside the checkout, see docs/development.md) and, for one part, virsh.
bench: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(PY) measurements/bench.py

accuracy: $(VENV)/.dev
	$(PY) measurements/accuracy.py

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The environment. What its interpreter belongs to may have been removed: then it is made anew.
$(shell test -d $(VENV) && ! $(PY) -c pass 2>/dev/null && rm -rf $(VENV))

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'FlexGUI needs Python 3.11 or later: name one with make PYTHON=python3.12.' >&2; exit 2; }
	@echo 'Setting up $(VENV) ...'
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# Without build isolation, so that nothing is fetched where everything is there already.
$(VENV)/.gui: $(VENV)/.made pyproject.toml
	@$(PIP) install 'hatchling>=1.27' 'editables>=0.5'
	@$(PIP) install --no-build-isolation --editable '.[gui]'
	@touch $@

$(VENV)/.dev: $(VENV)/.gui
	@$(PIP) install --no-build-isolation --editable '.[dev]'
	@touch $@

# Easel needs python3 (3.11 or newer), make and git. `make run` is all it takes; `make help` lists the rest.

VENV := .venv
PYTHON := $(VENV)/bin/python
RUN := $(VENV)/.installed-to-run
VENDORS := $(VENV)/.installed-vendors
DEV := $(VENV)/.installed-to-develop
MODELS := .venv-models
WITH_MODELS := $(MODELS)/.installed
# What a user has, and nothing else: tests start the product from these, so that no package of development is missed.
USERS := .venv-run .venv-vendors
CLIENTS := .clients/python .clients/node
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-newest clients fuzz corpus test-diffusers lint audit format bench bench-gpu drills storm storm-mutants lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Where the system can do it, the server ends even when make is killed and cannot pass that on.
END_WITH_MAKE = $(shell setpriv --pdeathsig TERM true 2>/dev/null && echo setpriv --pdeathsig TERM)

# With a vendor's key or model, in the shell or in .env, its SDK is wanted too.
WANTS_VENDORS := $(OPENAI_API_KEY)$(OPENAI_BASE_URL)$(OPENAI_ENHANCER_MODEL)$(OPENAI_ENHANCER_BASE_URL)$(GEMINI_API_KEY)
WANTS_VENDORS += $(shell grep -sE '^[[:blank:]]*(export[[:blank:]]+)?(OPENAI|GEMINI)_[A-Z_]+[[:blank:]]*=[[:blank:]]*[^[:space:]\#]' .env)

run: $(RUN) $(if $(strip $(WANTS_VENDORS)),$(VENDORS)) ## Run Easel on http://127.0.0.1:8000 (PORT=…), keeping its data in var/ (DATA_DIR=…)
	@exec $(END_WITH_MAKE) $(PYTHON) manage.py quickstart

test: $(DEV) $(USERS:=/.installed) ## Test on real PostgreSQL and Redis (PYTEST_ARGS="-k word")
	@$(MAKE) --no-print-directory --keep-going clients || echo "WARNING: NO CLIENT IS MADE of the document: see above" >&2
	@exec $(PYTHON) -m pytest --numprocesses=logical --maxprocesses=8 --dist=worksteal $(PYTEST_ARGS)

# Where no Python is new enough for it, it says so and ends well.
test-newest: $(DEV) ## Test a little of everything on the newest Django and Python (in .venv-newest)
	@exec $(PYTHON) -m tests.newest $(PYTEST_ARGS)

clients: $(CLIENTS:=/.installed) ## Install the generators of clients that tests try on the document, once

# The long half of what `make test` does a little of; in one process, so that all is counted. FUZZ_SEED=… for others.
fuzz: $(DEV) ## Send 100,000 wild requests and 10,000 of schemathesis, and time wrong keys: no 5xx, no hang, no leak
	@FUZZ_REQUESTS=$${FUZZ_REQUESTS:-100000} FUZZ_CASES=$${FUZZ_CASES:-10000} TIMING_ROUNDS=$${TIMING_ROUNDS:-3000} \
		HYPOTHESIS_PROFILE=more exec $(PYTHON) -m pytest tests/attack/test_wild_requests.py \
		tests/attack/test_key_timing.py tests/api/test_fuzz.py tests/api/test_schemathesis.py $(PYTEST_ARGS)

# Encoders that are not installed are left out, and named. A sample of it is among the tests.
corpus: $(DEV) ## Hold pictures of many encoders, and cuts of them, against what Chromium shows (writes tests/corpus/RESULTS.md)
	@exec $(PYTHON) -m tests.corpus

# One thread a process, so that it is as fast beside others; offline, so that nothing is fetched unnoticed. Only these two
# folders have such tests: to collect all others takes half a minute.
test-diffusers: $(WITH_MODELS) ## Test local weights and language models on torch (installs a gigabyte, once)
	@echo "Testing local weights and a language model, small and random, on torch in $(MODELS) …"
	@HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 exec $(MODELS)/bin/python -m pytest -m models --numprocesses=2 --dist=loadfile \
		tests/models tests/enhancement $(PYTEST_ARGS)

# What a deployment sets, so that the checks see production; nothing is connected to.
PRODUCTION = ENVIRONMENT=production ALLOWED_HOSTS=easel.example PUBLIC_URL=https://easel.example \
	SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))') \
	DATABASE_URL=postgres://easel@127.0.0.1/easel REDIS_URL=redis://127.0.0.1/0 BROKER_URL=redis://127.0.0.1/1 \
	STORAGE_URL='s3://key:secret@easel?endpoint=http://127.0.0.1:9000'

# SQL put together of strings is ruff's S608, which takes an exception by its line; bandit warns of each part of that line.
BANDIT = $(VENV)/bin/bandit --quiet -ll --recursive --skip B608 \
	config enhancement generations projects manage.py

lint: $(DEV) ## Check format, style, types, imports, code and deployment for holes, migrations and OpenAPI
	$(VENV)/bin/ruff format --check --quiet .
	$(VENV)/bin/ruff check --quiet .
	$(VENV)/bin/mypy --no-error-summary .
	$(VENV)/bin/lint-imports --no-logo
	$(BANDIT)
	$(PYTHON) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, on production settings" && \
		$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file /dev/null

# Strict: a package that the service does not know, or a service that cannot be reached, is no clean result.
PIP_AUDIT = $(VENV)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off --requirement

audit: $(DEV) ## Look up known holes of all that the lock files name (needs the network), and look for our own
	$(BANDIT)
	$(PIP_AUDIT) requirements.lock
	$(PIP_AUDIT) requirements-vendors.lock
	$(PIP_AUDIT) requirements-dev.lock

format: $(DEV) ## Put the code into shape
	@$(VENV)/bin/ruff check --quiet --fix-only .
	@$(VENV)/bin/ruff format --quiet .

bench: $(DEV) ## Measure requests and jobs against a bare control
	@exec $(PYTHON) -m tests.bench

drills: $(DEV) ## Kill, deploy, fill disks and set clocks, and measure it (DRILLS="recovery deploy" for some of it)
	@exec $(PYTHON) -m tests.drills $(DRILLS)

storm: $(DEV) ## Kill everything under 10,000 jobs and count what is lost or doubled (STORM_ARGS="--seed 7", BROKER=rabbitmq)
	@exec $(PYTHON) -m tests.storm $(STORM_ARGS)

storm-mutants: $(DEV) ## Switch one protection off at a time: a small storm has to notice each
	@exec $(PYTHON) -m tests.storm.mutants $(STORM_ARGS)

bench-gpu: $(WITH_MODELS) ## Measure pictures a second against the bare pipeline in a loop (BENCH_ARGS=--tiny without a GPU)
	@exec $(MODELS)/bin/python -m tests.bench_gpu $(BENCH_ARGS)

COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

# What pyproject.toml says of Django is overridden there.
NEWEST := $(subst 3.11,3.12,$(COMPILE)) --override tests/newest/overrides.txt

EXTRAS := --extra openai --extra gemini

lock: $(DEV) ## Renew the lock files from pyproject.toml (UPGRADE=--upgrade for newer releases)
	$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.lock
	$(COMPILE) $(UPGRADE) pyproject.toml $(EXTRAS) --constraint requirements.lock --output-file requirements-vendors.lock
	$(COMPILE) $(UPGRADE) pyproject.toml $(EXTRAS) --group dev --constraint requirements-vendors.lock \
		--output-file requirements-dev.lock
	$(NEWEST) $(UPGRADE) pyproject.toml tests/newest/requirements.in --output-file tests/newest/requirements.lock
	$(COMPILE) $(UPGRADE) tests/clients/requirements.in --output-file tests/clients/requirements.lock
	npm install --prefix tests/clients --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## Remove the virtual environment and every cache; var/ stays
	@rm -rf $(VENV) $(USERS) $(MODELS) .venv-newest .clients .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis staticfiles
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps for one environment: what development needs includes what running needs, with every vendor.
INSTALL = $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes --requirement

$(RUN): requirements.lock | $(VENV)/bin/pip
	@echo "Installing Easel into $(VENV), once …"
	@$(INSTALL) $<
	@touch $@

$(VENDORS): requirements-vendors.lock $(RUN)
	@echo "Installing the vendors' SDKs into $(VENV), once …"
	@$(INSTALL) $<
	@touch $@

$(DEV): requirements-dev.lock | $(VENV)/bin/pip
	@echo "Installing what tests need into $(VENV), once …"
	@$(INSTALL) $<
	@touch $@ $(RUN) $(VENDORS)

.venv-run/.installed: requirements.lock
.venv-vendors/.installed: requirements-vendors.lock
$(USERS:=/.installed): | $(DEV)
	@$(VENV)/bin/uv venv --quiet --clear --python $(PYTHON) $(@D)
	@$(VENV)/bin/uv pip install --quiet --python $(@D) --no-deps --require-hashes --requirement $<
	@touch $@

.clients/python/.installed: tests/clients/requirements.lock | $(DEV)
	@$(VENV)/bin/uv venv --quiet --clear --python $(PYTHON) $(@D)
	@$(VENV)/bin/uv pip install --quiet --python $(@D) --no-deps --require-hashes --requirement $<
	@touch $@

# Nothing of it has to be built, so that no package may run a script.
.clients/node/.installed: tests/clients/package-lock.json tests/clients/package.json
	@mkdir -p $(@D) && cp $^ $(@D)
	@npm ci --prefix $(@D) --ignore-scripts --loglevel=error --no-audit --no-fund
	@touch $@

# A second environment, which sees the first one's packages through a .pth file: torch is in neither lock file.
SITE_PACKAGES = -c 'import sysconfig; print(sysconfig.get_path("purelib"))'

$(WITH_MODELS): requirements-models.txt $(DEV)
	@echo "Installing torch and what goes with it into $(MODELS), once …"
	@$(PYTHON) -m venv --clear $(MODELS)
	@$(PYTHON) $(SITE_PACKAGES) > "$$($(MODELS)/bin/python $(SITE_PACKAGES))/development.pth"
	@$(MODELS)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --requirement $<
	@touch $@

SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

$(VENV)/bin/pip:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c '$(SUITABLE)' 2>/dev/null; then exec $$python -m venv $(VENV); fi; \
	done; \
	echo "Easel needs Python 3.11 or newer with venv (Debian and Ubuntu: apt install python3-venv)." >&2; exit 1

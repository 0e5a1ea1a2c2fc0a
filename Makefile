# The habits of this project. PYTHON may name any Python 3.11 or newer.
PYTHON ?= python3
BOOTSTRAP = @$(PYTHON) ots_portal/operation/bootstrap.py
IN_VENV = @.venv/bin/python

.PHONY: demo test check bench messages

# The portal with demo data. PORT=8001 chooses another port, RESET=1 starts over.
demo:
	$(BOOTSTRAP)
	$(IN_VENV) -m ots_portal.operation.demo

# What `make check` does, then the whole suite on every database installed, at once. ARGS="-k minutes" goes to pytest.
test:
	$(BOOTSTRAP) --dev
	$(IN_VENV) -m tests.run $(ARGS)

# Form, types, imports, dependencies, migrations: what needs no running program.
check:
	$(BOOTSTRAP) --dev
	$(IN_VENV) -m tests.check

# The speed of pages and endpoints with a generated data set.
bench:
	$(BOOTSTRAP) --dev
	$(IN_VENV) -m tests.bench $(ARGS)
	$(IN_VENV) -m tests.bench.notifications
	$(IN_VENV) -m tests.bench.comparison

# Bring the translators' files up to the words of code and templates.
messages:
	$(BOOTSTRAP) --dev
	$(IN_VENV) manage.py update_messages

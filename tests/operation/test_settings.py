"""What the variables make of the settings, each in a process of its own."""

import re
from pathlib import Path

import pytest
from django.conf import settings

DATABASE = "postgres://ots_app:p%40ss@db.test:5433/ots?sslmode=verify-full"


def test_a_databases_address_may_ask_for_tls_and_keeps_the_portals_limits(with_settings):
    lines = "d = settings.DATABASES['default']; o = d['OPTIONS'];"
    lines += "print(d['PASSWORD'], o['sslmode'], o['connect_timeout'], 'statement_timeout=15000' in o['options'])"

    said = with_settings(lines, OTS_DATABASE_URL=DATABASE)

    assert said.stdout == "p@ss verify-full 3 True\n", said.stderr


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"OTS_PRODUCTION": "1"}, "Set OTS_SECRET_KEY"),
        ({"OTS_PRODUCTION": "1", "OTS_DEMO": "1"}, "must be off where OTS_PRODUCTION is on"),
        ({"OTS_PRODUCTION": "1", "OTS_DEBUG": "1"}, "must be off where OTS_PRODUCTION is on"),
    ],
)
def test_what_contradicts_production_is_refused_with_a_sentence(with_settings, variables, sentence):
    said = with_settings("settings.DEBUG", **variables)

    assert (said.returncode, sentence in said.stderr) == (1, True)


def test_the_minutes_of_the_escalation_are_set_for_all_kinds_or_for_one(with_settings):
    given = "default=2,4,6;incidents.request.circulated=10,20.5,30"

    said = with_settings("print(settings.PORTAL_ESCALATION_MINUTES)", OTS_ESCALATION_MINUTES=given)

    assert said.stdout == (
        "{'default': (2.0, 4.0, 6.0), 'incidents.request.circulated': (10.0, 20.5, 30.0)}\n"
    ), said.stderr


@pytest.mark.parametrize(
    "given",
    [
        "default=5,10",
        "default=10,5,15",
        "default=5,x,15",
        "5,10,15",
        "default=-1,2,3",
        "default=5,10,nan",
    ],
)
def test_minutes_that_do_not_rise_are_refused_with_a_sentence(with_settings, given):
    said = with_settings("settings.DEBUG", OTS_ESCALATION_MINUTES=given)

    assert (said.returncode, "must name three rising numbers" in said.stderr) == (1, True)


def test_every_variable_stands_on_the_page_of_settings():
    root = Path(settings.BASE_DIR)
    code, page = (
        (root / name).read_text("utf-8") for name in ("ots_portal/settings.py", "docs/settings.md")
    )
    read = set(re.findall(r"env\.\w+\(\s*\"(OTS_\w+)", code))
    told = set(re.findall(r"^\| `(OTS_\w+)`", page, re.MULTILINE))

    assert (len(read) > 15, read) == (True, told)


def test_every_process_of_the_portal_calls_its_workers_by_its_own_application(with_settings):
    """Celery would fall back on an application of its own, whose broker nobody listens to."""
    said = with_settings("import celery; print(celery.current_app.main)")

    assert said.stdout == "ots_portal\n", said.stderr

"""The drawing in docs/architecture.md, held against the code."""

import ast
import importlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, get_resolver, reverse

from ots_portal.audit import append_only
from ots_portal.operation.lifecycles import drawings, lifecycles
from ots_portal.plugs import audit_labels, audited, notices

ROOT = Path(settings.BASE_DIR)
QUIET_MODULES = ["statuses", "models", "queries", "rules", "services"]
# The record an app is about has its steps at /incidents/<pk>/<verb>/; another one says which it is.
MAIN_TABLES = {
    "INCIDENTS",
    "MEETINGS",
    "INSTRUMENTS",
    "DOCUMENTS",
    "JOBS",
    "CLOCKS",
    "CIRCULARS",
    "SILENCES",
}
ENDPOINTS = {"INSTRUMENTS": "agreements", "CLOCKS": "acknowledgements", "SILENCES": "silence"}
# Pages are named for one record: incidents:offer_withdraw (decisions.md 1 of the design).
SINGULAR = {
    "REPORTS": "report", "REQUESTS": "request", "OFFERS": "offer", "DEPLOYMENTS": "deployment",
    "ALERTS": "alert", "RECEIVED_ALERTS": "received_alert", "FEED_ITEMS": "feed_item",
    "PAPERS": "paper",
    "REVIEWS": "review", "RECOMMENDATIONS": "recommendation",
    "DECISIONS": "decision", "ACTIONS": "action",
    "MINUTES_COMMENTS": "minutes_comment", "CORRIGENDA": "corrigendum",
    "INVITATIONS": "invitation", "DELEGATIONS": "delegation", "ACCREDITATIONS": "accreditation",
    "SIGNATURES": "signature", "STATE_INSTRUMENTS": "state_instrument",
    "NOTIFICATION_RECEIPTS": "receipt", "ANNULMENTS": "annulment",
    "COMMENTS": "comment", "REVISIONS": "revision", "TEXT_IMPORTS": "text_import",
    "ROUNDS": "round", "CONFIRMATIONS": "confirmation", "TEXT_SILENCES": "text_silence",
    "RESERVATIONS": "reservation", "OBJECTIONS": "objection", "DECLARATIONS": "declaration",
    "CORRECTIONS": "correction", "REGISTRATIONS": "registration",
    "LANGUAGE_TEXTS": "language_text", "CONCORDANCE_FINDINGS": "concordance_finding",
    "PROPOSALS": "proposal", "PROPOSAL_IMPORTS": "proposal_import",
    "SHIFTS": "shift", "PATTERNS": "pattern", "SWAPS": "swap",
}  # fmt: skip
PK = "00000000-0000-4000-8000-000000000000"

STEPS = [
    pytest.param(app, table, step, id=f"{table}-{step.verb}")
    for app, table, lifecycle in lifecycles()
    for step in lifecycle.steps.values()
]


def _functions(app: str, layer: str, table: str) -> object:
    """Return where an app keeps the rules or services of a record: one module, or one per record."""
    of_record = f"{app}.{layer}.{table.lower()}"
    return importlib.import_module(of_record if _exists(of_record) else f"{app}.{layer}")


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _reverses(*names: str) -> bool:
    for name in names:
        try:
            return bool(reverse(name, args=[PK]))
        except NoReverseMatch:
            continue
    return False


def _page(app: str, table: str, verb: str) -> str:
    namespace = app.rpartition(".")[2]
    record = SINGULAR.get(table, table.lower())
    return f"{namespace}:{verb}" if table in MAIN_TABLES else f"{namespace}:{record}_{verb}"


def _endpoint(table: str, verb: str) -> str:
    return f"api:{ENDPOINTS.get(table, table.lower())}-{verb}"


@pytest.mark.parametrize(("app", "table", "step"), STEPS)
def test_every_step_has_a_service(app, table, step):
    assert callable(getattr(_functions(app, "services", table), step.verb, None))


@pytest.mark.parametrize(("app", "table", "step"), STEPS)
def test_a_step_that_a_person_takes_has_a_rule_a_page_and_an_endpoint(app, table, step):
    has_rule = callable(getattr(_functions(app, "rules", table), f"may_{step.verb}", None))
    has_page = _reverses(_page(app, table, step.verb))
    has_endpoint = _reverses(
        _endpoint(table, step.verb), _endpoint(table, step.verb).replace("_", "-")
    )

    wanted = not step.automatic
    assert (has_rule, has_page, has_endpoint) == (wanted, wanted, wanted)


@pytest.mark.parametrize(("app", "table", "step"), STEPS)
def test_an_audit_kind_names_app_record_and_deed(app, table, step):
    parts = step.records.split(".")

    assert (len(parts), parts[0]) == (3, app.rpartition(".")[2])


@pytest.mark.parametrize(("app", "table", "step"), STEPS)
def test_every_audit_kind_is_registered_or_silent_on_purpose(app, table, step):
    assert (step.records in notices) != (step.records in _silent_kinds())


def test_the_drawings_of_the_lifecycles_are_up_to_date():
    drawn = {
        path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "lifecycles").glob("*.mmd")
    }

    assert drawn == drawings(), "run: python manage.py draw_lifecycles"


def _recorded_kinds(*, but_for: str = "") -> set[str]:
    """Return every audit kind that the code writes as a literal, ``but_for`` what stands in such modules."""
    return {
        node.value
        for path, node in _nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_kind(node.value)
        if not but_for or but_for not in {path.stem, path.parent.name}
    }


def _nodes() -> Iterator[tuple[Path, ast.AST]]:
    """Yield every part of the product's code with its file."""
    for app in [*settings.DOMAIN_APPS, "ots_portal"]:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield path, node


def _is_kind(text: str) -> bool:
    parts = text.split(".")
    apps = {name.rpartition(".")[2] for name in [*settings.DOMAIN_APPS, *settings.FOUNDATION]}
    if parts[1:2] == ["tasks"]:  # what Celery calls, by the name that the schedule has for it
        return False
    return len(parts) == 3 and parts[0] in apps and all(part.isidentifier() for part in parts)


def _silent_kinds() -> set[str]:
    apps = [
        app for app in [*settings.DOMAIN_APPS, *settings.FOUNDATION] if _exists(f"{app}.notices")
    ]
    return {
        kind
        for app in apps
        for kind in getattr(importlib.import_module(f"{app}.notices"), "SILENT", ())
    }


def test_every_kind_in_the_code_is_registered_or_silent_on_purpose():
    silent = _silent_kinds()
    kinds = {
        kind
        for kind in _recorded_kinds()
        if not _exists(f"ots_portal.{kind}") and not _exists(kind)
    }

    assert kinds - silent - set(notices) == set()


def test_no_kind_is_told_and_silent_at_once():
    assert _silent_kinds() & set(notices) == set()


def test_no_kind_that_is_told_or_silent_is_recorded_nowhere():
    """A kind that was renamed would leave its notice behind, and nobody would hear of anything."""
    recorded = {
        step.records
        for _app, _table, lifecycle in lifecycles()
        for step in lifecycle.steps.values()
    }
    recorded |= _recorded_kinds(but_for="notices")

    assert {*notices, *_silent_kinds()} - recorded == set()


def test_no_audit_kind_is_put_together_of_parts():
    """What is no literal, the tests above would not find."""
    apps = {name.rpartition(".")[2] for name in [*settings.DOMAIN_APPS, *settings.FOUNDATION]}
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path, node in _nodes()
        if isinstance(node, ast.JoinedStr) and _begins_a_kind(node, apps)
        if "notices" not in {path.stem, path.parent.name}
    ]

    # Looks up what others record.
    assert found == ["incidents/queries/histories.py: f'incidents.{prefix}.{name}'"]


def _begins_a_kind(node: ast.JoinedStr, apps: set[str]) -> bool:
    first = node.values[0]
    text = first.value if isinstance(first, ast.Constant) else ""
    app, dot, _rest = str(text).partition(".")
    return bool(dot) and app in apps and " " not in str(text) and "/" not in str(text)


def test_every_kind_in_the_code_has_words_for_the_audit_pages():
    kinds = {
        kind
        for kind in _recorded_kinds()
        if not _exists(f"ots_portal.{kind}") and not _exists(kind)
    }

    assert kinds - set(audit_labels) - set(notices) == set()


def test_every_record_that_entries_are_about_is_named_on_the_audit_pages():
    told = {kind.rpartition(".")[0] for kind in {*audit_labels, *notices}}

    assert told - {record.kinds or record.model for record in audited.values()} == set()


def test_the_audit_pages_know_records_by_the_names_that_entries_have():
    assert [name for name in audited if apps.get_model(name)._meta.label_lower != name] == []


@pytest.mark.parametrize(
    "path",
    [
        p
        for app in settings.DOMAIN_APPS
        for name in QUIET_MODULES
        for p in ROOT.glob(f"{app}/{name}*")
    ],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_business_logic_does_not_speak_http(path):
    files = [path] if path.is_file() else list(path.rglob("*.py"))
    imported = {
        node.module or ""
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }

    assert not {name for name in imported if name.startswith(("django.http", "django.shortcuts"))}


def test_what_translates_has_a_name_that_the_translators_tool_knows():
    """Xgettext reads ``_("…")`` and ``gettext("…")``; under another name no translator ever sees the words."""
    known = {"_"}
    strange = [
        f"{path.relative_to(ROOT)}: {alias.name} as {alias.asname}"
        for app in ("ots_portal", *settings.DOMAIN_APPS)
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in (None, alias.name, *known)
    ]

    assert strange == []


def test_the_tables_that_only_grow_are_known():
    assert append_only.tables() == [
        "agreements_bracketresolution",
        "agreements_correctionline",
        "agreements_correctionobjection",
        "agreements_depositarynotification",
        "agreements_entrycalculation",
        "agreements_frozenprovision",
        "agreements_ledgerentry",
        "agreements_position",
        "agreements_procesverbal",
        "agreements_reconfirmationrequest",
        "agreements_reopening",
        "agreements_reservationacceptance",
        "agreements_roundfigure",
        "agreements_seenwording",
        "audit_auditentry",
        "audit_seal",
        "audit_sealblock",
        "incidents_decision",
        "incidents_deploymentlogentry",
        "incidents_keptreason",
        "incidents_levelchange",
        "incidents_requestversion",
        "meetings_agendaversion",
        "meetings_derestriction",
        "meetings_duedatemove",
        "meetings_minutesrevision",
        "meetings_quorumcheck",
    ]


def test_the_columns_that_are_written_once_are_known():
    assert append_only.fixed_columns() == [
        ("incidents_incident", "is_exercise"),
        ("meetings_corrigendum", "changes"),
    ]


def test_the_subjects_of_mails_leave_the_word_exercise_to_the_portal():
    subjects = (ROOT / "templates").glob("*/notices/*.subject.txt")

    assert [path.name for path in subjects if "exercise" in path.read_text("utf-8").lower()] == []


def test_the_route_names_are_unique():
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]

    assert len(names) == len(set(names))


def test_a_form_in_a_part_that_is_included_alone_is_given_its_token():
    """``only`` leaves out csrf_token, too: the form would be shown and refused."""
    folder = ROOT / "templates"
    posting = {
        str(part.relative_to(folder))
        for part in folder.rglob("*.html")
        if "{% csrf_token %}" in part.read_text(encoding="utf-8")
    }
    alone = re.compile(r'{%\s*include\s+"([^"]+)"([^%]*)\bonly\s*%}')

    forgotten = [
        f"{page.relative_to(folder)}: {part}"
        for page in folder.rglob("*.html")
        for part, given in alone.findall(page.read_text(encoding="utf-8"))
        if part in posting and "csrf_token=" not in given
    ]

    assert (len(posting) > 20, forgotten) == (True, [])

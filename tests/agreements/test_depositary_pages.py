"""The pages and endpoints of adoption, waivers, annulments, the map, and the form of the rule."""

import json
from datetime import date

import pytest
from django.urls import reverse

from agreements.models import Adoption, Annulment, Authentication, FinalClauses, FullPowersWaiver
from agreements.presentation.standing import Standing, standing_of
from agreements.services import calculations
from ots_portal.people.models import Role
from tests.factories.agreements import InstrumentFactory, SignatoryFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.sessions import sign_in
from tests.factories.sittings import DecisionFactory
from tests.factories.treaties import (
    THREE,
    AnnulmentFactory,
    FinalClausesFactory,
    SignatureFactory,
    WaiverFactory,
    a_notification,
    an_entry,
    on_record,
)


@pytest.fixture(autouse=True)
def _today(now, time_machine):
    time_machine.move_to(now)


@pytest.fixture
def treaty(turkiye):
    instrument = InstrumentFactory(status="signed")
    instrument.negotiating_states.add(turkiye)
    return instrument


@pytest.fixture
def text(turkiye):
    instrument = InstrumentFactory(status="ad_referendum")
    instrument.negotiating_states.add(turkiye)
    return instrument


@pytest.fixture
def met(treaty, secretary, now):
    """Three deposits on 21 October 2026, and the rule that needs three."""
    FinalClausesFactory(instrument=treaty)
    for slug in ("azerbaijan", "kazakhstan", "turkiye"):
        an_entry(secretary, instrument=treaty, participant=ParticipantFactory(slug=slug, iso2=None))
    calculations.recalculate(treaty, at=now)
    return treaty


def page(name, record) -> str:
    return reverse(f"agreements:{name}", args=[record.pk])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def send(client, name, told, *arguments, method="post", **headers):
    address = reverse(f"api:{name}", args=arguments)
    return getattr(client, method)(address, told, content_type="application/json", **headers)


# ── adoption ────────────────────────────────────────────────────────────────────────────────────
CONSENT = {
    "version": "0",
    "method": "consent",
    "on_date": "2026-10-10",
    "voting_rule": "two_thirds",
    "place": "Bishkek",
    "state-turkiye-how": "note",
    "state-turkiye-on_date": "2026-10-09",
    "state-turkiye-reference": "NV 7",
}


def test_an_adoption_is_recorded_and_shown(client, officer, secretary, text):
    sign_in(client, officer)
    recorded = client.post(page("adoption_edit", text), CONSENT)
    sign_in(client, secretary)

    client.post(page("adopt", text))

    shown = text_of(client.get(page("treaty", text)))
    text.refresh_from_db()
    assert (recorded.url, text.status) == (page("treaty", text), "adopted")
    assert ("Consent of all negotiating States" in shown, "NV 7" in shown) == (True, True)


def test_the_button_says_what_is_missing(client, secretary, text):
    sign_in(client, secretary)

    shown = text_of(client.get(text.get_absolute_url()))

    assert "not on record how the text was adopted" in shown


def test_a_vote_below_two_thirds_is_kept_and_refused(client, secretary, text):
    azerbaijan = ParticipantFactory(slug="azerbaijan")
    text.negotiating_states.add(azerbaijan)
    sign_in(client, secretary)
    told = {**CONSENT, "method": "conference_vote", "conference": "Bishkek 2026"}
    votes = {"state-turkiye-vote": "for", "state-azerbaijan-vote": "against"}

    client.post(page("adoption_edit", text), {**told, **votes})
    refused = client.post(page("adopt", text))

    assert (Adoption.objects.get().method, refused.status_code) == ("conference_vote", 409)
    assert "1 for and 1 against" in text_of(refused)


def test_what_is_wrong_comes_back_beside_its_field(client, officer, text):
    sign_in(client, officer)

    answer = client.post(
        page("adoption_edit", text), {**CONSENT, "method": "conference_vote", "conference": ""}
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["conference"])


def test_who_saves_the_adoption_second_sees_both(client, officer, text):
    on_record(text, state=text.negotiating_states.get())
    sign_in(client, officer)

    answer = client.post(page("adoption_edit", text), CONSENT)

    shown = {row.label: (row.now, row.yours) for row in answer.context["differences"]}
    assert (answer.status_code, shown["Place"]) == (409, ("", "Bishkek"))


def test_the_decision_of_a_meeting_is_chosen_and_linked(client, secretary, text):
    decision = DecisionFactory(status="adopted")
    sign_in(client, secretary)

    client.post(page("adoption_edit", text), {**CONSENT, "decision_id": str(decision.pk)})

    shown = client.get(page("treaty", text))
    assert shown.context["records"].decision.url == decision.get_absolute_url()


def test_an_authentication_is_recorded_and_shown(client, secretary, turkiye):
    text = InstrumentFactory(status="adopted")
    text.negotiating_states.add(turkiye)
    sign_in(client, secretary)
    told = {
        "version": "0",
        "procedure": "initialling",
        "document": "text",
        "on_date": "2026-10-10",
        "place": "Bishkek",
    }

    without = client.post(page("authentication_edit", text), told)
    refused = client.post(page("authenticate", text))
    told |= {"version": "1", "state-turkiye-signed_by": "The Minister"}
    client.post(page("authentication_edit", text), told)
    client.post(page("authenticate", text))

    text.refresh_from_db()
    assert (without.status_code, refused.status_code, text.status) == (302, 409, "authenticated")
    assert "The Minister" in text_of(client.get(page("treaty", text)))


def test_programs_record_and_correct_an_adoption(client, officer, text):
    sign_in(client, officer)
    told = {
        "instrument": str(text.pk),
        "method": "consent",
        "on_date": "2026-10-10",
        "acts": [{"participant": "turkiye", "how": "silence", "on_date": "2026-10-01"}],
    }

    made = send(client, "adoptions-list", told)
    key, tag = made.json()["id"], made.headers["ETag"]
    changed = send(
        client, "adoptions-detail", {"place": "Ankara"}, key, method="patch", HTTP_IF_MATCH=tag
    )
    stale = send(
        client, "adoptions-detail", {"place": "Baku"}, key, method="patch", HTTP_IF_MATCH=tag
    )

    assert (made.status_code, changed.status_code, stale.status_code) == (201, 200, 412)
    assert (changed.json()["place"], changed.json()["acts"][0]["how"]) == ("Ankara", "silence")


def test_a_program_that_names_a_stranger_is_told(client, officer, text):
    sign_in(client, officer)
    told = {
        "instrument": str(text.pk),
        "method": "consent",
        "on_date": "2026-10-10",
        "acts": [{"participant": "atlantis", "how": "note"}],
    }

    answer = send(client, "adoptions-list", told)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/acts")


def test_programs_record_an_authentication(client, officer, turkiye):
    text = InstrumentFactory(status="adopted")
    text.negotiating_states.add(turkiye)
    sign_in(client, officer)
    told = {
        "instrument": str(text.pk),
        "procedure": "signature",
        "on_date": "2026-10-10",
        "place": "Bishkek",
        "acts": [{"participant": "turkiye", "signed_by": "The Minister"}],
    }

    made = send(client, "authentications-list", told)

    assert (made.status_code, Authentication.objects.get().acts.count()) == (201, 1)


# ── waivers ─────────────────────────────────────────────────────────────────────────────────────
def test_a_waiver_is_entered_and_the_signature_says_so(client, secretary, turkiye):
    treaty = InstrumentFactory(status="open_for_signature")
    treaty.negotiating_states.add(turkiye)
    sign_in(client, secretary)
    told = {
        "participant": "turkiye",
        "holder": "The Minister",
        "office": "minister",
        "basis": "practice",
        "reason": "It was always so.",
    }
    signing = {
        "participant": "turkiye",
        "kind": "subject_to_ratification",
        "signed_by": "The Minister",
        "office": "minister",
        "signed_on_date": "2026-10-10",
        "place": "Bishkek",
    }

    client.post(page("waiver_new", treaty), told)
    client.post(page("signature_new", treaty), signing)

    shown = text_of(client.get(page("treaty", treaty)))
    assert FullPowersWaiver.objects.count() == 1
    assert "Full powers dispensed with (article 7, 1 b)" in shown


def test_the_reason_of_a_waiver_is_between_its_state_and_the_depositary(
    client, treaty, turkiye, editor_a, editor_b
):
    WaiverFactory(instrument=treaty, participant=turkiye)

    seen = {}
    for reader in (editor_a, editor_b):
        sign_in(client, reader)
        shown = text_of(client.get(page("treaty", treaty)))
        seen[reader] = "has led the delegation in every round" in shown

    assert seen == {editor_a: True, editor_b: False}


# ── annulments ──────────────────────────────────────────────────────────────────────────────────
def test_an_entry_is_annulled_by_two_heads(client, secretary, treaty, turkiye):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)
    second = UserFactory(participant=secretary.participant, role=Role.SECRETARIAT_HEAD)
    sign_in(client, secretary)
    proposed = client.post(page("annulment_new", entry), {"reason": "The day was wrong."})
    annulment = Annulment.objects.get()
    own = client.post(page("annulment_confirm", annulment))
    sign_in(client, second)

    client.post(page("annulment_confirm", annulment))

    client.logout()
    shown = text_of(client.get(page("treaty", treaty)))
    assert (proposed.status_code, own.status_code) == (302, 403)
    assert ("Annulled by entry 2" in shown, "Annuls entry 1" in shown) == (True, True)
    assert "The day was wrong." in shown


def test_whoever_is_not_fresh_confirms_before_an_annulment(client, secretary, treaty, turkiye):
    annulment = AnnulmentFactory(entry=an_entry(secretary, instrument=treaty, participant=turkiye))
    client.force_login(secretary)

    by_page = client.post(page("annulment_confirm", annulment))
    by_api = send(client, "annulments-confirm", {}, annulment.pk)

    assert by_page.url.startswith(reverse("account_reauthenticate"))
    assert (by_api.status_code, by_api.json()["code"]) == (403, "step_up_required")


def test_a_proposal_is_read_by_those_who_keep_the_ledger_alone(
    client, secretary, officer, editor_a, treaty, turkiye
):
    AnnulmentFactory(entry=an_entry(secretary, instrument=treaty, participant=turkiye))

    seen = {}
    for reader in (officer, editor_a):
        sign_in(client, reader)
        shown = text_of(client.get(page("treaty", treaty)))
        listed = client.get(reverse("api:annulments-list")).json()["results"]
        seen[reader] = ("Annulment of an entry" in shown, len(listed))

    assert seen == {officer: (True, 1), editor_a: (False, 0)}


# ── the map ─────────────────────────────────────────────────────────────────────────────────────
def test_the_map_and_its_table_tell_how_things_stand(client, met):
    ParticipantFactory(slug="uzbekistan", iso2="UZ", iso3="UZB")

    response = client.get(page("treaty", met))

    told = {row.name: row.mark.pattern for row in response.context["marks"]}
    assert told[ParticipantFactory._meta.model.objects.get(pk="uzbekistan").name] == "none"
    assert sorted(told.values()) == ["full", "full", "full", "none"]
    shown = text_of(response)
    assert ('class="map-legend"' in shown, "url(#map-none)" in shown) == (True, True)
    # In the table, in the legend, and twice at the one State of these that has a shape.
    assert shown.count("Party: in force for it") == 3 + 1 + 2


@pytest.mark.parametrize(
    ("day", "pattern", "deposits"),
    [("2026-10-20", "lines", 0), ("2026-10-21", "dots", 3), ("2026-11-20", "full", 3)],
)
def test_a_day_shows_what_was_known_by_then(client, met, day, pattern, deposits):
    for slug in ("azerbaijan", "kazakhstan", "turkiye"):
        SignatoryFactory(
            instrument=met,
            participant=ParticipantFactory(slug=slug),
            signed_on_date=date(2026, 10, 1),
        )

    response = client.get(page("treaty", met), {"as_of": day})

    assert {row.mark.pattern for row in response.context["marks"]} == {pattern}
    assert sum(row.deposit is not None for row in response.context["rows"]) == deposits


def test_a_day_that_is_none_comes_back(client, met):
    by_page = client.get(page("treaty", met), {"as_of": "soon"})
    by_csv = client.get(page("status_csv", met), {"as_of": "soon"})

    assert (by_page.status_code, list(by_page.context["as_of_form"].errors)) == (422, ["as_of"])
    assert by_csv.status_code == 400


def test_the_status_of_a_day_is_taken_away(client, met):
    told = client.get(page("status_json", met), {"as_of": "2026-10-20"}).json()

    assert (told["as_of"], told["states"], told["entry_into_force"]["date"]) == (
        "2026-10-20",
        [],
        None,
    )


def test_an_annulled_deposit_is_on_no_day(client, met, secretary):
    entry = met.ledger.get(number=1)
    met.ledger.create(
        instrument=met, number=9, kind="annulment", participant=entry.participant,
        acted_on_date=date(2026, 11, 1), annuls=entry, body='{"details":{"reason":"Wrong."}}',
        digest="d", created_at=entry.created_at,
    )  # fmt: skip

    rows = client.get(page("treaty", met), {"as_of": "2026-10-25"}).context["rows"]

    assert sorted(row.participant.pk for row in rows) == ["kazakhstan", "turkiye"]


def test_who_withdrew_is_no_party_any_more(client, met, secretary, now):
    an_entry(
        secretary,
        instrument=met,
        kind="withdrawal",
        participant=ParticipantFactory(slug="turkiye"),
        effective=date(2026, 11, 25),
    )
    calculations.recalculate(met, at=now)

    rows = client.get(page("treaty", met)).context["rows"]
    turkiye = next(row for row in rows if row.participant.pk == "turkiye")

    assert standing_of(turkiye, date(2026, 11, 24)) == Standing.IN_FORCE
    assert standing_of(turkiye, date(2026, 11, 25)) == Standing.NOTHING


# ── the form of the rule ────────────────────────────────────────────────────────────────────────
NTH = {
    "version": "0",
    "rule_kind": "nth_deposit_days",
    "clause": "Article 20",
    "accession": "open",
    "signature_terms": "indefinitely",
    "n": "3",
    "delay_count": "30",
    "delay_unit": "days",
    "counts": ["ratification", "acceptance"],
    "required_states": ["turkiye"],
    "later_unit": "days",
    "later_count": "30",
}


def test_a_rule_is_entered_by_its_fields(client, secretary, treaty):
    sign_in(client, secretary)

    answer = client.post(page("final_clauses_edit", treaty), NTH)

    clauses = FinalClauses.objects.get()
    assert (answer.status_code, clauses.signature_terms) == (302, "indefinitely")
    assert clauses.rule == {
        "kind": "nth_deposit_days",
        "n": 3,
        "days": 30,
        "counts": ["ratification", "acceptance"],
        "required_states": ["turkiye"],
        "per_state_after": 30,
    }


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        (
            {"rule_kind": "all_signatories_days", "delay_count": "2", "delay_unit": "months"},
            {"kind": "all_signatories_days", "months": 2, "counts": ["ratification"]},
        ),
        (
            {"rule_kind": "first_of_nth_month", "months": "4", "n": "5"},
            {"kind": "first_of_nth_month", "months": 4, "n": 5, "counts": ["ratification"]},
        ),
        (
            {"rule_kind": "last_notification", "later_unit": "first_of_month", "later_count": "2"},
            {
                "kind": "last_notification",
                "counts": ["ratification"],
                "per_state_after": {"first_of_month": 2},
            },
        ),
        (
            {"rule_kind": "fixed_date", "date": "2027-01-01"},
            {"kind": "fixed_date", "date": "2027-01-01"},
        ),
        ({"rule_kind": "none"}, None),
        ({"rule_kind": "json", "rule": json.dumps(THREE)}, THREE),
    ],
)
def test_each_kind_of_rule_has_its_fields(client, secretary, treaty, told, rule):
    sign_in(client, secretary)
    common = {"version": "0", "accession": "closed", "counts": ["ratification"]}

    entered = client.post(page("final_clauses_edit", treaty), {**common, **told})
    shown = client.get(page("final_clauses_edit", treaty)).context["form"]

    assert (entered.status_code, FinalClauses.objects.get().rule) == (302, rule)
    # What was entered by fields is shown in the same fields.
    assert shown.kind == {"json": "nth_deposit_days"}.get(told["rule_kind"], told["rule_kind"])


def test_a_combination_is_shown_as_json(client, secretary, treaty):
    rule = {"kind": "any_of", "rules": [THREE, {"kind": "fixed_date", "date": "2027-01-01"}]}
    FinalClausesFactory(instrument=treaty, rule=rule)
    sign_in(client, secretary)

    response = client.get(page("final_clauses_edit", treaty))

    assert (response.context["form"].kind, "The earliest of" in text_of(response)) == ("json", True)


def test_the_sentence_is_shown_before_anything_is_kept(client, secretary, treaty):
    sign_in(client, secretary)

    response = client.post(page("final_clauses_edit", treaty), {**NTH, "preview": "yes"})

    assert (response.status_code, FinalClauses.objects.count()) == (200, 0)
    assert response.context["sentence"].startswith("30 days after deposit no. 3")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"n": ""}, "n"),
        ({"counts": []}, "counts"),
        ({"delay_unit": "months", "delay_count": "200"}, "delay_count"),
        ({"later_unit": "months", "later_count": "200"}, "later_count"),
        # Left out of the rule a State that consents later would be bound at once.
        ({"later_count": ""}, "later_count"),
    ],
)
def test_what_is_wrong_with_a_rule_stands_at_its_field(client, secretary, treaty, told, field):
    sign_in(client, secretary)

    answer = client.post(page("final_clauses_edit", treaty), {**NTH, **told})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_what_if_without_a_rule_leads_to_the_form(client, secretary, officer, treaty):
    seen = {}
    for reader in (secretary, officer):
        sign_in(client, reader)
        shown = text_of(client.get(page("what_if", treaty)))
        seen[reader] = page("final_clauses_edit", treaty) in shown

    assert seen == {secretary: True, officer: False}


# ── notifications ───────────────────────────────────────────────────────────────────────────────
def test_the_page_of_a_notification_has_the_language_of_the_reader_s_state_first(
    client, secretary, editor_a, treaty, turkiye
):
    type(turkiye).objects.filter(pk=turkiye.pk).update(languages=["tr"])
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)
    sign_in(client, secretary)
    told = {"text_en": "Deposited.", "text_tr": "Tevdi edildi.", "text_az": "Saxlanıldı."}
    client.post(page("ledger_entry_notify", entry), told)
    sign_in(client, editor_a)

    response = client.get(entry.notification.get_absolute_url())

    assert [one["code"] for one in response.context["texts"]] == ["tr", "en", "az"]


def test_an_observer_that_signed_reads_the_notification_without_a_way_to_the_treaty(
    client, secretary, observer
):
    treaty = InstrumentFactory(status="open_for_signature")
    SignatureFactory(instrument=treaty, participant=observer.participant)
    notification = a_notification(
        secretary, instrument=treaty, participant=observer.participant, kind="signature"
    )
    sign_in(client, observer)

    response = client.get(notification.get_absolute_url())

    assert (response.status_code, response.context["way"]) == (200, [])
    assert client.get(page("treaty", treaty)).status_code == 404


@pytest.mark.parametrize(("role", "reads"), [("reader", 0), ("editor", 1), ("head", 1)])
def test_who_keeps_no_ledger_reads_no_proposed_annulment(client, turkiye, secretary, role, reads):
    treaty = InstrumentFactory(status="signed", depositary=turkiye)
    AnnulmentFactory(entry=an_entry(secretary, instrument=treaty))
    sign_in(client, UserFactory(participant=turkiye, role=role))

    told = client.get("/api/v1/ledger-annulments/").json()

    assert len(told["results"]) == reads


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_others(client, met, day):
    pages = ("treaty", "status_csv", "status_json")
    found = [client.get(page(name, met), {"as_of": day}).status_code for name in pages]
    what_if = client.get(page("what_if", met), {"participant": "turkiye", "on": day})

    assert (found, what_if.status_code) == ([200, 200, 200], 200)

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents.models import ExternalReference, Feed, FeedItem, Incident
from incidents.portal.feeds import _proposals
from incidents.services import feed_items as services
from tests.factories.feeds import FeedFactory, feed_item, sighting, taken_back
from tests.factories.incidents import ONSET, IncidentFactory

LIST, FEEDS = "/incidents/feed-items/", "/incidents/feeds/"


@pytest.fixture
def as_editor(client, editor_a):
    client.force_login(editor_a)
    return client


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


def page(name, record):
    return reverse(f"incidents:{name}", args=[record.pk])


# ── what the feeds say ──────────────────────────────────────────────────────────────────────────


def test_the_list_shows_new_proposals_first_of_all(as_editor):
    feed_item(title="Shaking near Elbistan")
    feed_item(value="EQ2", title="Put away", status="dismissed")

    shown = as_editor.get(LIST).content.decode()

    assert ("Shaking near Elbistan" in shown, "Put away" in shown) == (True, False)


def test_the_list_finds_what_was_dismissed_by_its_status(as_editor):
    feed_item(value="EQ2", title="Put away", status="dismissed")

    assert b"Put away" in as_editor.get(LIST, {"status": "dismissed"}).content


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"q": "elbistan"}, True),
        ({"q": "EQ1"}, True),
        ({"q": "%"}, False),
        ({"country": "TR"}, True),
        ({"country": "AZ"}, False),
        ({"level": "orange"}, True),
        ({"level": "red"}, False),
        ({"hazard": "GH0101"}, True),
        ({"hazard": "MH0600"}, False),
    ],
)
def test_the_list_is_narrowed_by_its_address(as_editor, azerbaijan, asked, is_found):
    feed_item()

    assert bool(as_editor.get(LIST, asked).context["rows"]) == is_found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_constant_number_of_questions(as_editor, count, django_assert_num_queries):
    for number in range(count):
        feed_item(value=f"EQ{number}")
    as_editor.get(LIST)

    with django_assert_num_queries(7):
        as_editor.get(LIST)


def test_the_page_of_a_proposal_says_how_the_level_moved(as_editor):
    feed_item()
    for hours, level in enumerate(["red", "red", "green"], start=1):
        moment = ONSET.replace(hour=8 + hours)
        services.take_in(
            sighting(version_at=moment, alert_level=level, digest=f"{hours}" * 60), at=moment
        )

    shown = as_editor.get(page("feed_item_detail", FeedItem.objects.get())).content.decode()

    places = [
        shown.index(words)
        for words in ("Lowered from Red to Green", "Still Red", "Raised from Orange to Red")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_proposal_takes_a_constant_number_of_questions(
    as_editor, editor_a, count, django_assert_num_queries
):
    item = feed_item()
    for number in range(count):
        IncidentFactory(participant=editor_a.participant, status="reported")
        moment = ONSET.replace(hour=9 + number)
        services.take_in(sighting(version_at=moment, digest=f"{number}" * 60), at=moment)
    as_editor.get(page("feed_item_detail", item))

    with django_assert_num_queries(7):
        as_editor.get(page("feed_item_detail", item))


def test_what_a_source_says_is_shown_as_text_and_never_as_markup(as_editor):
    item = feed_item(title="<script>alert(1)</script>", facts={"severity": "<b>bad</b>"})

    shown = as_editor.get(page("feed_item_detail", item)).content

    assert (b"<script>alert(1)" in shown, b"<b>bad" in shown) == (False, False)
    assert b"&lt;b&gt;bad" in shown


def test_take_up_leads_to_the_draft(as_editor):
    answer = as_editor.post(page("feed_item_take_up", feed_item()), {"incident": ""})

    incident = Incident.objects.get()
    assert (answer.status_code, answer["Location"], incident.status) == (
        302,
        incident.get_absolute_url(),
        "draft",
    )


def test_take_up_offers_the_incidents_that_may_be_the_same(as_editor, editor_a, azerbaijan):
    own = IncidentFactory(participant=editor_a.participant, status="reported")
    IncidentFactory(participant=azerbaijan, status="reported")
    IncidentFactory(participant=editor_a.participant, status="reported", hazard="MH0600")
    IncidentFactory(participant=editor_a.participant, status="closed")
    IncidentFactory(participant=editor_a.participant, status="reported", is_exercise=True)
    item = feed_item()

    form = as_editor.get(page("feed_item_take_up", item)).context["form"]
    as_editor.post(page("feed_item_take_up", item), {"incident": str(own.pk)})

    assert [str(value) for value, _label in form.fields["incident"].choices] == ["", str(own.pk)]
    assert (Incident.objects.count(), FeedItem.objects.get().incident) == (5, own)


def test_take_up_offers_first_what_has_the_name_already(as_editor, editor_a):
    IncidentFactory(participant=editor_a.participant, status="reported")
    long_ago = IncidentFactory(
        participant=editor_a.participant, status="reported", onset_at=ONSET.replace(year=2025)
    )
    ExternalReference.objects.create(
        incident=long_ago, participant=editor_a.participant, scheme="gdacs", value="EQ1"
    )

    form = as_editor.get(page("feed_item_take_up", feed_item())).context["form"]

    assert [str(value) for value, _label in form.fields["incident"].choices][1] == str(long_ago.pk)
    assert len(form.fields["incident"].choices) == 3


@pytest.mark.parametrize("value", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_take_up_into_an_incident_that_was_not_offered_says_so(as_editor, value):
    answer = as_editor.post(page("feed_item_take_up", feed_item()), {"incident": value})

    assert (answer.status_code, FeedItem.objects.get().status) == (422, "new")


def test_take_up_of_a_name_the_portal_knows_leads_to_the_incident(as_editor, editor_a):
    item = feed_item()
    services.take_up(item, by=editor_a, at=ONSET)
    FeedItem.objects.update(status="dismissed", incident=None)

    answer = as_editor.post(page("feed_item_take_up", item), {"incident": ""})

    assert (answer.status_code, Incident.objects.count()) == (409, 1)
    assert b"in the portal already" in answer.content


def test_take_up_twice_shows_how_things_stand(as_editor):
    item = feed_item(status="taken_up")

    assert as_editor.get(page("feed_item_take_up", item)).status_code == 409


def test_dismiss_asks_why(as_editor):
    item = feed_item()

    empty = as_editor.post(page("feed_item_dismiss", item), {"reason": ""})
    told = as_editor.post(page("feed_item_dismiss", item), {"reason": "Nothing was felt."})

    assert (empty.status_code, told.status_code) == (422, 302)
    assert b"Nothing was felt." in as_editor.get(page("feed_item_detail", item)).content


def test_others_do_not_learn_of_the_draft_it_became(client, editor_a, editor_b):
    item = services.take_up(feed_item(), by=editor_a, at=ONSET)
    client.force_login(editor_b)

    shown = client.get(page("feed_item_detail", item))

    assert str(Incident.objects.get().pk).encode() not in shown.content
    assert "Götürülüb".encode() in shown.content  # taken up, in the reader's language


# ── what its source has withdrawn ───────────────────────────────────────────────────────────────

LATER = ONSET + timedelta(hours=2)
WITHDRAWN = "Withdrawn by its source"


def text(answer):
    return " ".join(answer.content.decode().split())


def test_what_is_withdrawn_is_not_among_the_new_ones_and_is_found_by_its_status(
    as_editor, editor_a
):
    feed_item(title="Shaking near Elbistan")
    taken_back(at=LATER)

    first = as_editor.get(LIST)
    found = as_editor.get(LIST, {"status": "withdrawn"})

    assert (first.context["rows"], first.context["markers"], _proposals(editor_a)) == ([], [], [])
    (row,) = found.context["rows"]
    assert (row.title, row.status, row.is_withdrawn) == ("Shaking near Elbistan", "", True)
    assert f"{WITHDRAWN}</span> </div>" in text(found)


def test_the_list_says_what_became_of_it_besides(as_editor, editor_a):
    services.take_up(feed_item(), by=editor_a, at=ONSET)
    taken_back(at=LATER)

    (row,) = as_editor.get(LIST, {"status": "taken_up"}).context["rows"]

    assert (row.status, row.is_withdrawn, row.level_tone) == ("Taken up", True, "neutral")


def test_the_page_says_that_it_is_withdrawn_and_what_was_said_before(as_editor):
    item = feed_item()
    taken_back(at=LATER)

    answer = as_editor.get(page("feed_item_detail", item))

    shown = text(answer)
    assert "GDACS EQ1 was withdrawn by its source on" in shown
    assert "Nothing is made of it any more" in shown
    assert ("What was said last" in shown, "What is said now" in shown) == (True, False)
    assert "Magnitude 6.1M, Depth:10km" in shown
    assert ("Take up…" in shown, "Dismiss…" in shown) == (False, False)
    assert [line.title for line in answer.context["history"]] == [WITHDRAWN, "Orange"]
    assert answer.context["said_at"] == ONSET


def test_the_page_says_that_it_is_reported_again(as_editor):
    item = feed_item()
    taken_back(at=LATER)
    again = LATER + timedelta(hours=1)
    services.take_in(sighting(version_at=again, alert_level="red"), at=again)

    answer = as_editor.get(page("feed_item_detail", item))

    titles = [line.title for line in answer.context["history"]]
    assert titles == ["Reported again: Red", WITHDRAWN, "Orange"]
    assert ("Take up…" in text(answer), "was withdrawn by its source on" in text(answer)) == (
        True,
        False,
    )


@pytest.mark.parametrize("verb", ["take_up", "dismiss"])
def test_a_step_on_what_is_withdrawn_shows_how_things_stand(as_editor, verb):
    item = feed_item()
    taken_back(at=LATER)

    answers = [as_editor.get(page(f"feed_item_{verb}", item)),
               as_editor.post(page(f"feed_item_{verb}", item), {"incident": "", "reason": "x"})]  # fmt: skip

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Its source has withdrawn this" in text(answers[1])
    assert (Incident.objects.exists(), FeedItem.objects.get().status) == (False, "new")


def test_the_page_of_the_incident_says_that_the_source_has_withdrawn_it(as_editor, editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=ONSET)
    taken_back(at=LATER)

    answer = as_editor.get(item.incident.get_absolute_url())

    shown = text(answer)
    assert answer.context["references"]["withdrawn"] == "GDACS EQ1"
    assert shown.count(WITHDRAWN) == 2  # at the head of the page, and beside the name
    assert "The incident stays as it is until a person changes it." in shown


def test_the_page_of_a_closed_incident_says_it_beside_the_name_only(as_editor, editor_a):
    own = IncidentFactory(participant=editor_a.participant, status="reported")
    services.take_up(feed_item(), by=editor_a, at=ONSET, incident=own.pk)
    taken_back(at=LATER)
    Incident.objects.update(status="closed")

    shown = text(as_editor.get(own.get_absolute_url()))

    assert shown.count(WITHDRAWN) == 1
    assert "until a person changes it" not in shown


def test_the_page_of_the_proposal_says_that_its_incident_stays(as_editor, editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=ONSET)
    taken_back(at=LATER)

    shown = text(as_editor.get(page("feed_item_detail", item)))

    assert "An incident that was made of it stays as it is until a person changes it." in shown


# ── the feeds themselves ────────────────────────────────────────────────────────────────────────


def test_the_administrator_adds_a_feed(as_administrator):
    form = {
        "name": "GDACS", "scheme": "gdacs", "address": "https://feeds.example/rss", "every_minutes": "5",
    }  # fmt: skip

    answer = as_administrator.post(f"{FEEDS}new/", form)

    assert (answer.status_code, Feed.objects.get().name) == (302, "GDACS")


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "javascript:alert(1)"},
        {"address": "ftp://feeds.example/"},
        {"address": "x"},
        {"scheme": "morse"},
        {"every_minutes": "0"},
        {"every_minutes": "99999999999999999999"},
        {"name": ""},
        {"name": "a\u202eb"},
    ],
)
def test_an_impossible_feed_is_refused_beside_its_field(as_administrator, changes):
    form = {
        "name": "GDACS", "scheme": "gdacs", "address": "https://feeds.example/rss", "every_minutes": "5", **changes,
    }  # fmt: skip

    answer = as_administrator.post(f"{FEEDS}new/", form)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(changes))


def test_a_feed_that_is_asked_already_is_refused(as_administrator):
    form = {
        "name": "Twice",
        "scheme": "gdacs",
        "address": FeedFactory().address,
        "every_minutes": "5",
    }

    assert as_administrator.post(f"{FEEDS}new/", form).status_code == 422


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "Not asked yet"),
        ({"is_active": False}, "Paused"),
        ({"failures_count": 2, "failure": "feeds.example cannot be reached."}, "Does not answer"),
        ({"answered_at": ONSET}, "Late"),
    ],
)
def test_the_page_says_how_each_feed_fares(as_administrator, values, word):
    FeedFactory(**values)

    shown = as_administrator.get(FEEDS).content.decode()

    assert word in shown
    assert values.get("failure", "") in shown


def test_pause_and_resume_switch_the_feed(as_administrator):
    feed = FeedFactory()

    as_administrator.post(page("feed_pause", feed))
    feed.refresh_from_db()
    was_paused = not feed.is_active
    as_administrator.post(page("feed_resume", feed))
    feed.refresh_from_db()

    assert (was_paused, feed.is_active) == (True, True)


def test_the_secretariat_reads_and_changes_nothing(client, secretary):
    client.force_login(secretary)

    shown = client.get(FEEDS)
    refused = client.post(page("feed_pause", FeedFactory()))

    assert (shown.status_code, refused.status_code) == (200, 403)
    assert b"Ask a further feed" not in shown.content


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_feeds_takes_a_constant_number_of_questions(
    as_administrator, count, django_assert_num_queries
):
    FeedFactory.create_batch(count)
    as_administrator.get(FEEDS)

    with django_assert_num_queries(6):
        as_administrator.get(FEEDS)

import pytest
from django.utils import timezone, translation

from ots_portal.audit.models import AuditEntry
from tests.factories.sessions import sign_in, with_second_factor

SETTINGS = "/people/settings/"


@pytest.fixture
def signed_in(client, editor_a):
    client.force_login(editor_a)
    return client


def test_page_says_who_one_is_here(signed_in, editor_a):
    page = signed_in.get(SETTINGS).content.decode()

    assert all(word in page for word in ("Editor of A", editor_a.email, "Türkiye", "Editor"))


def test_page_of_the_factors_says_that_there_is_one(signed_in, editor_a):
    before = signed_in.get("/accounts/2fa/").content.decode()
    with_second_factor(editor_a)
    sign_in(signed_in, editor_a)

    after = signed_in.get("/accounts/2fa/").content.decode()

    assert ("Not set up" in before, "Move to another phone" in before) == (True, False)
    assert ("Not set up" in after, "Move to another phone" in after) == (False, True)


def test_choice_is_effective_on_the_very_next_page(signed_in):
    signed_in.post(SETTINGS, {"language": "tr", "time_zone": "Asia/Baku"})

    answer = signed_in.get(SETTINGS)

    assert answer["Content-Language"] == "tr"
    assert "Asia/Baku (UTC+4)" in answer.content.decode()


def test_choice_is_written_down_once(signed_in, editor_a):
    signed_in.post(SETTINGS, {"language": "tr", "time_zone": "UTC"})
    signed_in.post(SETTINGS, {"language": "tr", "time_zone": "UTC"})

    entries = AuditEntry.objects.values_list("kind", "subject_id", "participant")
    assert list(entries) == [("people.user.settings_changed", str(editor_a.pk), "turkiye")]
    assert AuditEntry.objects.get().data == {
        "changes": {"language": {"before": "en", "after": "tr"}}
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "xx"},
        {"time_zone": "Mars/Base"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "Europe/Istanbul\x00"},
        {"language": "", "time_zone": ""},
        {"time_zone": ""},
    ],
)
def test_wrong_choice_is_refused_and_nothing_is_stored(signed_in, editor_a, wrong):
    answer = signed_in.post(SETTINGS, {"language": "tr", "time_zone": "Asia/Baku", **wrong})

    editor_a.refresh_from_db()
    assert (answer.status_code, editor_a.language, editor_a.time_zone) == (422, "en", "UTC")


def test_empty_form_is_refused(signed_in):
    answer = signed_in.post(SETTINGS)

    assert (answer.status_code, "This field is required." in answer.content.decode()) == (422, True)


def test_language_that_is_not_offered_cannot_be_chosen(signed_in, settings):
    settings.PORTAL_LANGUAGES_OFFERED = ["en", "tr"]

    assert signed_in.post(SETTINGS, {"language": "az", "time_zone": "UTC"}).status_code == 422


def test_nobody_changes_anything_but_the_own_two_settings(signed_in, editor_a):
    signed_in.post(
        SETTINGS,
        {"language": "en", "time_zone": "Asia/Baku", "role": "head", "participant": "azerbaijan"},
    )

    editor_a.refresh_from_db()
    assert (editor_a.role, editor_a.participant_id, editor_a.time_zone) == (
        "editor",
        "turkiye",
        "Asia/Baku",
    )


def test_zones_stand_with_their_offset_by_area(signed_in):
    page = signed_in.get(SETTINGS).content.decode()

    assert '<optgroup label="Asia">' in page
    assert '<option value="Asia/Baku">Baku (UTC+4)</option>' in page


def test_zone_the_list_lacks_is_kept(signed_in, editor_a):
    editor_a.time_zone = "Etc/GMT-3"
    editor_a.save()

    page = signed_in.get(SETTINGS).content.decode()

    assert '<option value="Etc/GMT-3" selected>' in page


def test_visitor_is_sent_to_sign_in(client):
    assert client.get(SETTINGS)["Location"] == "/accounts/login/?next=/people/settings/"


# ── what the middleware makes of it ─────────────────────────────────────────────────────────────


def test_persons_language_wins_over_the_browsers(signed_in, editor_a):
    editor_a.language = "az"
    editor_a.save()

    answer = signed_in.get(SETTINGS, headers={"accept-language": "tr"})

    assert answer["Content-Language"] == "az"


def test_visitor_reads_in_the_browsers_language_and_in_utc(client):
    answer = client.get("/", headers={"accept-language": "tr,en;q=0.5"})

    assert (answer["Content-Language"], "UTC</span>" in answer.content.decode()) == (
        "tr",
        True,
    )


def test_visitor_gets_no_language_that_is_not_offered(client, settings):
    settings.PORTAL_LANGUAGES_OFFERED = ["en"]

    assert client.get("/", headers={"accept-language": "tr"})["Content-Language"] == "en"


def test_nothing_of_a_person_is_left_for_the_next_request(client, signed_in, editor_a):
    editor_a.language, editor_a.time_zone = "tr", "Asia/Baku"
    editor_a.save()

    signed_in.get(SETTINGS)

    assert (translation.get_language(), timezone.get_current_timezone_name()) == ("en", "UTC")


def test_pages_of_a_session_stay_out_of_caches(signed_in):
    assert signed_in.get(SETTINGS)["Cache-Control"] == "no-store, private"


def test_public_page_sets_no_cookie(client):
    answer = client.get("/")

    assert (answer.status_code, dict(answer.cookies)) == (200, {})

"""Which language is written: never another than the one whose words were sent."""

import pytest
from django.urls import reverse

from meetings.models import MinutesParagraph
from tests.factories.meetings import MeetingFactory, MinutesFactory


@pytest.fixture
def minutes():
    meeting = MeetingFactory(status="adjourned", working_languages=["en", "kk"])
    return MinutesFactory(meeting=meeting, status="draft")


def paragraph(minutes, **texts):
    return MinutesParagraph.objects.create(
        minutes=minutes, position=1, texts=texts, written_by=minutes.prepared_by
    )


@pytest.mark.parametrize("page", ["minutes_edit", "minutes_translate"])
def test_words_of_a_language_that_is_none_any_more_go_over_no_other(client, minutes, officer, page):
    one = paragraph(minutes, en="The meeting opened.")
    minutes.meeting.working_languages = ["en"]
    minutes.meeting.save()
    client.force_login(officer)

    answer = client.post(
        f"{reverse(f'meetings:{page}', args=[minutes.pk])}?language=kk",
        {f"text_{one.pk.hex}": "Жиналыс ашылды.", "version": minutes.version},
    )

    one.refresh_from_db()
    assert (answer.status_code, one.texts) == (404, {"en": "The meeting opened."})


def test_what_is_written_in_a_language_can_be_opened_though_it_is_no_working_language(
    client, minutes, officer
):
    paragraph(minutes, en="The meeting opened.", kk="Жиналыс ашылды.")
    minutes.meeting.working_languages = ["en"]
    minutes.meeting.save()
    client.force_login(officer)

    page = client.get(f"{reverse('meetings:minutes_edit', args=[minutes.pk])}?language=kk")

    assert "Жиналыс ашылды." in page.content.decode()

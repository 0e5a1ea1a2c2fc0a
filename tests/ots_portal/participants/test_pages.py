import pytest
from django.contrib.auth.models import AnonymousUser

from ots_portal import plugs
from ots_portal.participants.models import Participant
from tests.factories.people import ParticipantFactory

LIST = "/participants/"
SLUGS = ["azerbaijan", "kazakhstan", "kyrgyzstan", "turkiye", "uzbekistan",
         "hungary", "turkmenistan", "trnc", "eco", "secretariat"]  # fmt: skip


def _words(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize("path", [LIST, *(f"{LIST}{slug}/" for slug in SLUGS)])
def test_public_pages_set_no_cookie(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.cookies.output()) == (200, "")


@pytest.mark.usefixtures("reference_data")
def test_list_names_everybody_and_their_authorities(client):
    page = _words(client.get(LIST))

    wanted = [
        *(f'href="/participants/{slug}/"' for slug in SLUGS),
        "Ministry of Interior of the Republic of Türkiye",
        "(AFAD)",
        "No single number",
        "Turkish Republic of Northern Cyprus",
    ]
    assert [words for words in wanted if words not in page] == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_four_questions_however_many_take_part(client, count, django_assert_num_queries):
    for slug in SLUGS[:count]:
        ParticipantFactory(slug=slug)

    with django_assert_num_queries(4):
        answer = client.get(LIST)

    assert answer.content.count(b'scope="row"') == count


def test_list_says_that_nobody_has_been_entered(client):
    assert "No participant has been entered yet." in _words(client.get(LIST))


@pytest.mark.usefixtures("reference_data")
def test_detail_tells_the_authority_that_binds_from_the_one_that_acts(client):
    page = _words(client.get("/participants/turkiye/"))

    competent, agency = page.index("Ministry of Interior of the Republic"), page.index("(AFAD)")
    assert page.index("Competent authority") < competent < page.index("Operational agency") < agency


@pytest.mark.usefixtures("reference_data")
def test_detail_marks_what_no_source_confirms(client):
    page = _words(client.get("/participants/turkmenistan/"))
    numbers = page[page.index('id="numbers"') : page.index("</table>")]

    assert "No single number for all emergencies is known." in numbers
    assert (numbers.count("Not confirmed"), numbers.count("Single source")) == (4, 1)
    assert numbers.count("31 May 2026") == 5


@pytest.mark.usefixtures("reference_data")
def test_detail_names_the_sources_of_a_number(client):
    assert 'href="https://report.az/' in _words(client.get("/participants/azerbaijan/"))


@pytest.mark.usefixtures("reference_data")
def test_pages_speak_the_readers_language(client):
    client.cookies["django_language"] = "tr"

    page = _words(client.get(LIST))

    assert [">Özbekistan</a>" in page, ">Uzbekistan</a>" in page] == [True, False]


def test_a_participant_that_does_not_exist_is_not_found(client):
    answers = [client.get(f"/participants/{slug}/").status_code for slug in ("cyprus", "CY", "a-b")]

    assert answers == [404, 404, 404]


def test_pages_are_for_reading_only(client):
    assert client.post(LIST).status_code == 405


@pytest.mark.usefixtures("reference_data")
def test_visitors_find_the_members_on_the_front_page_and_signed_in_people_do_not(editor_a):
    card = next(card for card in plugs.cards if card.more_url_name == "participants:list")

    titles = [line.title for line in card.lines(AnonymousUser())]
    assert titles == ["Azerbaijan", "Kazakhstan", "Kyrgyzstan", "Türkiye", "Uzbekistan"]
    assert (card.visible(AnonymousUser()), card.visible(editor_a)) == (True, False)


def test_menu_leads_to_the_participants():
    entry = next(entry for entry in plugs.menu if entry.url_name == "participants:list")

    assert (str(entry.title), entry.position) == ("Participants", 40)


def test_a_participant_without_a_name_is_called_by_its_slug():
    assert str(Participant(slug="somewhere", names={})) == "somewhere"

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from agreements.models import Comment
from agreements.queries import comments as queries
from agreements.services import comments as services
from agreements.services import instruments
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications.models import Delivery
from ots_portal.oversight import queries as oversight
from ots_portal.verdicts import Refused
from tests.factories.positions import CommentFactory

SECRET = "Our red line is thirty minutes."


@pytest.fixture
def draft(article, editor_a, now):
    return services.comment(article, text=SECRET, by=editor_a, at=now)


@pytest.fixture
def sent(draft, editor_a, now):
    return services.send(draft, by=editor_a, at=now)


EVERYBODY = (
    "reader_a", "machine_a", "head_a", "editor_b", "head_b", "machine_b", "officer", "secretary",
    "administrator", "auditor", "observer",
)  # fmt: skip


def readers(request):
    return {who for who in EVERYBODY if queries.visible_to(request.getfixturevalue(who)).exists()}


OWN = {"reader_a", "machine_a", "head_a"}


def test_a_draft_and_what_is_sent_stay_in_the_delegations_room(request, draft, editor_a, now):
    before = readers(request)

    services.send(draft, by=editor_a, at=now)

    assert (before, readers(request)) == (OWN, OWN)


@pytest.mark.parametrize(
    ("scope", "more"),
    [
        ("chair", {"officer", "secretary"}),
        ("all", {"officer", "secretary", "editor_b", "head_b", "machine_b"}),
    ],
)
def test_the_head_releases_it(request, sent, head_a, now, scope, more):
    services.release(sent, scope=scope, by=head_a, at=now)

    assert readers(request) == OWN | more


def test_a_delegation_that_presides_reads_what_the_chair_is_told(
    request, protocol, sent, head_a, secretary, azerbaijan, now
):
    instruments.name_chair(protocol, participant=azerbaijan, by=secretary, at=now)

    services.release(sent, scope="chair", by=head_a, at=now)

    assert readers(request) == OWN | {"editor_b", "head_b", "machine_b"}


@pytest.mark.parametrize("who", ["editor_a", "head_b", "secretary"])
def test_nobody_else_releases_it(request, sent, who, now):
    with pytest.raises(Refused):
        services.release(sent, scope="all", by=request.getfixturevalue(who), at=now)

    sent.refresh_from_db()
    assert sent.scope == "own"


def test_a_draft_and_an_instruction_are_not_released(article, draft, head_a, now):
    instruction = services.comment(
        article, text="Do not yield.", kind="instruction", by=head_a, at=now
    )
    services.send(instruction, by=head_a, at=now)

    with pytest.raises(WrongStatus, match="It is a draft"):
        services.release(draft, scope="all", by=head_a, at=now)
    with pytest.raises(Refused, match="stays in the delegation"):
        services.release(instruction, scope="all", by=head_a, at=now)


def test_what_is_released_is_not_taken_back(sent, head_a, now):
    services.release(sent, scope="all", by=head_a, at=now)

    for scope in ("chair", "all"):
        with pytest.raises(WrongStatus, match="released to them already"):
            services.release(sent, scope=scope, by=head_a, at=now)
    with pytest.raises(ValidationError):
        services.release(sent, scope="own", by=head_a, at=now)


def test_a_draft_is_written_anew_and_what_was_sent_is_not(draft, editor_a, second_editor_a, now):
    services.update_comment(draft, text="Forty minutes.", version=1, by=editor_a, at=now)
    with pytest.raises(StaleVersion):
        services.update_comment(draft, text="Fifty.", version=1, by=second_editor_a, at=now)
    services.send(draft, by=editor_a, at=now)
    with pytest.raises(WrongStatus):
        services.update_comment(draft, text="Sixty.", version=3, by=editor_a, at=now)

    assert Comment.objects.get().text == "Forty minutes."


def test_the_audit_keeps_no_word_of_it_and_is_read_by_the_own_head(
    sent, head_a, head_b, secretary, auditor
):
    entries = AuditEntry.objects.filter(subject_type="agreements.comment")
    assert not any(SECRET in entry.body for entry in entries)

    found = {
        user.full_name: oversight.visible_to(user).filter(pk__in=entries).count()
        for user in (head_a, head_b, secretary, auditor)
    }
    assert found == {
        head_a.full_name: 2,
        head_b.full_name: 0,
        secretary.full_name: 0,
        auditor.full_name: 0,
    }


def test_no_page_of_others_holds_a_word_of_it(client, request, sent, protocol, article):
    pages = [
        reverse("agreements:text", args=[protocol.pk]),
        reverse("agreements:detail", args=[protocol.pk]),
        reverse("agreements:matrix", args=[protocol.pk]),
        reverse("agreements:position_list", args=[article.pk]),
        reverse("api:comments-list"),
    ]
    own, others = [], []
    for who in ("reader_a", "editor_b", "officer", "secretary"):
        client.force_login(request.getfixturevalue(who))
        shown = [SECRET in client.get(page).content.decode() for page in pages]
        (own if who == "reader_a" else others).append(any(shown))

    assert (own, others) == ([True], [False, False, False])


def test_no_message_goes_out_while_it_stays_in_the_room(sent):
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("editor_a", 200),
        ("reader_a", 200),
        ("officer", 403),
        ("administrator", 404),
        ("observer", 404),
    ],
)
def test_who_enters_the_room(client, request, protocol, who, code):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("agreements:room", args=[protocol.pk])).status_code == code


def test_the_room_groups_by_article_and_pages(client, article, editor_a, django_assert_num_queries):
    for number in range(45):
        CommentFactory(provision=article, author=editor_a, text=f"Thought {number}.")
    client.force_login(editor_a)
    address = reverse("agreements:room", args=[article.instrument_id])

    first = client.get(address)
    second = client.get(address, {"page": 2})

    assert len(first.context["groups"][0]["comments"]) == 40
    assert len(second.context["groups"][0]["comments"]) == 5
    assert client.get(address, {"page": "x", "kind": "nonsense"}).status_code == 200


def test_a_stale_draft_shows_both_texts(client, draft, editor_a, second_editor_a, now):
    services.update_comment(draft, text="Forty minutes.", version=1, by=second_editor_a, at=now)
    client.force_login(editor_a)

    answer = client.post(
        reverse("agreements:comment_edit", args=[draft.pk]), {"text": "Fifty.", "version": "1"}
    )

    shown = answer.content.decode()
    assert (answer.status_code, "Forty minutes." in shown, "Fifty." in shown) == (409, True, True)


def test_the_way_of_a_comment_on_the_pages(client, article, editor_a, head_a):
    client.force_login(editor_a)
    client.post(
        reverse("agreements:comment_new", args=[article.pk]), {"kind": "comment", "text": SECRET}
    )
    comment = Comment.objects.get()
    client.post(reverse("agreements:comment_send", args=[comment.pk]))
    client.force_login(head_a)
    nobody = client.post(reverse("agreements:comment_release", args=[comment.pk]), {"scope": "x"})
    client.post(reverse("agreements:comment_release", args=[comment.pk]), {"scope": "all"})
    client.post(reverse("agreements:comment_resolve", args=[comment.pk]))

    comment.refresh_from_db()
    assert (nobody.status_code, comment.scope, comment.status) == (409, "all", "resolved")

import os

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from ots_portal.home import mail_folder

LIST = "/demo/mail/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PORTAL_DEMO = True
    settings.PORTAL_MAIL_FOLDER = tmp_path / "mail"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.PORTAL_MAIL_FOLDER
    return settings.PORTAL_MAIL_FOLDER


def mail(subject="Quake", text="The text.", language="tr", to="duty@turkiye.example"):
    message = EmailMultiAlternatives(subject, text, to=[to], headers={"Content-Language": language})
    message.attach_alternative("<p>Hello <script>alert(1)</script></p>", "text/html")
    return message


def send(*messages, at_second=0):
    """Send over one connection, as a file written at that second."""
    connection = get_connection()
    connection.send_messages(list(messages))
    os.utime(connection._get_filename(), (at_second, at_second))


def page_of(client, path):
    return " ".join(client.get(path).content.decode().split())


def test_the_newest_mail_stands_first(folder):
    send(mail("first"), mail("second"), at_second=1)
    send(mail("third"), at_second=2)

    assert [one.subject for one in mail_folder.newest(folder, count=10)] == [
        "third",
        "second",
        "first",
    ]


def test_no_more_mails_are_read_than_asked_for(folder):
    send(mail("first"), mail("second"), at_second=1)
    send(mail("third"), at_second=2)

    assert [one.subject for one in mail_folder.newest(folder, count=2)] == ["third", "second"]


def test_a_mail_reads_as_it_was_written(folder):
    text = f"Über die Flut:\n{'-' * 79}\nnach dem Strich\n"
    send(mail("Qəza — «тест»", text=text, language="az"))

    (read,) = mail_folder.newest(folder, count=10)

    assert (read.subject, read.text.strip()) == ("Qəza — «тест»", text.strip())
    assert (read.recipients, read.language_name) == ("duty@turkiye.example", "Azərbaycanca")
    assert read.sent_at is not None


def test_the_list_shows_what_was_sent(client):
    send(mail("Quake in Hatay", to="duty@azerbaijan.example", language="az"))

    page = page_of(client, LIST)

    assert [words in page for words in ("Quake in Hatay", "duty@azerbaijan.example", "UTC")] == [
        True
    ] * 3


def test_the_list_says_that_nothing_was_sent(client):
    assert "No mail has been sent yet." in page_of(client, LIST)


def test_a_message_is_shown_as_text_and_its_html_as_source(client, folder):
    send(mail(text="See https://portal.example/incidents/1/"))
    (sent,) = mail_folder.newest(folder, count=1)

    page = page_of(client, reverse("demo:mail_message", args=[sent.name]))

    assert 'href="https://portal.example/incidents/1/"' in page
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)
    assert "Message-ID" in page


def test_signed_in_people_read_the_mail_too(client, observer):
    client.force_login(observer)

    assert "No mail has been sent yet." in page_of(client, LIST)


def test_the_mail_sets_no_cookie(client):
    send(mail())

    assert client.get(LIST).cookies.output() == ""


@pytest.mark.parametrize(
    "name",
    ["x", "secret", "../secret", "..%2Fsecret", "secret.key", "secret.1", "mail/..", "%2e%2e"],
)
def test_no_name_leads_out_of_the_folder(client, folder, name):
    send(mail())
    (folder.parent / "secret.log").write_bytes(b"Subject: secret\n\nsecret\n")
    (folder.parent / "secret.key").write_bytes(b"secret")

    answer = client.get(f"{LIST}{name}/")

    assert (answer.status_code, b"secret" in answer.content) == (404, False)


@pytest.mark.parametrize("number", ["0", "2", "-1", "one", ""])
def test_a_message_that_is_not_in_the_file_is_not_found(client, folder, number):
    send(mail())
    stem = mail_folder.newest(folder, count=1)[0].name.rpartition(".")[0]

    assert client.get(f"{LIST}{stem}.{number}/").status_code == 404


def test_outside_a_demonstration_there_is_no_such_page(client, settings, folder, editor_a):
    send(mail())
    name = mail_folder.newest(folder, count=1)[0].name
    settings.PORTAL_DEMO = False
    client.force_login(editor_a)

    answers = [client.get(path).status_code for path in (LIST, f"{LIST}{name}/")]

    assert answers == [404, 404]

"""All forms of a treaty's life by the keyboard alone: every field is reached, in order, and says what it is."""

import re

import pytest

from tests.journeys.portal import Visit, running_portal
from tests.servers import smtp_sink

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Of one form: the names of its fields in the order of the page, each once, and its last button.
NAMES = """form => [...new Set([...form.querySelectorAll("input, select, textarea")]
    .filter(one => one.type !== "hidden" && !one.disabled).map(one => one.name))]"""
FOCUSED = """() => {
    const one = document.activeElement;
    const label = one.labels && one.labels[0] ? one.labels[0].innerText : one.innerText;
    const style = getComputedStyle(one);
    return {name: one.name || "", label: (one.ariaLabel || label || "").trim(), tag: one.tagName,
            type: one.type || "", isSeen: style.outlineStyle !== "none" || style.boxShadow !== "none"};
}"""
KINDS = [
    "none", "nth_deposit_days", "all_signatories_days", "first_of_nth_month", "last_notification",
    "fixed_date", "json",
]  # fmt: skip


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    with smtp_sink() as mails, running_portal(tmp_path_factory.mktemp("portal"), mails) as started:
        yield started


@pytest.fixture(scope="module")
def treaty(portal) -> str:
    """The address of the exercise agreement, in force and still open for signature."""
    told = portal.manage(
        "shell", "--verbosity=0", "-c",
        "from agreements.models import Instrument;"
        "print(Instrument.objects.get(code='training-exercise-agreement').pk)",
    )  # fmt: skip
    return f"/agreements/{told.stdout.split()[-1]}/"


def walk(page) -> list[str]:
    """Press the tab key from the first field to the button of the page's last form; answer the fields it met."""
    form = page.locator("main form[method=post], main form:not([method])").last
    wanted = form.evaluate(NAMES)
    form.locator("input:not([type=hidden]), select, textarea").first.focus()
    met, unsaid = [], []
    for _ in range(150):
        now = page.evaluate(FOCUSED)
        if now["name"] and now["name"] not in met:
            met.append(now["name"])
        if not (now["label"] and now["isSeen"]):
            unsaid.append(now)
        if now["tag"] == "BUTTON" and now["name"] != "preview":
            break
        page.keyboard.press("Tab")
    assert unsaid == []
    assert [name for name in met if name in wanted] == wanted
    return met


def test_every_form_of_the_depositary_is_walked(browser, portal, treaty):
    page = Visit(browser, portal).sign_in("head@secretariat.example").page
    forms = ["adoption/edit/", "authentication/edit/", "full_powers/new/", "waivers/new/",
             "signatures/new/", "state_instruments/new/"]  # fmt: skip

    walked = {}
    for form in forms:
        page.goto(f"{treaty}{form}")
        walked[form] = len(walk(page))
    for kind in KINDS:
        page.goto(f"{treaty}final_clauses/edit/?kind={kind}")
        walked[kind] = len(walk(page))

    assert min(walked.values()) >= 5


def test_every_act_that_asks_is_walked(browser, portal, treaty):
    page = Visit(browser, portal).sign_in("head@secretariat.example").page
    page.goto(f"{treaty}treaty/")
    asking = "a[href*='/query/'], a[href*='/refuse/'], a[href*='/send_back/'], a[href*='/deposit/'], a[href*='/annul/'], a[href*='/notify/']"
    addresses = page.locator(asking).evaluate_all("links => links.map(link => link.href)")

    for address in addresses:
        page.goto(address)
        walk(page)

    verbs = {address.rstrip("/").rpartition("/")[2] for address in addresses}
    assert verbs >= {"refuse", "send_back", "deposit", "annul", "notify"}


def test_full_powers_are_dispensed_with_by_the_keyboard_alone(browser, portal, treaty):
    page = Visit(browser, portal).sign_in("head@secretariat.example").page
    page.goto(f"{treaty}waivers/new/")
    page.focus("[name=participant]")

    for keys in (
        "Uzb",
        None,
        "The Minister of Health",
        None,
        "Ano",
        None,
        "Oth",
        None,
        "By custom.",
    ):
        page.keyboard.press("Tab") if keys is None else page.keyboard.type(keys)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/treaty/$"))
    assert page.locator("#waivers").get_by_text("The Minister of Health").count() == 1

"""How long a practised person needs to report: counted in keys, by the keyboard alone."""

import re

import pytest

from tests.journeys.portal import Visit, running_portal
from tests.servers import smtp_sink

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The keystroke-level model (Card, Moran and Newell 1983): 0.28 s a key for an average typist who is no
# secretary, 1.35 s to make up one's mind before each field.
SECONDS_PER_KEY = 0.28
SECONDS_PER_FIELD = 1.35
TITLE = "Earthquake near Karliova, felt in Bingol"


class Keyboard:
    """A keyboard that counts; ``fields`` are the places at which somebody stops to think."""

    def __init__(self, page):
        self.page, self.keys, self.fields = page, 0, 0

    def press(self, key, times=1):
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def type(self, text):
        self.page.keyboard.type(text)
        self.keys += len(text)

    def go_to(self, selector, *, most=12):
        """Press the tab key until the field has the focus."""
        self.fields += 1
        for _ in range(most):
            self.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"{selector} is more than {most} tabs away")

    @property
    def seconds(self):
        return self.keys * SECONDS_PER_KEY + self.fields * SECONDS_PER_FIELD


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    with smtp_sink() as mails, running_portal(tmp_path_factory.mktemp("portal"), mails) as started:
        yield started


def test_from_the_empty_form_to_reported_in_a_minute_by_the_keyboard_alone(browser, portal):
    visit = Visit(browser, portal).sign_in("duty@turkiye.example")
    page = visit.page
    page.goto("/incidents/new/")
    page.focus("details.unfold > summary")  # where the form begins
    keyboard = Keyboard(page)

    keyboard.go_to("[name=title]")
    keyboard.type(TITLE)
    keyboard.go_to("[name=hazard]")
    keyboard.type("Dep")  # the officer's page is Turkish: Deprem
    # When it began stands there already: now. So does the officer's own country.
    keyboard.go_to("[name=alert_level]")
    keyboard.press("ArrowRight", times=2)
    keyboard.go_to("button[name=report]", most=14)
    keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/$"))

    words = page.inner_text("main")
    assert TITLE in words
    assert "Deprem" in words
    assert re.search(r"OTS-\d{4}-\d{4}", words)
    # Measured: 65 keys, 4 fields, 24 s.
    assert keyboard.seconds <= 60


def test_five_things_are_needed_and_two_of_them_stand_there(browser, portal):
    visit = Visit(browser, portal).sign_in("duty@turkiye.example")
    page = visit.page
    page.goto("/incidents/new/")

    needed = page.eval_on_selector_all(
        "main form[action$='/new/'] :is(input, select, textarea):not([type=hidden])",
        "fields => [...new Set(fields.filter(field => field.required).map(field => field.name))]",
    )
    filled = [
        page.input_value("[name=onset_at]") != "",
        page.is_checked("[name=countries][value=TR]"),
    ]

    assert (set(needed) - {"language", "classification"}, filled) == (
        {"title", "hazard", "onset_at", "alert_level"},
        [True, True],
    )

"""
The gallery and the pages people meet first, looked at in a browser at the widths they are built for.

No picture is compared: fonts and their smoothing differ from machine to machine. What must hold on every
machine is measured instead: nothing is wider than the screen, no two texts lie on each other, nothing is
cut off, every control shows its focus, the rules of accessibility are kept. The photographs are for people.
"""

import json
import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.journeys.portal import Visit, running_portal
from tests.ots_portal.paper.reading import opened, text_of
from tests.servers import smtp_sink

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1280, 360, 320)
# Address, and who looks at it.
PAGES = [
    ("/ui/", None),
    ("/", None),
    ("/", "duty@kazakhstan.example"),
    ("/participants/", "duty@kazakhstan.example"),
    ("/participants/azerbaijan/", None),
    ("/participants/kazakhstan/", "duty@kazakhstan.example"),
    ("/participants/kazakhstan/contact-points/new/", "duty@kazakhstan.example"),
]
NAMES = [
    f"{path.strip('/').replace('/', '-') or 'front'}-{who or 'visitor'}" for path, who in PAGES
]
# The pages of the demonstration's exercise, and what stands around it; {…} is the key of one of its records.
LOOP = [
    ("/", "head@turkiye.example"),
    ("/incidents/{incident}/", "head@turkiye.example"),
    ("/incidents/{incident}/requests/new/", "duty@turkiye.example"),
    ("/incidents/requests/{request}/", "duty@kazakhstan.example"),
    ("/incidents/requests/{request}/offers/new/", "duty@kyrgyzstan.example"),
    ("/incidents/requests/{request}/items/{item}/capacities/", "duty@kazakhstan.example"),
    ("/incidents/offers/{offer}/accept-in-part/", "head@turkiye.example"),
    ("/incidents/deployments/{deployment}/", "duty@azerbaijan.example"),
    ("/incidents/deployments/{deployment}/manifest/", "duty@azerbaijan.example"),
    ("/incidents/capacities/", "duty@kazakhstan.example"),
    ("/incidents/host-nation/turkiye/", "duty@azerbaijan.example"),
    ("/incidents/{incident}/reports/", "duty@turkiye.example"),
    ("/incidents/{incident}/reports/figures/", "duty@turkiye.example"),
    ("/incidents/reports/{report}/", "duty@turkiye.example"),
    ("/incidents/alerts/", "duty@turkiye.example"),
    ("/incidents/alerts/{alert}/", "head@turkiye.example"),
    ("/incidents/feeds/", "administrator@secretariat.example"),
    ("/incidents/feed-items/", "duty@turkiye.example"),
    ("/incidents/recommendations/", "duty@turkiye.example"),
    ("/incidents/clocks/?exercise=on", "duty@turkiye.example"),
    ("/jobs/", "duty@turkiye.example"),
    ("/people/duty/", "officer@secretariat.example"),
    ("/people/duty/turkiye/", "second@turkiye.example"),
    ("/people/duty/kazakhstan/?view=month", "head@kazakhstan.example"),
    ("/people/duty/turkiye/shifts/new/", "head@turkiye.example"),
    ("/people/duty/turkiye/patterns/new/", "head@turkiye.example"),
]
# The pages of the demonstration's training meetings; first, second and third are the meetings of the series.
MEETINGS = [
    ("/meetings/", "duty@turkiye.example"),
    ("/meetings/{first}/", None),
    ("/meetings/{second}/", "officer@secretariat.example"),
    ("/meetings/series/{series}/", "duty@turkiye.example"),
    ("/meetings/{third}/agenda/", "officer@secretariat.example"),
    ("/meetings/{second}/agenda/3/?against=1", "duty@turkiye.example"),
    ("/meetings/{third}/invitations/", "officer@secretariat.example"),
    ("/meetings/{second}/participants/", "reader@hungary.example"),
    ("/meetings/delegations/{delegation}/", "duty@turkiye.example"),
    ("/meetings/{third}/readiness/", "officer@secretariat.example"),
    ("/meetings/{second}/documents/", "officer@secretariat.example"),
    ("/meetings/documents/{paper}/", "head@turkiye.example"),
    ("/meetings/{third}/documents/new/", "duty@turkiye.example"),
    ("/meetings/reading-room/", None),
    ("/meetings/{second}/session/", "officer@secretariat.example"),
    ("/meetings/decisions/{vote}/", "officer@secretariat.example"),
    ("/meetings/actions/", "officer@secretariat.example"),
    ("/meetings/minutes/{published}/", None),
    ("/meetings/minutes/{circulated}/comments/", "duty@turkiye.example"),
    ("/meetings/corrigenda/{corrigendum}/", "officer@secretariat.example"),
    ("/silence/{silence}/", "head@turkiye.example"),
    ("/search/?q=training", "reader@hungary.example"),
]
# What a person of the portal finds by its links, a test finds by the database.
KEYS_OF_THE_EXERCISE = """
import json
from incidents.models import Incident
exercise = Incident.objects.get(is_exercise=True)
request = exercise.requests.get()
found = {
    "incident": exercise, "request": request, "item": request.items.get(line=2),
    "offer": exercise.offers.get(status="submitted"), "deployment": exercise.deployments.get(),
    "report": exercise.reports.get(status="published"), "alert": exercise.alerts.get(),
}
print(json.dumps({name: str(record.pk) for name, record in found.items()}))
"""
KEYS_OF_THE_MEETINGS = """
import json
from meetings.models import Corrigendum, Decision, Meeting, Paper, Series
from ots_portal.silence.models import SilenceProcedure
series = Series.objects.get(code="WG")
first, second, third = Meeting.objects.filter(series=series).order_by("ordinal")
found = {
    "series": series, "first": first, "second": second, "third": third,
    "delegation": third.delegations.get(participant="turkiye"), "paper": second.papers.get(kind="statement"),
    "vote": second.decisions.get(mode="vote"), "published": first.minutes, "circulated": second.minutes,
    "corrigendum": Corrigendum.objects.get(), "silence": SilenceProcedure.objects.get(status="running"),
}
print(json.dumps({name: str(record.pk) for name, record in found.items()}))
"""
# The gallery shows landmarks again as specimens; everywhere else each has one name.
REPEATED_ON_PURPOSE = {"rules": {"landmark-unique": {"enabled": False}}}

# Texts as they are drawn: a box per line of text, with the element it belongs to.
TEXT_BOXES = """
() => {
    const boxes = [];
    let node = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || element.closest("svg, .visually-hidden, .skip-link, option, textarea, script")) continue;
        if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true})) continue;
        if (element.closest("details:not([open])") && !element.closest("summary")) continue;
        node += 1;
        const clipped = [];
        for (let up = element; up; up = up.parentElement) if (getComputedStyle(up).clipPath !== "none") clipped.push(up);
        if (clipped.length) continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        for (const box of range.getClientRects()) {
            // The box is as high as the font allows for marks; what is read is the middle of it.
            const trim = box.height * 0.15;
            if (box.width > 1 && box.height > 1) boxes.push({node, text: text.slice(0, 40), x: box.left + scrollX, y: box.top + scrollY + trim, right: box.right + scrollX, bottom: box.bottom + scrollY - trim});
        }
    }
    return boxes;
}
"""
# Lines of one text stand as close as its line height says; what else shares more than this many pixels each way is unreadable.
ALLOWED_OVERLAP_PX = 4
CUT_OFF = """
() => [...document.querySelectorAll("main *, header *, footer *")].filter(element => {
    const style = getComputedStyle(element);
    const hides = ["hidden", "clip"].includes(style.overflowX);
    const isHiddenOnPurpose = style.clipPath !== "none" || element.closest(".visually-hidden, svg");
    return hides && !isHiddenOnPurpose && style.textOverflow !== "ellipsis" && element.clientWidth > 1
        && element.scrollWidth > element.clientWidth + 1;
}).map(element => element.className || element.tagName)
"""
# The coverage table is read at a glance: none of its columns may have to be scrolled for.
SCROLLED_AWAY = """
() => [...document.querySelectorAll(".coverage .table-wrap")].filter(
    wrap => wrap.scrollWidth > wrap.clientWidth + 1
).map(wrap => wrap.scrollWidth - wrap.clientWidth)
"""
UNFOCUSED = """
() => {
    const controls = 'a[href], button:not([disabled]), input:not([type="hidden"]):not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex="0"]';
    return [...document.querySelectorAll(controls)].filter(element => element.checkVisibility({visibilityProperty: true})).filter(element => {
        element.focus({preventScroll: true});
        if (document.activeElement !== element) return false;
        const style = getComputedStyle(element);
        const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        const ring = element.querySelector(".map-hit");
        const isRinged = ring && getComputedStyle(ring).stroke !== "none" && !getComputedStyle(ring).stroke.includes("rgba(0, 0, 0, 0)");
        return !isOutlined && !isRinged;
    }).map(element => element.outerHTML.slice(0, 100));
}
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    with smtp_sink() as mails, running_portal(tmp_path_factory.mktemp("portal"), mails) as started:
        yield started


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the photographs are put: PHOTOGRAPHS, or a folder of this run."""
    folder = Path(os.environ.get("PHOTOGRAPHS") or tmp_path_factory.mktemp("photographs"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def visits(browser, portal):
    """One browser per person and width, signed in once."""
    opened: dict[tuple[str | None, int], Visit] = {}

    def visit(who: str | None, width: int) -> Visit:
        if (who, width) not in opened:
            one = Visit(browser, portal, width=width)
            opened[who, width] = one.sign_in(who) if who else one
        # What a page before said is that page's: one fault, one failing test.
        opened[who, width].messages.clear()
        return opened[who, width]

    return visit


@pytest.fixture(scope="module")
def keys(portal) -> dict[str, str]:
    return _keys_by(portal, KEYS_OF_THE_EXERCISE)


@pytest.fixture(scope="module")
def keys_of_meetings(portal) -> dict[str, str]:
    return _keys_by(portal, KEYS_OF_THE_MEETINGS)


def _keys_by(portal, program) -> dict[str, str]:
    done = portal.manage("shell", "-v", "0", "-c", program)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("path", "who"), LOOP, ids=[path for path, _who in LOOP])
def test_a_page_of_the_loop_is_good_to_read_and_to_use(visits, photographs, keys, path, who, width):
    name = re.sub(r"[^a-z]+", "-", path).strip("-") or "front-of-a-head"
    _look_at(visits(who, width), photographs, path.format(**keys), name=name, width=width)


# 320 pixels are left out: these pages are made of the parts that are looked at above.
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(("path", "who"), MEETINGS, ids=[path for path, _who in MEETINGS])
def test_a_page_of_the_training_meetings_is_good_to_read_and_to_use(
    visits, photographs, keys_of_meetings, path, who, width
):
    name = re.sub(r"[^a-z]+", "-", path).strip("-")
    where = path.format(**keys_of_meetings)
    _look_at(visits(who, width), photographs, where, name=name, width=width)


def _look_at(visit, photographs, path, *, name, width):
    page = visit.page
    answer = page.goto(path)
    page.evaluate("document.fonts.ready.then(() => true)")

    picture = photographs / f"loop-{name}-{width}.png"
    page.screenshot(path=picture, full_page=True)

    assert answer.status == 200
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(SCROLLED_AWAY) == []
    assert _overlaps(page.evaluate(TEXT_BOXES)) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Tab")
    assert page.evaluate(UNFOCUSED) == []
    assert visit.messages == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("path", "who"), PAGES, ids=NAMES)
def test_a_page_can_be_read_at_its_width(visits, photographs, path, who, width):
    visit = visits(who, width)
    page = visit.page
    page.goto(path)
    page.evaluate("document.fonts.ready.then(() => true)")

    name = NAMES[PAGES.index((path, who))]
    picture = photographs / f"{name}-{width}.png"
    page.screenshot(path=picture, full_page=True)
    print(f"Photograph: {picture}")  # noqa: T201 -- for the person who looks at it (pytest -s)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(CUT_OFF) == []
    assert _overlaps(page.evaluate(TEXT_BOXES)) == []
    assert _is_a_picture(picture, width=width)
    assert visit.messages == []


def test_a_list_on_paper_is_a_table_with_its_readers_and_moment_and_without_navigation(visits):
    page = visits("duty@kazakhstan.example", 1280).page
    page.goto("/incidents/")

    printed = page.pdf(format="A4", prefer_css_page_size=True)

    shown = text_of(printed)
    with opened(printed) as read:
        count = len(read.pages)
    assert (
        "NumberIncidentHazardCountriesaffectedAlertlevelBeganStatusOTS-2026-" in shown,
        "Onlyforthosewhomayreaditintheportal" in shown,
        re.search(r"Asitstood\d+\w+\d{4},\d\d:\d\dUTC", shown) is not None,
        [f"{number}/{count}" in shown for number in range(1, count + 1)],
        [
            word
            for word in ("Reportanincident", "Signout", "Findincidents", "Gallery")
            if word in shown
        ],
    ) == (True, True, True, [True] * count, [])


def _overlaps(boxes):
    """Name the pairs of texts that lie on each other; the boxes are sorted so that few are compared."""
    assert len(boxes) > 10
    boxes.sort(key=lambda box: box["y"])
    return [
        (one["text"], other["text"])
        for place, one in enumerate(boxes)
        for other in _near(boxes, place)
        if one["node"] != other["node"]
        and _shared(one, other, "x", "right") > ALLOWED_OVERLAP_PX
        and _shared(one, other, "y", "bottom") > ALLOWED_OVERLAP_PX
    ]


def _near(boxes, place):
    for other in boxes[place + 1 :]:
        if other["y"] >= boxes[place]["bottom"]:
            return
        yield other


def _shared(one, other, start, end):
    return min(one[end], other[end]) - max(one[start], other[start])


def _is_a_picture(path, *, width):
    """Whether the photograph has the page's width and is more than a blank sheet."""
    with Image.open(path) as picture:
        colours = picture.convert("RGB").resize((64, 64)).getcolors(64 * 64)
        return picture.width == width and len(colours) > 20


def test_the_check_for_overlaps_finds_one():
    def box(node, text, x, y):
        return {"node": node, "text": text, "x": x, "y": y, "right": x + 50, "bottom": y + 20}

    row = [box(n, f"line {n}", 0, 20 * n) for n in range(12)]

    assert (_overlaps(row), _overlaps([*row, box(99, "on top", 10, 45)])) == (
        [],
        [("line 2", "on top"), ("on top", "line 3")],
    )


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(("path", "who"), PAGES, ids=NAMES)
def test_a_page_keeps_the_rules_of_accessibility(visits, path, who, width):
    page = visits(who, width).page
    page.goto(path)

    found = Axe().run(page, options=REPEATED_ON_PURPOSE if path == "/ui/" else None)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(("path", "who"), PAGES, ids=NAMES)
def test_every_control_shows_its_focus(visits, path, who, width):
    page = visits(who, width).page
    page.goto(path)
    page.keyboard.press(
        "Tab"
    )  # from now on the browser takes the person for one who uses the keyboard

    assert page.evaluate(UNFOCUSED) == []


def test_a_contact_point_is_corrected_and_its_history_read(browser, portal):
    officer = Visit(browser, portal, width=360).sign_in("duty@uzbekistan.example")
    page = officer.page
    page.goto("/participants/uzbekistan/")
    page.click('#contact-points a[href$="/correct/"] >> nth=0')
    page.fill("input[name=radio]", "HF 7.060 MHz")
    page.fill("input[name=reason]", "Frequency given")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/participants/uzbekistan/#contact-*")

    assert "HF 7.060 MHz" in page.inner_text("#contact-points")
    assert "Why: Frequency given" in page.inner_text("#history")
    assert officer.messages == []

"""CAP messages of our own making: facts of no real emergency, every element of the standard once."""

from pathlib import Path

from tests.samples import ROOT

# What the demonstration offers to try the upload with.
SAMPLE_ALERT = ROOT / "incidents" / "static" / "incidents" / "sample-alert.cap.xml"
FLOOD = Path(__file__).with_name("flood.cap.xml")


def alert_xml(**changes: str) -> bytes:
    """
    Return the small alert with some elements' texts changed; "" takes the element out.

    ``extra`` is put before ``info``, where ``references`` and its neighbours stand.
    """
    values = {
        "identifier": "KZ-2026-0001",
        "sender": "duty@emergency.example",
        "sent": "2026-03-12T14:30:00+05:00",
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
        **changes,
    }
    extra = values.pop("extra", "")
    info = values.pop("info", INFO)
    head = "".join(f"<{name}>{text}</{name}>" for name, text in values.items() if text)
    return (
        f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">{head}{extra}{info}</alert>'.encode()
    )


def info_xml(*, area: str = "", expires: str = "2026-03-13T00:00:00+05:00") -> str:
    return (
        "<info><language>en</language><category>Met</category><event>Flood</event>"
        "<urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>"
        f"<expires>{expires}</expires>{area}</info>"
    )


def area_xml(polygon: str = "", circle: str = "") -> str:
    polygons = f"<polygon>{polygon}</polygon>" if polygon else ""
    circles = f"<circle>{circle}</circle>" if circle else ""
    return f"<area><areaDesc>Somewhere</areaDesc>{polygons}{circles}</area>"


INFO = info_xml()

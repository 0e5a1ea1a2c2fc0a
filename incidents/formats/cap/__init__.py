"""
Alerts in the Common Alerting Protocol 1.2: bytes ↔ frozen dataclasses.

Source: OASIS, Common Alerting Protocol Version 1.2 (1 July 2010). ``read`` refuses with a sentence for
each problem; ``write`` makes a message that the OASIS schema accepts.
"""

from incidents.formats.cap.agreement import disagreements
from incidents.formats.cap.message import (
    Alert,
    Area,
    FormatError,
    Info,
    NamedValue,
    Problem,
    Reference,
    Resource,
)
from incidents.formats.cap.moments import as_cap_time
from incidents.formats.cap.parsing import bytes_of, text_of
from incidents.formats.cap.reading import read
from incidents.formats.cap.writing import write

__all__ = [
    "Alert",
    "Area",
    "FormatError",
    "Info",
    "NamedValue",
    "Problem",
    "Reference",
    "Resource",
    "as_cap_time",
    "bytes_of",
    "disagreements",
    "read",
    "text_of",
    "write",
]

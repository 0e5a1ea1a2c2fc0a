"""The forms of the incident pages."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents import hazards
from incidents.formats.usgs import MAX_BYTES, Earthquake
from incidents.models import Incident
from incidents.queries.duplicates import Traits
from incidents.services.incidents import FACTS, Draft, Name
from incidents.statuses import AlertLevel, Classification, IncidentStatus, Scheme
from ots_portal.clock import moment_of, parse_moment
from ots_portal.documents.content import ContentType, kind_named_by, safe_name
from ots_portal.geo.rivers import rivers
from ots_portal.participants.countries import COUNTRY_CHOICES
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import fold, in_language
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText, MomentInput

REFERENCE_SALT = "incidents.reference"


def _participants_countries() -> list[tuple[str, str]]:
    own = Participant.objects.exclude(iso2=None).order_by("kind", "slug")
    return [(participant.iso2 or "", participant.name) for participant in own]


def _rivers() -> list[tuple[str, str]]:
    named = [(slug, in_language(river.names)) for slug, river in rivers().items()]
    return [("", "—"), *sorted(named, key=lambda pair: fold(pair[1]))]


@dataclass(frozen=True)
class OtherLanguage:
    """A language whose texts are not open in the form; ``is_written`` says whether there are any."""

    code: str
    name: str
    is_written: bool


class IncidentForm(forms.Form):
    """
    Report or change an incident. Five fields are needed; the rest can follow.

    Times are read in the person's own zone, which stands beside the field.
    """

    title = forms.CharField(label=_("Title"), max_length=200, validators=[validate_plain_text])
    hazard = forms.ChoiceField(label=_("Hazard"), choices=[("", "—"), *hazards.grouped_choices()])
    alert_level = forms.ChoiceField(
        label=_("Alert level"),
        choices=AlertLevel.choices,
        widget=forms.RadioSelect,
        help_text=_("Red: international help may be needed."),
    )
    onset_at = forms.DateTimeField(label=_("When it began"), widget=MomentInput)
    reason = forms.CharField(
        label=_("Why the alert level changes"),
        max_length=1000,
        required=False,
        help_text=_("Needed when the level is lowered."),
        validators=[validate_plain_text],
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries affected"),
        choices=_participants_countries,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other_countries = forms.MultipleChoiceField(
        label=_("Other countries affected"),
        choices=COUNTRY_CHOICES,
        required=False,
        help_text=_("Hold Ctrl (or Cmd) to choose several."),
    )
    detected_at = forms.DateTimeField(
        label=_("When it was detected"), required=False, widget=MomentInput
    )
    secondary_hazards = forms.MultipleChoiceField(
        label=_("Further hazards"),
        choices=hazards.grouped_choices(),
        required=False,
        help_text=_("What the first one brought with it: a landslide, a fire."),
    )
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False, validators=[validate_plain_text]
    )
    latitude = forms.FloatField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("Degrees, north is positive."),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("Degrees, east is positive."),
    )
    river = forms.ChoiceField(
        label=_("River"),
        choices=_rivers,
        required=False,
        help_text=_("Where the water of a shared river carries it on."),
    )
    magnitude = forms.FloatField(label=_("Magnitude"), min_value=-2, max_value=12, required=False)
    magnitude_scale = forms.CharField(
        label=_("Scale"), max_length=10, required=False, validators=[validate_plain_text]
    )
    depth_km = forms.FloatField(
        label=_("Depth (km)"), min_value=-10, max_value=1000, required=False
    )
    description = forms.CharField(
        label=_("What is known"),
        max_length=20_000,
        required=False,
        widget=LongText(rows=5),
        validators=[validate_plain_text],
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    classification = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Classification.choices,
        initial=Classification.MEMBERS,
        widget=forms.RadioSelect,
    )
    is_exercise = forms.BooleanField(
        label=_("This is an exercise"),
        required=False,
        help_text=_("An exercise stays one: it gets its own number and is marked everywhere."),
    )
    countries.is_needed_with_others = True  # type: ignore[attr-defined] # at least one of both lists
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    # Whoever was shown the incidents that seem to be the same says so with it, and goes on.
    is_another = forms.BooleanField(widget=forms.HiddenInput, required=False)
    reference = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    #: Where the texts of an incident that is edited stand in other languages; a new one has a choice instead.
    other_languages: Sequence[OtherLanguage] = ()

    #: Whether another level than before would stand in the history: True once it is reported.
    asks_for_reason = False

    #: What two versions of an incident are compared by.
    COMPARED = (
        "title", "hazard", "alert_level", "onset_at", "countries", "other_countries", "detected_at",
        "secondary_hazards", "place", "latitude", "longitude", "river", "magnitude", "magnitude_scale",
        "depth_km", "description",
    )  # fmt: skip

    #: What stands under "More"; the page unfolds it where something is filled in or wrong there.
    FURTHER = (
        "other_countries", "detected_at", "secondary_hazards", "place", "latitude", "longitude", "river",
        "magnitude", "magnitude_scale", "depth_km", "description",
    )  # fmt: skip

    @property
    def text_language(self) -> str:
        return str(self["language"].value())

    @property
    def language_name(self) -> str:
        return str(dict(settings.LANGUAGES).get(self.text_language, self.text_language))

    @property
    def is_filled_further(self) -> bool:
        return any(
            self[name].value() not in (None, "", []) or self[name].errors for name in self.FURTHER
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        own, others = data.get("countries", []), data.get("other_countries", [])
        if not own and not others and not {"countries", "other_countries"} & set(self.errors):
            self.add_error("countries", _("Choose at least one country that is affected."))
        return data

    def clean_reference(self) -> Name | None:
        """Return what the uploaded file named; it was signed, so nobody can make one up."""
        text = self.cleaned_data["reference"]
        if not text:
            return None
        try:
            data = signing.loads(text, salt=REFERENCE_SALT, max_age=24 * 3600)
        except signing.BadSignature as error:
            raise ValidationError(
                _("The uploaded file was too long ago. Upload it again.")
            ) from error
        return Name(
            scheme=data["scheme"],
            value=data["value"],
            version_at=parse_moment(data["version_at"]) if data["version_at"] else None,
            address=data["address"],
            digest=data["digest"],
        )

    def draft(self) -> Draft:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.cleaned_data
        # An area is drawn elsewhere: it is no field here, and stays.
        facts = {name: data[name] for name in FACTS if name in data}
        facts["countries"] = sorted({*data["countries"], *data["other_countries"]})
        return Draft(
            language=data["language"],
            title=data["title"],
            description=data["description"],
            facts=facts,
            is_exercise=data["is_exercise"],
            classification=data["classification"],
            level_reason=data["reason"],
        )

    def traits(self) -> Traits:
        """Return what the report is compared by with those that are there; only after ``is_valid()``."""
        facts = self.draft().facts
        return Traits(
            hazard=facts["hazard"],
            onset_at=facts["onset_at"],
            latitude=facts["latitude"],
            longitude=facts["longitude"],
            countries=tuple(facts["countries"]),
            is_exercise=self.cleaned_data["is_exercise"],
        )


def new_form(
    *, by: User, at: datetime, earthquake: Earthquake | None = None, country: str | None = None
) -> IncidentForm:
    """Return an empty form, or one filled from an earthquake's file (``country``: where its point lies)."""
    initial: dict[str, Any] = {
        "language": _language(),
        "submission_key": uuid.uuid4(),
        "onset_at": at.replace(second=0, microsecond=0),
        **_countries([by.participant.iso2] if by.participant.iso2 else []),
    }
    if earthquake:
        initial |= _from_earthquake(earthquake) | _countries([country] if country else [])
    return IncidentForm(initial=initial)


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _countries(codes: list[str]) -> dict[str, list[str]]:
    """Sort codes into the participants' boxes and the list of all others."""
    own = set(Participant.objects.exclude(iso2=None).values_list("iso2", flat=True))
    return {
        "countries": [code for code in codes if code in own],
        "other_countries": [code for code in codes if code not in own],
    }


def _from_earthquake(earthquake: Earthquake) -> dict[str, Any]:
    name = name_of_earthquake(earthquake)
    signed = signing.dumps(
        {**asdict(name), "version_at": name.version_at.isoformat() if name.version_at else ""},
        salt=REFERENCE_SALT,
    )
    return {**_facts_of(earthquake), "title": earthquake.title, "reference": signed}


def name_of_earthquake(earthquake: Earthquake) -> Name:
    return Name(
        scheme=Scheme.USGS,
        value=earthquake.usgs_id,
        version_at=earthquake.updated_at,
        address=earthquake.address,
        digest=earthquake.digest,
    )


def draft_from_earthquake(earthquake: Earthquake, *, country: str | None) -> Draft:
    """Return the draft that the file alone makes; a level that USGS does not give is taken as green."""
    facts = {**_facts_of(earthquake), "countries": [country] if country else []}
    facts["alert_level"] = facts["alert_level"] or AlertLevel.GREEN
    return Draft(language="en", title=earthquake.title, description="", facts=facts)


def _facts_of(earthquake: Earthquake) -> dict[str, Any]:
    same = (
        "alert_level",
        "onset_at",
        "place",
        "latitude",
        "longitude",
        "magnitude",
        "magnitude_scale",
        "depth_km",
    )
    return {"hazard": hazards.EARTHQUAKE, **{name: getattr(earthquake, name) for name in same}}


def edit_form(incident: Incident, *, language: str = "", data: Any = None) -> IncidentForm:
    """
    Return the form with what stands now, its texts in ``language`` ("": the reader's own, if there are any).

    ``data`` is what was posted, None to show it. The language of an open form does not change: the page
    leads to the others, so that no text is written over another language's.
    """
    language = language or _language_of(incident)
    initial = {
        **{name: getattr(incident, name) for name in FACTS if name != "countries"},
        **_countries(incident.countries),
        "title": incident.titles.get(language, ""),
        "description": incident.descriptions.get(language, ""),
        "language": language,
        "classification": incident.classification,
        "is_exercise": incident.is_exercise,
        "version": incident.version,
    }
    form = IncidentForm(data, initial=initial)
    form.fields["is_exercise"].disabled = True
    form.fields["language"].widget = forms.HiddenInput()
    form.asks_for_reason = not incident.is_draft
    form.other_languages = _other_languages(incident, but=form.text_language)
    if not incident.is_draft:
        form.fields["classification"].disabled = True
    return form


def _language_of(incident: Incident) -> str:
    own = _language()
    return own if own in incident.titles else next(iter(incident.titles), own)


def _other_languages(incident: Incident, *, but: str) -> list[OtherLanguage]:
    return [
        OtherLanguage(code, str(name), bool(incident.titles.get(code)))
        for code, name in settings.LANGUAGES
        if code != but
    ]


class UsgsFileForm(forms.Form):
    """Fill the report from the file of one earthquake."""

    file = forms.FileField(
        label=_("Earthquake file of the USGS"),
        help_text=_(
            "The earthquake's page at earthquake.usgs.gov offers it under “Download” as GeoJSON."
        ),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 1 MB: that is not one earthquake."))
        if kind_named_by(safe_name(file.name)) not in (ContentType.GEOJSON, ContentType.JSON):
            raise ValidationError(_("The file's name must end in .geojson or .json."))
        content: bytes = file.read()
        return content


class ReasonForm(forms.Form):
    """Why: asked where others will want to know."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )


class FilterForm(forms.Form):
    """What narrows the list; it lives in the address, so that a view of the list can be sent on."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False)
    hazard = forms.ChoiceField(
        label=_("Hazard"),
        required=False,
        choices=[("", _("All hazards")), *hazards.grouped_choices()],
    )
    level = forms.ChoiceField(
        label=_("Alert level"), required=False, choices=[("", _("All levels")), *AlertLevel.choices]
    )
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    since = forms.DateField(label=_("Began on or after"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Began on or before"), required=False, widget=DayInput)
    exercise = forms.BooleanField(label=_("Show exercises too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = [("", _("All statuses")), ("open", _("Open incidents")), *IncidentStatus.choices]
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        wishes = (
            dict(self.cleaned_data) if self.is_valid() else dict(getattr(self, "cleaned_data", {}))
        )
        for name, at in (("since", time.min), ("until", time.max)):
            if wishes.get(name):
                wishes[name] = moment_of(wishes[name], at)
        return wishes

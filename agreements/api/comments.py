"""Comments of delegations for programs: one's own delegation's, and what others released."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from agreements import queries as instruments
from agreements.models import Comment
from agreements.models.comments import LONGEST_COMMENT
from agreements.queries import comments as queries
from agreements.services import comments as services
from agreements.statuses import COMMENTS, Audience, CommentKind, CommentStatus
from ots_portal.api.serializers import StrictSerializer, Text
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User


class ProvisionCommentBody(StrictSerializer):
    provision = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CommentKind.values, required=False)
    text = Text(max_length=LONGEST_COMMENT)


class ProvisionCommentChange(StrictSerializer):
    text = Text(max_length=LONGEST_COMMENT)


class CommentReleaseBody(StrictSerializer):
    scope = serializers.ChoiceField(choices=[Audience.CHAIR.value, Audience.ALL.value])


class CommentFilters(forms.Form):
    instrument = forms.UUIDField(required=False)
    provision = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *CommentStatus.choices])


class ToldComment(serializers.ModelSerializer[Comment]):
    instrument = serializers.UUIDField(source="provision.instrument_id", read_only=True)

    class Meta:
        model = Comment
        fields: tuple[str, ...] = (
            "id", "instrument", "provision", "participant", "kind", "scope", "status", "text", "version", "created_at",
            "updated_at", "released_at",
        )  # fmt: skip
        read_only_fields = fields


class CommentViewSet(RecordViewSet):
    """Of the own delegation all, drafts too; of others what their heads released."""

    scope = "agreements"
    lifecycle = COMMENTS
    services: ClassVar[ModuleType | None] = services
    acts: ClassVar = {"release": "release"}
    step_bodies: ClassVar = {"release": CommentReleaseBody}
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = CommentFilters
    create_body = ProvisionCommentBody
    update_body = ProvisionCommentChange
    row_form = ToldComment
    detail_form = ToldComment

    def visible(self, user: User | AnonymousUser) -> QuerySet[Comment]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Comment], wishes: dict[str, Any]) -> QuerySet[Comment]:
        if wishes["instrument"]:
            records = records.filter(provision__instrument=wishes["instrument"])
        if wishes["provision"]:
            records = records.filter(provision=wishes["provision"])
        return records.filter(status=wishes["status"]) if wishes["status"] else records

    def row(self, record: Comment) -> dict[str, Any]:
        return dict(ToldComment(record).data)

    full = row

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Comment:
        pk = data.pop("provision")
        provision = instruments.present_provisions_visible_to(by).filter(pk=pk).first()
        if provision is None:
            raise ValidationError({"provision": _("There is no such provision.")})
        return services.comment(provision, by=by, at=at, **data)

    def update_record(
        self, record: Comment, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Comment:
        text = data.get("text", record.text)
        return services.update_comment(record, text=text, version=version, by=by, at=at)

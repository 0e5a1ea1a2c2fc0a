from django.urls import path

from agreements import views
from agreements.views import brackets, positions, room

app_name = "agreements"

urlpatterns = [
    path("", views.instrument_list, name="list"),
    path("<uuid:pk>/", views.instrument_detail, name="detail"),
    path("<uuid:pk>/text/", views.instrument_text, name="text"),
    path("<uuid:pk>/open_negotiation/", views.open_negotiation, name="open_negotiation"),
    path("<uuid:pk>/suspend/", views.suspend, name="suspend"),
    path("<uuid:pk>/resume/", views.resume, name="resume"),
    path("<uuid:pk>/abandon/", views.abandon, name="abandon"),
    path("<uuid:pk>/close_ad_referendum/", views.close_ad_referendum, name="close_ad_referendum"),
    path("<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("<uuid:pk>/begin_legal_review/", views.begin_legal_review, name="begin_legal_review"),
    path("<uuid:pk>/find_substance/", views.find_substance, name="find_substance"),
    path("<uuid:pk>/adopt/", views.adopt, name="adopt"),
    path("<uuid:pk>/authenticate/", views.authenticate, name="authenticate"),
    path("<uuid:pk>/open_for_signature/", views.open_for_signature, name="open_for_signature"),
    path("<uuid:pk>/conclude_signature/", views.conclude_signature, name="conclude_signature"),
    path("<uuid:pk>/treaty/", views.treaty_page, name="treaty"),
    path("<uuid:pk>/treaty/what_if/", views.what_if, name="what_if"),
    path("<uuid:pk>/treaty/status.csv", views.status_csv, name="status_csv"),
    path("<uuid:pk>/treaty/status.json", views.status_json, name="status_json"),
    path("<uuid:pk>/treaty/ledger.csv", views.ledger_csv, name="ledger_csv"),
    path("<uuid:pk>/treaty/ledger.zip", views.ledger_bundle, name="ledger_bundle"),
    path("<uuid:pk>/final_clauses/edit/", views.final_clauses_edit, name="final_clauses_edit"),
    path("<uuid:pk>/full_powers/new/", views.full_powers_new, name="full_powers_new"),
    path("<uuid:pk>/signatures/new/", views.signature_new, name="signature_new"),
    path(
        "<uuid:pk>/state_instruments/new/", views.state_instrument_new, name="state_instrument_new"
    ),
    path("full_powers/<uuid:pk>/query/", views.full_powers_query, name="full_powers_query"),
    path(
        "full_powers/<uuid:pk>/find_in_order/",
        views.full_powers_find_in_order,
        name="full_powers_find_in_order",
    ),
    path("full_powers/<uuid:pk>/refuse/", views.full_powers_refuse, name="full_powers_refuse"),
    path("signatures/<uuid:pk>/confirm/", views.signature_confirm, name="signature_confirm"),
    path(
        "state_instruments/<uuid:pk>/query/",
        views.state_instrument_query,
        name="state_instrument_query",
    ),
    path(
        "state_instruments/<uuid:pk>/examine/",
        views.state_instrument_examine,
        name="state_instrument_examine",
    ),
    path(
        "state_instruments/<uuid:pk>/send_back/",
        views.state_instrument_send_back,
        name="state_instrument_send_back",
    ),
    path(
        "state_instruments/<uuid:pk>/deposit/",
        views.state_instrument_deposit,
        name="state_instrument_deposit",
    ),
    path(
        "state_instruments/<uuid:pk>/revoke/",
        views.state_instrument_revoke,
        name="state_instrument_revoke",
    ),
    path("<uuid:pk>/reservations/new/", views.reservation_new, name="reservation_new"),
    path("reservations/<uuid:pk>/", views.reservation, name="reservation"),
    path("reservations/<uuid:pk>/confirm/", views.reservation_confirm, name="reservation_confirm"),
    path("reservations/<uuid:pk>/accept/", views.reservation_accept, name="reservation_accept"),
    path(
        "reservations/<uuid:pk>/accept_by_decision/",
        views.reservation_accept_by_decision,
        name="reservation_accept_by_decision",
    ),
    path(
        "reservations/<uuid:pk>/find_not_permitted/",
        views.reservation_find_not_permitted,
        name="reservation_find_not_permitted",
    ),
    path(
        "reservations/<uuid:pk>/withdraw/", views.reservation_withdraw, name="reservation_withdraw"
    ),
    path("reservations/<uuid:pk>/objections/new/", views.objection_new, name="objection_new"),
    path("objections/<uuid:pk>/withdraw/", views.objection_withdraw, name="objection_withdraw"),
    path("<uuid:pk>/declarations/new/", views.declaration_new, name="declaration_new"),
    path(
        "declarations/<uuid:pk>/withdraw/", views.declaration_withdraw, name="declaration_withdraw"
    ),
    path("<uuid:pk>/corrections/new/", views.correction_new, name="correction_new"),
    path("corrections/<uuid:pk>/", views.correction, name="correction"),
    path(
        "corrections/<uuid:pk>/object_to/", views.correction_object_to, name="correction_object_to"
    ),
    path("<uuid:pk>/registration/new/", views.registration_new, name="registration_new"),
    path(
        "registrations/<uuid:pk>/register/",
        views.registration_register,
        name="registration_register",
    ),
    path(
        "registrations/<uuid:pk>/publish/", views.registration_publish, name="registration_publish"
    ),
    path("ledger/<uuid:pk>/notify/", views.ledger_entry_notify, name="ledger_entry_notify"),
    path("notifications/<uuid:pk>/", views.depositary_notification, name="depositary_notification"),
    path(
        "notifications/receipts/<uuid:pk>/acknowledge/",
        views.receipt_acknowledge,
        name="receipt_acknowledge",
    ),
    path("<uuid:pk>/milestones/new/", views.milestone_new, name="milestone_new"),
    path("<uuid:pk>/domestic_steps/new/", views.domestic_step_new, name="domestic_step_new"),
    path("milestones/<uuid:pk>/supersede/", views.milestone_supersede, name="milestone_supersede"),
    path(
        "domestic_steps/<uuid:pk>/supersede/",
        views.domestic_step_supersede,
        name="domestic_step_supersede",
    ),
    path("<uuid:pk>/revisions/", views.revision_list, name="revision_list"),
    path("<uuid:pk>/revisions/new/", views.revision_new, name="revision_new"),
    path("<uuid:pk>/compare/", views.revision_compare, name="revision_compare"),
    path("<uuid:pk>/have_compared/", views.revision_have_compared, name="revision_have_compared"),
    path("<uuid:pk>/texts/new/", views.text_import_new, name="text_import_new"),
    path("revisions/<uuid:pk>/", views.revision_detail, name="revision_detail"),
    path("revisions/<uuid:pk>/freeze/", views.revision_freeze, name="revision_freeze"),
    path("text_imports/<uuid:pk>/", views.text_import_detail, name="text_import_detail"),
    path("text_imports/<uuid:pk>/take_in/", views.text_import_take_in, name="text_import_take_in"),
    path("<uuid:pk>/rounds/", views.round_list, name="round_list"),
    path("<uuid:pk>/rounds/new/", views.round_new, name="round_new"),
    path("rounds/<uuid:pk>/", views.round_detail, name="round_detail"),
    path("rounds/<uuid:pk>/edit/", views.round_edit, name="round_edit"),
    path("rounds/<uuid:pk>/begin/", views.round_begin, name="round_begin"),
    path("rounds/<uuid:pk>/close/", views.round_close, name="round_close"),
    path("<uuid:pk>/confirmations/", views.confirmations, name="confirmations"),
    path(
        "confirmations/<uuid:pk>/confirm/", views.confirmation_confirm, name="confirmation_confirm"
    ),
    path("confirmations/<uuid:pk>/refuse/", views.confirmation_refuse, name="confirmation_refuse"),
    path("revisions/<uuid:pk>/silences/new/", views.text_silence_new, name="text_silence_new"),
    path("text_silences/<uuid:pk>/", views.text_silence_detail, name="text_silence_detail"),
    path(
        "text_silences/<uuid:pk>/put_under_silence/",
        views.text_silence_put_under_silence,
        name="text_silence_put_under_silence",
    ),
    path("text_silences/<uuid:pk>/drop/", views.text_silence_drop, name="text_silence_drop"),
    path("<uuid:pk>/history/", views.history, name="history"),
    path("provisions/<uuid:pk>/history/", views.provision_history, name="provision_history"),
    path("<uuid:pk>/akn/", views.instrument_akn, name="instrument_akn"),
    path("revisions/<uuid:pk>/akn/", views.revision_akn, name="revision_akn"),
    path("<uuid:pk>/languages/", views.language_text_list, name="language_text_list"),
    path("<uuid:pk>/languages/new/", views.language_text_new, name="language_text_new"),
    path(
        "<uuid:pk>/languages/side_by_side/",
        views.languages_side_by_side,
        name="languages_side_by_side",
    ),
    path("languages/<uuid:pk>/", views.language_text_detail, name="language_text_detail"),
    path("languages/<uuid:pk>/mark/", views.language_text_mark, name="language_text_mark"),
    path(
        "languages/<uuid:pk>/complete/", views.language_text_complete, name="language_text_complete"
    ),
    path(
        "languages/<uuid:pk>/begin_concordance/",
        views.language_text_begin_concordance,
        name="language_text_begin_concordance",
    ),
    path("languages/<uuid:pk>/certify/", views.language_text_certify, name="language_text_certify"),
    path(
        "languages/<uuid:pk>/send_back/",
        views.language_text_send_back,
        name="language_text_send_back",
    ),
    path("languages/<uuid:pk>/check/", views.language_text_check, name="language_text_check"),
    path(
        "languages/<uuid:pk>/texts/new/",
        views.translation_import_new,
        name="translation_import_new",
    ),
    path(
        "languages/<uuid:pk>/provisions/<slug:key>/edit/",
        views.translation_edit,
        name="translation_edit",
    ),
    path(
        "languages/<uuid:pk>/findings/",
        views.concordance_finding_list,
        name="concordance_finding_list",
    ),
    path(
        "findings/<uuid:pk>/accept/",
        views.concordance_finding_accept,
        name="concordance_finding_accept",
    ),
    path(
        "findings/<uuid:pk>/reopen/",
        views.concordance_finding_reopen,
        name="concordance_finding_reopen",
    ),
    path("provisions/<uuid:pk>/edit/", views.provision_edit, name="provision_edit"),
    path("<uuid:pk>/positions/", positions.matrix, name="matrix"),
    path("<uuid:pk>/positions.csv", positions.matrix_csv, name="matrix_csv"),
    path("<uuid:pk>/positions.xlsx", positions.matrix_xlsx, name="matrix_xlsx"),
    path("<uuid:pk>/positions.pdf", positions.matrix_pdf, name="matrix_pdf"),
    path("<uuid:pk>/chair/", positions.chair_edit, name="chair"),
    path("provisions/<uuid:pk>/positions/", positions.position_list, name="position_list"),
    path("provisions/<uuid:pk>/positions/new/", positions.position_new, name="position_new"),
    path("provisions/<uuid:pk>/reopen/", positions.provision_reopen, name="provision_reopen"),
    path("positions/<uuid:pk>/reconfirm/", positions.position_reconfirm, name="position_reconfirm"),
    path("provisions/<uuid:pk>/brackets/new/", brackets.bracket_new, name="bracket_new"),
    path("brackets/<uuid:pk>/alternatives/new/", brackets.alternative_new, name="alternative_new"),
    path(
        "alternatives/<uuid:pk>/sponsor/",
        brackets.alternative_sponsor,
        name="alternative_sponsor",
    ),
    path(
        "alternatives/<uuid:pk>/withdraw_sponsorship/",
        brackets.alternative_withdraw_sponsorship,
        name="alternative_withdraw_sponsorship",
    ),
    path(
        "alternatives/<uuid:pk>/resolve/", brackets.alternative_resolve, name="alternative_resolve"
    ),
    path("<uuid:pk>/room/", room.room, name="room"),
    path("provisions/<uuid:pk>/comments/new/", room.comment_new, name="comment_new"),
    path("comments/<uuid:pk>/edit/", room.comment_edit, name="comment_edit"),
    path("comments/<uuid:pk>/send/", room.comment_send, name="comment_send"),
    path("comments/<uuid:pk>/resolve/", room.comment_resolve, name="comment_resolve"),
    path("comments/<uuid:pk>/release/", room.comment_release, name="comment_release"),
]

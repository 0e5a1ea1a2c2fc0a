from django.urls import path

from agreements import views

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
    path("revisions/<uuid:pk>/docx/", views.revision_docx, name="revision_docx"),
    path("revisions/<uuid:pk>/freeze/", views.revision_freeze, name="revision_freeze"),
    path("text_imports/<uuid:pk>/", views.text_import_detail, name="text_import_detail"),
    path("text_imports/<uuid:pk>/take_in/", views.text_import_take_in, name="text_import_take_in"),
    path("<uuid:pk>/proposals/", views.proposal_list, name="proposal_list"),
    path("<uuid:pk>/proposals/file/", views.proposal_file, name="proposal_file"),
    path("<uuid:pk>/proposals/new/", views.proposal_new, name="proposal_new"),
    path(
        "<uuid:pk>/proposals/from_word/", views.proposal_import_new, name="proposal_import_new"
    ),
    path(
        "proposal_imports/<uuid:pk>/", views.proposal_import_detail, name="proposal_import_detail"
    ),
    path(
        "proposal_imports/<uuid:pk>/make_drafts/",
        views.proposal_import_make_drafts,
        name="proposal_import_make_drafts",
    ),
    path("proposals/<uuid:pk>/", views.proposal_detail, name="proposal_detail"),
    path("proposals/<uuid:pk>/edit/", views.proposal_edit, name="proposal_edit"),
    path("proposals/<uuid:pk>/rebase/", views.proposal_rebase, name="proposal_rebase"),
    path("proposals/<uuid:pk>/table/", views.proposal_table, name="proposal_table"),
    path("proposals/<uuid:pk>/discard/", views.proposal_discard, name="proposal_discard"),
    path("proposals/<uuid:pk>/cosponsor/", views.proposal_cosponsor, name="proposal_cosponsor"),
    path("proposals/<uuid:pk>/leave/", views.proposal_leave, name="proposal_leave"),
    path("proposals/<uuid:pk>/take_up/", views.proposal_take_up, name="proposal_take_up"),
    path("proposals/<uuid:pk>/bracket/", views.proposal_bracket, name="proposal_bracket"),
    path("proposals/<uuid:pk>/merge/", views.proposal_merge, name="proposal_merge"),
    path("proposals/<uuid:pk>/withdraw/", views.proposal_withdraw, name="proposal_withdraw"),
    path("proposals/<uuid:pk>/supersede/", views.proposal_supersede, name="proposal_supersede"),
    path(
        "provisions/<uuid:pk>/proposals/", views.provision_proposals, name="provision_proposals"
    ),
    path("provisions/<uuid:pk>/edit/", views.provision_edit, name="provision_edit"),
]

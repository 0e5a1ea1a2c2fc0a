"""Mounted below the people's pages, whose room the roster is."""

from django.urls import path

from ots_portal.duty.views import patterns, rosters, shifts, swaps

app_name = "duty"
urlpatterns = [
    path("", rosters.overview, name="list"),
    path("shifts/<uuid:pk>/", shifts.shift_detail, name="shift_detail"),
    path("shifts/<uuid:pk>/update/", shifts.shift_update, name="shift_update"),
    path("shifts/<uuid:pk>/cancel/", shifts.shift_cancel, name="shift_cancel"),
    path("shifts/<uuid:pk>/ask/", shifts.shift_ask, name="shift_ask"),
    path("swaps/<uuid:pk>/accept/", swaps.swap_accept, name="swap_accept"),
    path("swaps/<uuid:pk>/decline/", swaps.swap_decline, name="swap_decline"),
    path("swaps/<uuid:pk>/withdraw/", swaps.swap_withdraw, name="swap_withdraw"),
    path("patterns/<uuid:pk>/end/", patterns.pattern_end, name="pattern_end"),
    path("<slug:slug>/", rosters.roster, name="roster"),
    path("<slug:slug>/shifts/new/", shifts.shift_new, name="shift_new"),
    path("<slug:slug>/patterns/", patterns.pattern_list, name="patterns"),
    path("<slug:slug>/patterns/new/", patterns.pattern_new, name="pattern_new"),
]

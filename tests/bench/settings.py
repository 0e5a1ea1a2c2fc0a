"""The portal's settings with the ready-made twins of the measured addresses, and room for the load."""

from ots_portal.settings import *  # noqa: F403 -- the same portal

ROOT_URLCONF = "tests.bench.urls"

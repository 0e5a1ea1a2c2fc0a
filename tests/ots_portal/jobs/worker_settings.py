"""The portal's settings, with the kinds of work that tests have done."""

from ots_portal.settings import *  # noqa: F403 -- the same portal
from ots_portal.settings import INSTALLED_APPS as PORTAL_APPS

INSTALLED_APPS = [*PORTAL_APPS, "tests.ots_portal.jobs.kinds"]

"""Found by a worker that runs with tests.ots_portal.jobs.worker_settings."""

from ots_portal import plugs
from tests.ots_portal.jobs.kinds.works import KINDS

for kind in KINDS:
    plugs.plug_job(kind)

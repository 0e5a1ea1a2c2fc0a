from django.http import FileResponse

from ots_portal.attachments import attachment
from ots_portal.jobs.models import Job
from ots_portal.jobs.results import open_stored


def download(job: Job) -> FileResponse:
    """
    Hand out the job's result.

    :raises ResultGone: where the store does not have the file
    :raises OSError: where the store does not answer
    """
    return attachment(
        open_stored(job),
        file_name=job.file_name,
        content_type=job.content_type,
        size_bytes=job.size_bytes or 0,
    )

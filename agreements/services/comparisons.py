from dataclasses import asdict
from datetime import datetime

from agreements.models import TextComparison, TextRevision
from agreements.queries.comparisons import compared


def keep_comparison(
    before: TextRevision, after: TextRevision, *, language: str, at: datetime
) -> TextComparison:
    """Compare two frozen revisions, and keep what came of it; whoever was faster has kept the same."""
    changes = [asdict(change) for change in compared(before, after, language=language)]
    kept, _is_new = TextComparison.objects.get_or_create(
        before=before,
        after=after,
        language=language,
        defaults={"changes": changes, "created_at": at},
    )
    return kept

from django.db import models


class Round(models.Model):
    """A task that beat calls again and again: when a worker last did it, and when that last failed."""

    task = models.CharField(primary_key=True, max_length=100)
    # When beat first had it in its schedule: from then on it can be late.
    known_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    # The kind of the fault ("KeyError"): its text may quote a record.
    failure = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.task

from django.db import models


class IndexedRecord(models.Model):
    """
    The words by which a record is found. It says nothing of who may find it: that is asked with each search.

    The primary key orders by ``at`` (search.positions), so that the newest hits are read first and without
    sorting. ``words`` are folded, each once, in no order: the text itself is only in the record.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=60)  # key of a plugs.Searchable
    record_id = models.UUIDField()
    at = models.DateTimeField()
    participant = models.CharField(max_length=40, blank=True)  # slug of whose record it is
    words = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="one_row_per_indexed_record")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class WaitingRecord(models.Model):
    """
    That something happened to a record, written in the same transaction: what is found by it is indexed again.

    A record may wait more than once: what changed after a worker has read it is read again.
    """

    id = models.BigAutoField(primary_key=True)
    subject_type = models.CharField(max_length=100)  # label of a model
    subject_id = models.CharField(max_length=40)
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"

import uuid

from django.db import models


class Counter(models.Model):
    """The last number given out in a series and year."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year"], name="one_counter_per_series_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last}"

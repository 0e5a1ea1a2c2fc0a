from django.db import models


class Heartbeat(models.Model):
    """When beat last told a worker to write this row: all three are alive, or the row grows old."""

    name = models.CharField(primary_key=True, max_length=20)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beaten_at:%Y-%m-%d %H:%M:%S} UTC"

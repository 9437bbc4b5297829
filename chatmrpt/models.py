"""Rows that belong to no floor: signs of life of workers, and counted attempts."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker process was last seen. One row per process name, overwritten."""

    name = models.CharField(max_length=200, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} seen {self.seen_at:%H:%M:%S}"


class Attempt(models.Model):
    """One try at something that is limited by address, such as a resume code."""

    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    succeeded = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["kind", "address", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {'ok' if self.succeeded else 'failed'}"

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.models import UploadReading, Workflow
from tpr.services.read_upload import read_upload

pytestmark = pytest.mark.django_db


def test_walk(client: Client) -> None:
    assert client.get("/").status_code == 200
    r = client.post("/workflows/", {"file": SimpleUploadedFile("a.csv", csv_bytes(TWO_STATES)), "idempotency_key": "a"})
    assert r.status_code == 303
    url = r["Location"]
    assert client.get(url).status_code == 200
    read_upload(UploadReading.objects.get().pk)
    for choice in ("select Adamawa", "confirm yes", "select primary", "select u5"):
        w = Workflow.objects.get()
        assert client.get(url).status_code == 200
        r = client.post(url + "choices/", {"choice": choice, "version": w.version, "idempotency_key": choice})
        assert r.status_code == 303, r.content
    for tab in ("map", "table", "quality", "risk", "nets"):
        assert client.get(url + "?tab=" + tab).status_code == 200, tab
    for name in ("ward_tpr.csv", "ward_tpr.geojson", "issues.csv", "ledger.csv", "summary.json", "report/", "state/"):
        assert client.get(url + name).status_code == 200, name
    for path in ("/help/", "/glossary/", "/ping", "/system-health", "/api/session/status", "/api/session/redis-status", "/api/session/verify-tpr", "/metrics"):
        r = client.get(path); assert r.status_code == 200, path
    print(client.get("/api/session/verify-tpr").json())

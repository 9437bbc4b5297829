"""Bytes over the wire, head and gzipped body, as a browser without a cache receives them."""

import gzip
import re
import sys
from pathlib import Path

from kit.people import person, sample_upload
from kit.product import say, start
from kit.site import Answer, Person, site
from kit.workbooks import SHARED, workbook
from report import measured

PAGE, TURN, MAP = 100_000, 8_000, 120_000
LINKED = re.compile(rb'(?:href|src)="(/static/[^"]+)"')
PARTS = {
    "the map": rb"<svg[^>]*class=\"map\".*?</svg>",
    "the talk": rb"<section[^>]*talk.*?</section>",
    "the question": rb"<form class=\"ask\".*?</form>",
    "the steps": rb"<[a-z]+ class=\"stepbox.*?</ol>",
}


def weight(answer: Answer) -> int:
    """Return status line, headers and body as they were sent."""
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) + 19
    return head + len(answer.body)


def text(answer: Answer) -> bytes:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(answer.body) if packed else answer.body


def cold(one: Person, path: str) -> int:
    """Return a page with every style and script that it names."""
    page = one.ask("GET", path)
    if page.status != 200:
        sys.exit(f"{path}: {page.status}")
    files = sorted(set(LINKED.findall(text(page))))
    return weight(page) + sum(weight(one.ask("GET", name.decode())) for name in files)


def say_parts(answer: Answer) -> None:
    """Say what the biggest parts of a page are, each gzipped alone."""
    body = text(answer)
    for name, pattern in PARTS.items():
        found = b"".join(re.findall(pattern, body, re.DOTALL))
        if found:
            say(f"  {name}: {len(found):,} bytes, {len(gzip.compress(found)):,} gzipped")


def kano(port: int) -> Person | None:
    """A person who has the result of the state workbook on the real wards of Kano."""
    from django.core.management import call_command

    from tpr.models import Upload
    from tpr.services.accept_upload import accept_upload
    from tpr.services.read_upload import read_upload

    wards = SHARED / "data/wards/kano_wards.geojson"
    if not wards.exists():
        say(f"not measured: {wards} is missing")
        return None
    with Path("/dev/null").open("w") as nowhere:
        call_command("load_wards", str(wards), name="Kano wards", year=2024, stdout=nowhere)
    content = workbook("A", registry="kano", seed=1, months=12).read_bytes()
    upload = accept_upload(owner="command:bench", name="kano.xlsx", chunks=[content],
                           size=len(content), reading={"unattended": True})  # fmt: skip
    read_upload(upload.pk)
    one = person(Upload.objects.get(pk=upload.pk), 2, port)
    for answer in ("yes", "primary", "under five", "no"):
        one.say(answer)
    return one


def report_turns(one: Person, name: str) -> None:
    """A question and a decision, as the page's script receives them with the results shown."""
    one.page()
    question = one.say("what is TPR?")
    measured(f"{name}: a question answered", weight(question), "bytes", budget=TURN)
    figures = one.say("top 10 wards")
    measured(f"{name}: a table answered", weight(figures), "bytes", budget=TURN)


def planned(one: Person) -> str:
    """Bring the person's workflow to a net plan; returns the address of the plan."""
    from analysis.models import AnalysisRun
    from analysis.services.execute_run import execute_run
    from itn.models import ItnPlan

    one.page()
    one.say("run the risk analysis")
    execute_run(AnalysisRun.objects.get(workflow_id=one.workflow).pk)
    one.page()
    one.say("plan 200,000 nets")
    plan = ItnPlan.objects.get(workflow_id=one.workflow)
    return f"/workflows/{one.workflow}/plans/{plan.pk}/"


def main() -> None:
    start()
    upload = sample_upload()
    with site(1) as served:
        one = person(upload, 1, served.port)
        measured("start page, cold", cold(one, "/"), "bytes", budget=PAGE)
        path = f"/workflows/{one.workflow}/"
        measured("workflow page with a question, cold", cold(one, path), "bytes", budget=PAGE)
        answers = [one.say(words) for words in ("yes", "primary", "under five")]
        heaviest = max(answers, key=weight)
        measured("heaviest turn of the selection", weight(heaviest), "bytes", budget=TURN)
        say_parts(heaviest)
        decided = one.say("no")
        measured(
            "the turn that brings the results of 104 wards", weight(decided), "bytes", budget=TURN
        )
        say_parts(decided)
        report_turns(one, "sample, results shown")
        measured("sample page with its map, cold", cold(one, path), "bytes", budget=MAP)
        plan = planned(one)
        risk = cold(one, f"{path}?tab=risk")
        measured("sample page with its ranking, cold", risk, "bytes", budget=PAGE)
        measured("plan page of 104 wards, cold", cold(one, plan), "bytes", budget=PAGE)
        measured("report of the state, cold", cold(one, f"{path}report/"), "bytes", budget=PAGE)
        real = kano(served.port)
        if real is None:
            return
        path = f"/workflows/{real.workflow}/"
        page = real.ask("GET", path)
        if b'class="map"' not in text(page):
            sys.exit("Kano has no map")
        shapes = text(page).count(b'<path class="w ')
        measured(f"Kano page with its map of {shapes} wards", weight(page), "bytes", budget=MAP)
        measured("Kano page with its map, cold, with style and script", cold(real, path), "bytes")
        say_parts(page)
        report_turns(real, "Kano, results shown")


if __name__ == "__main__":
    main()

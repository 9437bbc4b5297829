"""Files that are not the sample: one ward, long names, a real state of 484 wards."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from house.paths import PROJECT
from house.screens.camera import Camera
from house.screens.files import HEAD
from house.screens.visit import Visit, shell

SHARED = PROJECT.parent / "shared"
LONG = (
    "Nasarawa-Tudun Wada Gwamnatin Jihar Layin Makaranta North-West Extension II",
    "Comprehensive Primary Health Care Centre and Maternity of Saint-Theresa-by-the-Sea, Annex B",
)


def walk(browser: Browser, camera: Camera) -> None:
    rows = [
        f"Kwara,Moro,Ajanaku,Clinic {n},2024{m:02},{20 + n},{5 + n}"
        for n in range(3) for m in range(1, 13)
    ]  # fmt: skip
    one_file(browser, camera, "one-ward", [HEAD, *rows])
    ward, clinic = LONG
    rows = [
        f'Federal Capital Territory,Abuja Municipal Area Council,"{ward} {w}","{clinic} {n}",'
        f"2024{m:02},{30 + 7 * w},{9 + w * n}"
        for w in range(1, 5) for n in range(1, 4) for m in range(1, 7)
    ]  # fmt: skip
    one_file(browser, camera, "long-names", [HEAD, *rows])
    if (SHARED / "data").exists():
        kano(browser)


def one_file(browser: Browser, camera: Camera, name: str, lines: list[str]) -> None:
    visit = Visit(browser, camera)
    visit.send(f"{name}.csv", "\n".join(lines))
    page = visit.page
    for _ in range(8):
        visit.at()
        visit.ready()
        if not page.query_selector(".ask, fieldset.card"):
            break
        if page.query_selector("fieldset.card"):
            for box in page.query_selector_all("fieldset.card"):
                if first := box.query_selector("input[type=radio]"):
                    first.check()
            page.click("#now form button.btn >> nth=0")
            page.wait_for_load_state()
            visit.ready()
            continue
        page.click(".ask button.choice >> nth=0")
        page.wait_for_timeout(700)
        visit.at()
        visit.ready()
    visit.at("?tab=map")
    visit.take(name)
    visit.at("?tab=table")
    visit.take(f"{name}-table", at="table")
    visit.close()


def kano(browser: Browser) -> None:
    """484 real wards. Those boundaries and names are not ours to ship: kept in var, to look at."""
    camera = Camera(PROJECT / "var" / "pictures")
    names = shell(
        "from tpr.models import BoundaryList as B\n"
        "print(*B.objects.values_list('name', flat=True), sep=';')"
    )
    if "Kano 484" not in names:
        subprocess.run(
            [str(PROJECT / "scripts" / "manage"), "load_wards",
             str(SHARED / "data" / "wards" / "kano_wards.geojson"),
             "--name", "Kano 484", "--year", "2021", "--publisher", "GRID3", "--state", "Kano"],
            check=True, timeout=120, capture_output=True,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "kano.xlsx"
        subprocess.run(
            [sys.executable, str(SHARED / "tools" / "make_nmep.py"), "A", "--registry", "kano",
             "--seed", "1", "--out", str(book)],
            check=True, timeout=200, capture_output=True,
        )  # fmt: skip
        visit = Visit(browser, camera)
        visit.go("/")
        visit.page.set_input_files("#upload input[type=file]", str(book))
        visit.page.click("#upload button >> nth=0")
        visit.page.wait_for_selector("[data-waiting]", timeout=60_000)
        visit.remember()
        visit.ready()
    visit.to_result()
    visit.at("?tab=map")
    visit.take("kano")
    visit.take("kano-map", main=True, at="#results")
    visit.at("?tab=table")
    visit.take("kano-table", at="#results")
    visit.close()

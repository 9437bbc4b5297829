"""The start page, and a file: sent, stopped, refused, read, asked about."""

from playwright.sync_api import Browser

from house.paths import data_dir
from house.screens.camera import Camera
from house.screens.visit import BASE, Visit

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 60_000, "uploadThroughput": 28_750}
HEAD = "State,LGA,Ward,Facility,periodcode,tested_u5,conf_u5"


def moro() -> str:
    """A file with a column the reader is unsure of, and figures that stand twice."""
    rows = [f"Kwara,Moro,Ajanaku,Clinic {n},202401,{20 + n},{5 + n}" for n in range(9)]
    return "\n".join([HEAD, *rows, "Kwara,Moro,Ajanaku,Clinic 3,202401,41,12"])


def walk(browser: Browser, camera: Camera) -> None:
    visit = Visit(browser, camera)
    page = visit.page
    visit.go("/")
    visit.take("start", main=True)
    visit.dark("start")
    _sending(browser, camera)
    visit.send("report.csv", "Dear colleagues\nplease find the figures attached\n")
    visit.take("file-refused")
    visit.send("moro.csv", moro())
    page.wait_for_selector("fieldset.card")
    visit.take("file-review", main=True)
    visit.close()


def _sending(browser: Browser, camera: Camera) -> None:
    """The sample workbook over 230 kbps: on its way, paused, and gone on with later."""
    visit = Visit(browser, camera)
    page = visit.page
    visit.go("/")
    line = visit.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    page.set_input_files(
        "#upload input[type=file]", str(data_dir() / "sample" / "nmep_workbook.xlsx")
    )
    page.click("#upload button >> nth=0")
    page.wait_for_selector("#pause:visible")
    page.wait_for_timeout(4500)
    visit.take("upload-sending", main=True)
    page.click("#pause")
    page.wait_for_timeout(300)
    visit.take("upload-paused")
    page.wait_for_url("**/workflows/*-*/**")
    open_line = {**SLOW, "latency": 0, "uploadThroughput": -1, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", open_line)
    visit.remember()
    visit.go("/")
    visit.at()
    visit.take("upload-resuming")
    page.set_input_files(
        "#upload input[type=file]", str(data_dir() / "sample" / "nmep_workbook.xlsx")
    )
    page.click("#upload button >> nth=0")
    page.wait_for_selector("[data-waiting]")
    visit.hold()
    visit.take("file-reading", main=True)
    visit.close()
    assert BASE

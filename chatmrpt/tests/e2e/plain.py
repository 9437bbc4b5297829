"""A person whose browser runs no script: every step is a link, or a form that leads to a page."""

from pathlib import Path
from typing import Any

SENT = "State,LGA,Ward,Facility,level,periodcode,tested_u5,conf_u5"


def small_file(folder: Path) -> Path:
    """A file of one state with two wards, columns to confirm."""
    rows = [
        f"Kwara,Moro,{ward},Clinic {ward} {n},Primary,20240{n},{20 + n},{5 + n}"
        for ward in ("Ajanaku", "Bode") for n in range(1, 9)
    ]  # fmt: skip
    path = folder / "kwara.csv"
    path.write_text("\n".join([SENT, *rows]) + "\n")
    return path


def press(page: Any, name: str, within: str = "body") -> None:
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=name, exact=True).first.click()


def follow(page: Any, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def type_sentence(page: Any, words: str) -> None:
    page.get_by_label("Type an answer or a question").fill(words)
    press(page, "Send")


def send_a_file_and_go_back(page: Any, file: Path) -> None:
    """The file in one form; the page looks again by itself; answers by button, `back`, `change`."""
    page.get_by_label("Excel or CSV").set_input_files(str(file))
    press(page, "Upload and read")
    page.wait_for_selector("text=need your eye")
    press(page, "Confirm and read again")
    page.wait_for_selector('#page[data-stage="state_confirmation"]')
    follow(page, 'button.choice[value="confirm yes"]')
    follow(page, 'button.choice[value="select primary"]')
    page.wait_for_selector('#page[data-stage="age_group_selection"]')
    type_sentence(page, "back")
    page.wait_for_selector('#page[data-stage="facility_selection"]')
    follow(page, 'button.choice[value="select all"]')
    follow(page, '#steps button.link:has-text("Facility level")')
    assert page.locator("#steps .now").inner_text().startswith("Facility level")


def decide_a_name_and_recalculate(page: Any) -> None:
    follow(page, 'a[href$="/matches/"]')
    follow(page, "article button.choice")
    assert page.locator("#now[role=status]").count() == 1
    press(page, "Recalculate")


def write_down_a_call(page: Any) -> None:
    follow(page, 'a[href$="/quality/"]')
    follow(page, "table.call-list a")
    page.get_by_label("Who called").fill("A. Bello")
    page.get_by_label("What the register says").fill("7, not 77")
    press(page, "Write down the answer")
    assert "A. Bello" in page.locator("#calls").inner_text()


def work_on_the_plan(page: Any) -> bytes:
    """Copy, a ward by hand with its reason, comparison, submission, approval, the paper.

    Returns
    -------
    The report that was brought.
    """
    follow(page, '#results a.btn[href*="/plans/"]')
    first = page.url
    page.get_by_label("Name of the copy").fill("Two ways")
    press(page, "Make the copy")
    assert page.url != first and page.locator("h1").inner_text() == "Two ways"
    copy = page.url.split("?")[0].split("#")[0]
    follow(page, "#wards tbody a >> nth=3")
    page.locator("#fu").fill("1")
    page.locator("#fr").fill("Reached only by boat")
    follow(page, 'form[action$="/fix/"] button')
    page.goto(copy)
    press(page, "Compare")
    assert page.locator("#comparison").count() == 1
    page.goto(copy)
    page.locator("#ss").fill("A. Bello, M and E")
    press(page, "Submit for approval")
    page.locator("#as").fill("B. Musa, Director")
    press(page, "Approve and lock")
    page.locator('button:has-text("Make: Report, PDF")').click()
    link = page.locator('a:has-text("Report, PDF")')
    for _ in range(40):  # the page of the paper looks again by itself until the file is there
        page.wait_for_timeout(1000)
        page.goto(copy)
        if link.count():
            break
    answer = page.request.get(page.url.split("/workflows")[0] + link.get_attribute("href"))
    assert "Reached only by boat" in page.locator("main").inner_text()
    return bytes(answer.body())


def make_an_account(page: Any, address: str) -> None:
    """Sign up, taking this browser's workflows along; out, and in again."""
    page.goto(f"{address}/sign-up/")
    page.get_by_label("Name to sign in with").fill("a.bello")
    page.locator("#password").fill("Harmattan-Kano-7")
    page.locator("#again").fill("Harmattan-Kano-7")
    press(page, "Make the account")
    press(page, "Sign out")
    page.goto(f"{address}/sign-in/")
    page.locator("#name").fill("a.bello")
    page.locator("#password").fill("Harmattan-Kano-7")
    press(page, "Sign in", "main")
    assert page.locator(".who .me").inner_text().endswith("a.bello")

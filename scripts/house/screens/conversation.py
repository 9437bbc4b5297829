"""Every question of the conversation, on the sample."""

from playwright.sync_api import Browser

from house.screens.camera import Camera
from house.screens.visit import Visit


def walk(browser: Browser, camera: Camera) -> None:
    visit = Visit(browser, camera)
    visit.sample()
    visit.ready()
    visit.take("question-state", main=True)
    visit.say("yes")
    visit.take("question-level", main=True, top=False)
    visit.dark("question-level")
    visit.say("abeg use the phc ones")
    visit.take("question-age", main=True, top=False)
    visit.say("how many wards are there?")
    visit.take("question-after-a-side-question", top=False)
    visit.say("the ones by the river")
    visit.take("question-not-understood", top=False)
    other = visit.context.new_page()
    other.goto(visit.workflow)
    visit.say("under 5")
    if visit.page.locator(".ask >> text=out-patient").count():
        visit.take("question-ratio")
    other.click("button.choice >> nth=0")
    other.wait_for_selector("[role=alert]")
    camera.take(other, "refused-409", at="[role=alert]")
    visit.close()

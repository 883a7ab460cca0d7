"""A person at Neo4j Browser: a real headless Chromium, driven by selenium. Nothing but this machine is reached."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from selenium import webdriver
from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

T = TypeVar("T")
# Browser's first page takes seconds on a machine that does other things too.
_SECONDS = 120
_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
# A file that is dropped on the window, as Browser is told of it.
_DROP = """
const [name, content] = arguments;
const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0));
const data = new DataTransfer();
data.items.add(new File([bytes], name));
const zone = document.querySelector('.filedrop');
for (const kind of ['dragenter', 'dragover', 'drop']) {
  zone.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: data}));
}
"""


def find_chromium() -> tuple[str, str] | None:
    """Chromium and its driver, where both are installed."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    return (chromium, driver) if chromium and driver else None


class BrowserWindow:
    """Neo4j Browser in a window of its own.

    Args:
        address: of Neo4j Browser.
        size: of the window, in pixels.
    """

    def __init__(self, address: str, size: tuple[int, int] = (1400, 1000)) -> None:
        programs = find_chromium()
        assert programs is not None
        options = webdriver.ChromeOptions()
        options.binary_location = programs[0]
        for switch in (*_SWITCHES, f"--window-size={size[0]},{size[1]}"):
            options.add_argument(switch)
        self.driver = webdriver.Chrome(options=options, service=Service(programs[1]))
        self.driver.get(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.driver.quit()

    def connect(self, user: str, password: str) -> None:
        """Fill in the form, and wait until the server has said who it talks to, and Browser has opened the guide."""
        self.find("[data-testid=username]").send_keys(user)
        self.find("[data-testid=password]").send_keys(password)
        self.find("[data-testid=connect]").click()
        self.until(lambda: "You are connected as user" in self.find("[data-testid=stream]").text)
        self.find("[data-testid=guidesDrawer]")

    def drop(self, name: str, content: bytes) -> None:
        """Drop a file on the window."""
        self.driver.execute_script(_DROP, name, base64.b64encode(content).decode())

    def open_queries(self, folder: str) -> None:
        """Open the sidebar with the saved queries, and a folder in it."""
        self.toggle_queries()
        self.find(f"[data-testid='expandFolder-{folder}']").click()

    def toggle_queries(self) -> None:
        """Open the sidebar with the saved queries, or close it."""
        self.find("[data-testid=navigationFavorites] button").click()

    def run_saved(self, title: str) -> WebElement:
        """Run a query of the open folder with its button, and give the frame with the result."""

        def press() -> bool:
            for item in self.driver.find_elements(By.CSS_SELECTOR, "[data-testid=savedScriptListItem]"):
                if title in item.text:
                    item.find_element(By.CSS_SELECTOR, "[data-testid=savedScriptsButton-Run]").click()
                    return True
            return False

        return self._framed(lambda: self.until(press))

    def type(self, text: str) -> None:
        """Put text into the editor, in place of what is there."""
        editor = self.find("#monaco-main-editor textarea")
        editor.send_keys(Keys.CONTROL, "a")
        editor.send_keys(Keys.DELETE)
        self.driver.execute_cdp_cmd("Input.insertText", {"text": text})

    def run(self, text: str | None = None) -> WebElement:
        """Run what is in the editor, or `text`, and give the frame with the result once it is there."""
        if text is not None:
            self.type(text)
        return self._framed(self.find("[data-testid=editor-Run]").click)

    def frames(self) -> list[WebElement]:
        """The frames with results, the newest first."""
        return self.driver.find_elements(By.CSS_SELECTOR, "article[data-testid=frame]")

    def find(self, selector: str, within: WebElement | None = None) -> WebElement:
        """The first element that a person can see; waited for."""

        def visible() -> WebElement | None:
            for found in (within or self.driver).find_elements(By.CSS_SELECTOR, selector):
                if found.is_displayed():
                    return found
            return None

        return self.until(visible)

    def until(self, condition: Callable[[], T | None]) -> T:
        """What the condition gives as soon as that is something."""
        ignored = (NoSuchElementException, StaleElementReferenceException)
        waiting = WebDriverWait[Any](self.driver, _SECONDS, poll_frequency=0.2, ignored_exceptions=ignored)
        try:
            found: T = waiting.until(lambda _: condition())  # type: ignore[assignment]
            return found
        except TimeoutException as error:
            page = self.driver.find_element(By.TAG_NAME, "body").text
            raise AssertionError(f"this did not come within {_SECONDS} seconds; the page says:\n{page}") from error

    def wait_for(self, within: WebElement, text: str) -> None:
        """Wait until the text is there."""
        self.until(lambda: text in within.text)

    def picture(self, of: WebElement, file: Path) -> None:
        """Save a picture of an element."""
        file.write_bytes(of.screenshot_as_png)

    def _framed(self, act: Callable[[], object]) -> WebElement:
        before = self._newest()
        act()
        self.until(lambda: self._newest() not in (None, before))
        return self.frames()[0]

    def _newest(self) -> str | None:
        frames = self.frames()
        return frames[0].id if frames else None

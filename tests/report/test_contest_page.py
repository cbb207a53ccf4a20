"""The page of compare, used in a real browser: what people click and press, and that nothing leaves it."""

from __future__ import annotations

import csv
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner

from lossytools import sample_cine
from lossytools.cli.verbs import root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Writer

CHROMIUM = shutil.which("chromium")
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


def compare(out: Path, *words: object) -> str:
    done = CliRunner().invoke(root, ["compare", *map(str, words), "--report", str(out)])
    assert done.exit_code == 0, done.stderr
    return out.read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, Any]:
    text = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert text
    found: dict[str, Any] = json.loads(text.group(1))
    return found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "page.html"
    compare(out, sample_cine(), "-c", "jpeg", "-c", "htj2k", "--at", "psnr=40,44")
    return out


def test_the_page_asks_for_nothing_from_anywhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert policy.group(1).startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy.group(1)
    assert not re.findall(r"(?:src|href)=", text)
    assert set(re.findall(r"https?://[\w./]+", text)) <= {"http://www.w3.org/2000/svg", *_addresses(text)}
    assert len(text) < 3_000_000


def _addresses(text: str) -> set[str]:
    """Where guidelines were read is words on the page."""
    return {
        line
        for each in data_of(text)["images"]
        for said in each["lines"]
        for line in re.findall(r"https?://[\w./]+", said)
    }


def test_nothing_outside_of_the_sector_is_on_the_page_unless_asked_for(tmp_path: Path) -> None:
    words = (sample_cine(), "-c", "jpeg", "--at", "psnr=40")
    cropped = data_of(compare(tmp_path / "a.html", *words))["images"][0]
    whole = data_of(compare(tmp_path / "b.html", *words, "--show-text"))["images"][0]
    assert cropped["text"] is None
    assert whole["text"] is not None
    assert (cropped["corner"] != [0, 0], whole["corner"]) == (True, [0, 0])
    assert sample_cine().name not in json.dumps(cropped)


def test_figures_of_the_page_are_those_of_the_table(page: Path, tmp_path: Path) -> None:
    found = data_of(page.read_text(encoding="utf-8"))["images"][0]
    words = [str(sample_cine()), "-c", "jpeg", "-c", "htj2k", "--at", "psnr=40,44", "--csv"]
    CliRunner().invoke(root, ["compare", *words, str(tmp_path / "t.csv")])
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text().splitlines()))
    whole = [row for row in rows if row["part"] == "whole"]
    assert [point["psnr_worst"] for point in found["points"]] == [
        float(row["psnr_worst_db"]) for row in whole
    ]
    assert [point["ratio"] for point in found["points"]] == [float(row["ratio"]) for row in whole]
    for point in found["points"]:
        assert sum(bin_[2] for bin_ in point["errors"]) == 20 * 240 * 320 * 3
        assert len(point["per_frame"]["sector"]) == 20
        assert min(point["per_frame"]["whole"]) == point["psnr_worst"]


class Browser:
    """A page in headless Chromium, and all that it asked for and complained of."""

    def __init__(self, page: Any, path: Path) -> None:
        self.page, self.own, self.faults = page, path.resolve().as_uri(), []
        page.on("console", lambda said: self.faults.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._asked)
        page.goto(self.own)
        self.drawn()

    def _asked(self, request: Any) -> None:
        if request.url != self.own and not request.url.startswith(("data:", "blob:")):
            self.faults.append(f"request: {request.url}")

    def until(self, script: str) -> None:
        """Wait until a script is true; the page's own policy forbids the browser's way of waiting for one."""
        for _ in range(200):
            if self.page.evaluate(script):
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"never true: {script}")

    def drawn(self) -> None:
        self.until("document.body.dataset.drawn > 0")

    def after(self, act: Any) -> None:
        """Act, and wait until something was drawn."""
        before = int(self.page.evaluate("document.body.dataset.drawn"))
        act()
        self.until(f"document.body.dataset.drawn > {before}")

    def press(self, key: str) -> None:
        self.after(lambda: self.page.keyboard.press(key))

    def pixel(self, canvas: str, x: int, y: int) -> list[int]:
        pen = f"document.getElementById('{canvas}').getContext('2d')"
        found: list[int] = self.page.evaluate(f"Array.from({pen}.getImageData({x}, {y}, 1, 1).data)")
        return found[:3]

    def text(self, name: str) -> str:
        return str(self.page.inner_text(f"#{name}"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  a browser is not always there

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            chromium_sandbox=False,
            args=["--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb"],
        )
        yield browser
        browser.close()


def opened(chromium: Any, path: Path, **choices: Any) -> Browser:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, **choices)
    context.set_default_timeout(10_000)
    return Browser(context.new_page(), path)


@in_a_browser
def test_clicks_and_keys_do_what_they_say_and_nothing_leaves_the_page(chromium: Any, page: Path) -> None:
    browser = opened(chromium, page)
    assert browser.text("name-a") == "source"
    assert browser.text("name-b") == "jpeg psnr>=40"
    browser.press("4")
    assert browser.text("name-a") == "|source - jpeg psnr>=40| x 4"
    browser.press("d")
    assert "x 16" in browser.text("name-a")
    assert "white: 16 grey levels" in browser.text("legend")
    browser.after(lambda: browser.page.click("[data-gain='64']"))
    assert "x 64" in browser.text("name-a")
    browser.after(lambda: browser.page.click("[data-mode='slider']"))
    assert browser.text("name-c") == "jpeg psnr>=40"
    browser.after(lambda: browser.page.select_option("#right", "3"))
    assert browser.text("name-c") == "htj2k psnr>=40"
    browser.page.keyboard.press("Escape")
    browser.page.locator("body").click(position={"x": 5, "y": 5})
    browser.page.keyboard.press("+")
    assert browser.text("zoom").endswith(":1")
    browser.page.keyboard.press("0")
    assert browser.text("zoom") == "fit"
    browser.press("n")
    assert browser.page.input_value("#frame") == "1"
    assert browser.faults == []


@in_a_browser
def test_the_largest_error_is_found_read_and_shown(chromium: Any, page: Path) -> None:
    found = data_of(page.read_text(encoding="utf-8"))["images"][0]
    browser = opened(chromium, page)
    browser.page.click("#most")
    browser.until("document.getElementById('read').textContent.startsWith('column')")
    off = re.search(r"difference ([-\d,]+)", browser.text("read"))
    assert off
    # the frame with the largest error comes first, and it lies in the sector of this cine
    assert max(abs(int(each)) for each in off.group(1).split(",")) == found["points"][0]["max_error"]
    browser.page.click("#tile")
    browser.until("document.getElementById('read').textContent.startsWith('worst tile')")
    browser.page.click("#text")
    assert "--show-text" in browser.text("read")
    assert browser.faults == []


@in_a_browser
def test_flicker_is_paused_at_first_and_slow(chromium: Any, page: Path) -> None:
    browser = opened(chromium, page)
    browser.press("3")
    drawn = browser.page.evaluate("document.body.dataset.drawn")
    browser.page.wait_for_timeout(900)
    assert browser.page.evaluate("document.body.dataset.drawn") == drawn
    browser.page.click("#play")
    before = int(browser.page.evaluate("document.body.dataset.drawn"))
    browser.page.wait_for_timeout(2000)
    changes = int(browser.page.evaluate("document.body.dataset.drawn")) - before
    assert 2 <= changes <= 6  # three a second at most
    browser.page.click("#play")
    assert browser.faults == []


@in_a_browser
def test_the_table_sorts_and_comes_as_csv(chromium: Any, page: Path) -> None:
    browser = opened(chromium, page, accept_downloads=True)
    browser.page.click("th:nth-child(2) button")
    column = browser.page.locator("#body td:nth-child(2)").all_inner_texts()
    assert column == sorted(column, key=float)
    browser.page.click("th:nth-child(2) button")
    assert browser.page.locator("#body td:nth-child(2)").all_inner_texts() == column[::-1]
    with browser.page.expect_download() as download:
        browser.page.click("#csv")
    rows = list(csv.reader(download.value.path().read_text().splitlines()))
    assert rows[0][:2] == ["codec", "ratio"]
    assert len(rows) == 5
    assert browser.faults == []


@in_a_browser
def test_dark_theme_and_print(chromium: Any, page: Path, tmp_path: Path) -> None:
    browser = opened(chromium, page, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert browser.page.evaluate(ground) == "rgb(20, 23, 28)"
    browser.page.click("#theme")
    assert browser.page.evaluate(ground) == "rgb(255, 255, 255)"
    browser.page.click("#theme")
    browser.page.emulate_media(media="print")
    assert browser.page.evaluate(ground) == "rgb(255, 255, 255)"
    assert not browser.page.is_visible("#theme")
    browser.page.emulate_media(media="null")
    browser.page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert browser.faults == []


@in_a_browser
def test_16_bits_arrive_whole_and_a_window_shows_them(chromium: Any, tmp_path: Path, write: Writer) -> None:
    ramp = np.add.outer(np.arange(96) * 20, np.arange(128) * 10).astype(np.int16) - 1000
    source = write(ramp[None], Modality="CT", RescaleSlope="1", RescaleIntercept="-24", RescaleType="HU")
    out = tmp_path / "ct.html"
    compare(out, source, "-c", "jpeg2000", "--at", "psnr=70", "--show-text")
    browser = opened(chromium, out)
    browser.page.click("#one")
    box = browser.page.locator(".view").first.bounding_box()
    browser.page.mouse.move(box["x"] + 1 + 7.5, box["y"] + 1 + 3.5)  # the border is a pixel wide
    browser.until("document.getElementById('read').textContent.includes('column 7, row 3')")
    value = 3 * 20 + 7 * 10 - 1000
    assert f"source {value}  {value - 24} HU" in browser.text("read")
    browser.page.fill("#centre", str(value))
    browser.after(lambda: browser.page.fill("#width", "400"))
    assert browser.pixel("a", 7, 3) == [128, 128, 128]  # the centre of a window is the middle of the display
    assert browser.faults == []

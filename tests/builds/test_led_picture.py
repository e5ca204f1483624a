# SPDX-License-Identifier: MIT
"""The picture of the LED's language shows what the LED does."""

import re
import unittest
import xml.etree.ElementTree as ElementTree

from harness.building import run
from harness.places import BUILD, ROOT

# The README's patterns: a character for each 100 ms of a period of 2 s.
SHAPES = {
    "failure": "##..##..##..##..##..",
    "needs operator": "#######...##........",
    "blocked": "##..##....##..##....",
    "stale or offline": "##..##..##..........",
    "running, 0 %": "...................#",
    "running, 30 %": "..............######",
    "running, 75 %": ".....###############",
    "running, 100 %": ".###################",
    "waits for switch": ".###.###############",
    "success": "####################",
    "connecting": "#####.....#####.....",
    "idle": "#...#...............",
}
SVG = "{http://www.w3.org/2000/svg}"
BAR_X, POINTS_A_SLOT, SLOTS = 290, 12.5, 40
NAME_Y = 12  # of a row's name, below the top of its bar


def shape_of(rows: list[ElementTree.Element]) -> str:
    """Returns the pattern that the white and black rectangles of one bar show."""
    shown = ["?"] * SLOTS
    for rectangle in rows:
        begin = (float(rectangle.get("x", "")) - BAR_X) / POINTS_A_SLOT
        end = begin + float(rectangle.get("width", "")) / POINTS_A_SLOT
        for slot in range(round(begin), round(end)):
            shown[slot] = "#" if rectangle.get("fill") == "#ffffff" else "."
    return "".join(shown)


class Picture(unittest.TestCase):
    def setUp(self) -> None:
        self.text = (ROOT / "examples/led.svg").read_text()

    def test_it_is_what_the_functions_give_now(self) -> None:
        done = run(BUILD / "led_picture")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, self.text, "run make led-picture")

    def test_its_bars_are_the_shapes_of_the_language(self) -> None:
        drawing = ElementTree.fromstring(self.text)
        texts = [text for text in drawing.iter(f"{SVG}text")
                 if text.get("class") == "name" and text.get("x") == "40"]
        self.assertEqual([text.text for text in texts], list(SHAPES))
        for text in texts:
            top = str(int(text.get("y", "")) - NAME_Y)
            bar = [one for one in drawing.iter(f"{SVG}rect") if one.get("y") == top]
            with self.subTest(text.text):
                self.assertEqual(shape_of(bar), 2 * SHAPES[text.text or ""])

    def test_each_row_says_what_it_means(self) -> None:
        drawing = ElementTree.fromstring(self.text)
        texts = [text for text in drawing.iter(f"{SVG}text") if text.get("x") == "40"]
        self.assertEqual([text.get("class") for text in texts], ["name", "small"] * len(SHAPES))
        meanings = [text.text or "" for text in texts[1::2]]
        self.assertEqual(len(set(meanings)), len(SHAPES))
        self.assertTrue(all(len(meaning.split()) > 2 for meaning in meanings))

    def test_its_lamps_blink_as_the_bars_do(self) -> None:
        frames = re.findall(r"^@keyframes k\d+\{(.*)\}$", self.text, re.MULTILINE)
        for shape, text in zip(SHAPES.values(), frames, strict=True):
            shown = ["?"] * 20
            for percent, opacity in re.findall(r"([\d.]+)%\{opacity:([01])\}", text):
                first = round(float(percent) / 5)
                shown[first:] = ("#" if opacity == "1" else ".") * (20 - first)
            with self.subTest(shape):
                self.assertEqual("".join(shown), shape)


if __name__ == "__main__":
    unittest.main()

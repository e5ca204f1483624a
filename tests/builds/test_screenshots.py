# SPDX-License-Identifier: MIT
"""The session that the client's README shows fits 80 columns, in both languages."""

import unittest
import xml.etree.ElementTree as xml

from harness.picture import columns, draw
from harness.places import ROOT

FOLDER = ROOT / "examples/cli"


class Screenshots(unittest.TestCase):
    def test_each_text_has_its_picture_and_fits_80_columns(self) -> None:
        paper = (FOLDER / "README.md").read_text("utf-8")
        for name in ("session", "session.zh"):
            text = (FOLDER / f"{name}.txt").read_text("utf-8")
            self.assertLessEqual(max(columns(line) for line in text.splitlines()), 80)
            picture = (FOLDER / f"{name}.svg").read_text("utf-8")
            title = xml.fromstring(picture).findtext("{http://www.w3.org/2000/svg}title") or ""
            self.assertEqual(picture, draw(text, title))
            self.assertIn(f"({name}.svg)", paper)
        self.assertRegex(text, "[\u4e00-\u9fff]")

    def test_a_picture_shows_each_character_at_its_column(self) -> None:
        picture = xml.fromstring(draw("$ a & <b>\n任务 12  x\n", "t"))
        runs = [(run.get("x"), run.text) for run in picture.iter("{http://www.w3.org/2000/svg}text")]
        self.assertEqual(runs, [("14.0", "$ a & <b>"), ("14.0", "任务"), ("47.6", " 12"),
                                ("89.6", "x")])


if __name__ == "__main__":
    unittest.main()

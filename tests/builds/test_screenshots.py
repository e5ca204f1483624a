# SPDX-License-Identifier: MIT
"""The recorded session fits 80 columns, in both languages, and the pictures say what the texts say."""

import html
import re
import unicodedata
import unittest

from harness.places import ROOT

FOLDER = ROOT / "examples/cli/screenshots"


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


class Screenshots(unittest.TestCase):
    def test_each_text_fits_80_columns_and_has_no_escape(self) -> None:
        for language in ("en", "zh"):
            text = (FOLDER / f"session.{language}.txt").read_text("utf-8")
            self.assertNotIn("\x1b", text)
            self.assertLessEqual(max(map(columns, text.split("\n"))), 80)
            for command in ("list", "watch", "show", "led"):
                self.assertIn(f"$ pgtask {command} ", text)
            self.assertEqual(text.isascii() or "任务" not in text.split("\n")[1], language == "en")

    def test_each_picture_has_the_words_of_its_text(self) -> None:
        for language in ("en", "zh"):
            text = (FOLDER / f"session.{language}.txt").read_text("utf-8")
            picture = (FOLDER / f"session.{language}.svg").read_text("utf-8")
            runs = re.findall(r"<text [^>]*>([^<]*)</text>", picture)
            self.assertEqual("".join(html.unescape(run) for run in runs).replace(" ", ""),
                             text.replace(" ", "").replace("\n", ""))


if __name__ == "__main__":
    unittest.main()

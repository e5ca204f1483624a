# SPDX-License-Identifier: MIT
"""Each text of the client is there in Chinese too, and a build can leave all of them out."""

import re

from harness.building import Builds
from harness.chinese import (
    table, texts_of_the_client, texts_of_the_library, texts_past_the_table)

_CONVERSION = re.compile(r"%(?:0\d)?[jz]?[su%]")
_SENTENCE = re.compile(r"[a-z]{2,},? [a-z]{2,}")
_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
# What no person reads, or reads in any language: metrics, examples, and the names of the license.
IN_ENGLISH = {"leds/metrics.c"}


class Chinese(Builds):
    def test_the_rows_are_in_order_for_the_search(self) -> None:
        english = [row[0].encode() for row in table()]
        self.assertGreater(len(english), 300)
        self.assertEqual(english, sorted(set(english)))

    def test_both_texts_have_the_same_conversions_and_lines(self) -> None:
        wrong = [english for english, chinese in table()
                 if _CONVERSION.findall(english) != _CONVERSION.findall(chinese) or
                 english.endswith("\n") != chinese.endswith("\n")]
        self.assertEqual(wrong, [])

    def test_each_row_is_in_chinese(self) -> None:
        self.assertEqual([english for english, chinese in table() if not _CHINESE.search(chinese)],
                         [])

    def test_each_text_has_a_row(self) -> None:
        known = {english for english, _ in table()}
        missing = [f"{name}: {text}" for text, name in texts_of_the_client().items()
                   if text not in known and name not in IN_ENGLISH and _SENTENCE.search(text) and
                   not text.startswith("  pgtask ")]
        missing += sorted(texts_of_the_library() - known)
        self.assertEqual(missing, [], "add these to examples/cli/base/chinese.c")

    def test_each_row_is_a_text_of_the_program(self) -> None:
        texts = set(texts_of_the_client()) | texts_of_the_library()
        self.assertEqual([english for english, _ in table() if english not in texts], [],
                         "these are in examples/cli/base/chinese.c and nowhere else")

    def test_a_build_without_them_has_no_byte_of_them(self) -> None:
        build = self.make("no-chinese", "examples/cli/base/chinese.o",
                          "examples/cli/base/language.o", "examples/cli/session/option_table.o",
                          "examples/cli/base/writer.o", CPPFLAGS="-DPGTASK_CHINESE=0")
        for name in ("base/chinese.o", "base/language.o"):
            sizes = self.succeed("size", "-A", build / "examples/cli" / name)
            used = {section: int(size) for section, size in
                    re.findall(r"^\.(text|rodata\S*|data\S*|bss)\s+(\d+)", sizes, re.MULTILINE)}
            self.assertEqual(sum(used.values()), 0, sizes)
        table_object = (build / "examples/cli/session/option_table.o").read_bytes()
        self.assertNotIn(b"ui-language", table_object)

    def test_each_text_is_shown_in_the_readers_language(self) -> None:
        """A form is looked up where it is printed. Other texts go through writer_text()."""
        self.assertEqual(texts_past_the_table(), [])

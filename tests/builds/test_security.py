# SPDX-License-Identifier: MIT
"""SECURITY.md names a test for each promise: all of them exist."""

import json
import re
import unittest

from builds.papers import Paper
from harness.places import ROOT

_NAMED = re.compile(r"`(tests/[\w./-]+)`:((?:\s*`[^`]+`,?)+)")


def is_test_of(text: str, name: str) -> bool:
    """Whether the file has a function of that name, or prints that promise."""
    if " " in name:
        return f'"{name}"' in text
    return re.search(rf"^ *(?:def|static void) {name}\(", text, re.MULTILINE) is not None


class Security(unittest.TestCase):
    def setUp(self) -> None:
        self.paper = Paper(ROOT / "SECURITY.md")

    def test_each_named_test_exists(self) -> None:
        named = [(path, name) for path, names in _NAMED.findall(self.paper.prose)
                 for name in re.findall(r"`([^`]+)`", names)]
        self.assertGreater(len(named), 50)
        missing = [f"{path}: {name}" for path, name in named
                   if not is_test_of((ROOT / path).read_text(), name)]
        self.assertEqual(missing, [])

    def test_each_promise_names_a_test(self) -> None:
        sections = re.split(r"^## ", self.paper.prose, flags=re.MULTILINE)
        promises = [promise for section in sections if section.startswith("A ")
                    for promise in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]
        self.assertGreater(len(promises), 25)
        self.assertEqual([one for one in promises if "`tests/" not in one], [])

    def test_the_policy_allows_one_call_and_nothing_else(self) -> None:
        policies = [json.loads(fence.body) for fence in self.paper.fences
                    if fence.language == "json"]
        self.assertEqual(policies, [{"version": "2.0", "statement": [
            {"effect": "allow", "action": ["postgres:DescribeTasks"], "resource": ["*"]}]}])


if __name__ == "__main__":
    unittest.main()

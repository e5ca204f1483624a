# SPDX-License-Identifier: MIT
"""Each fuzz target runs for a few seconds and finds nothing."""

import re

from harness.building import Builds
from harness.places import ROOT


class Fuzz(Builds):
    def test_each_target(self) -> None:
        targets = {path.stem.removeprefix("fuzz_") for path in
                   (ROOT / "tests/fuzz").glob("fuzz_*.c")}
        out = self.succeed("make", "-s", "fuzz", "SECONDS=3")
        runs = dict(re.findall(r"^fuzz (\w+): (\d+) runs,.* no finding$", out, re.MULTILINE))
        self.assertEqual(set(runs), targets)

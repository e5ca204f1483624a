# SPDX-License-Identifier: MIT
"""A call of the client takes a bounded number of instructions, whatever the peer sends.

`make bench-hostile` measures all hostile peers. These are those that would cost the most.
"""

import unittest

from bench.hostile import VERSIONS, faults, measure
from harness.places import BUILD

COSTLY = "warnings after 2|gathered_(tickets|hello_requests), between|answer: (tasks|blanks)"


class Turns(unittest.TestCase):
    def test_no_call_is_long_while_a_peer_sends_without_pause(self) -> None:
        for version in VERSIONS:
            with self.subTest(version):
                rows = measure(BUILD, version, COSTLY)
                self.assertEqual(len(rows), 5)
                self.assertEqual(faults(rows), [])


if __name__ == "__main__":
    unittest.main()

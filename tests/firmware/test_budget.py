# SPDX-License-Identifier: MIT
"""Each image keeps its budgets of flash and RAM, holds nothing of libc's heap, and runs."""

import unittest

from binary import test_symbols
from binary import image
from firmware.test_listing import Listing as _Listing
from harness.qemu import IMAGES, firmware_images

# Bytes of flash, and bytes of RAM with the stack.
BUDGETS = {
    "mps2-an385": (164_000, 96 * 1024),
    "mps2-an386": (164_000, 96 * 1024),
    "mps2-an500": (164_000, 96 * 1024),
    "lm3s6965evb": (130_100, 64 * 1024),
    "mps2-an385-tls12": (130_100, 64 * 1024),
    "mps2-an385-proxy": (131_000, 64 * 1024),
    "mps2-an385-private-small": (130_100, 52 * 1024),
    "mps2-an385-private-p256": (115_000, 48 * 1024),
    "mps2-an385-private-small-p256": (115_000, 40 * 1024),
    "mps2-an385-compact": (114_000, 64 * 1024),
}


class Images(unittest.TestCase):
    def test_every_image_keeps_its_budget(self) -> None:
        self.assertEqual(firmware_images(), sorted(BUDGETS))
        for name, (flash, ram) in BUDGETS.items():
            with self.subTest(name):
                found = image.read(IMAGES / f"{name}.elf")
                self.assertLessEqual(found.flash, flash)
                self.assertLessEqual(found.ram, ram)

    def test_no_image_holds_a_heap_or_printf(self) -> None:
        for name in BUDGETS:
            names = image.symbols(IMAGES / f"{name}.elf")
            self.assertIn("pgtask_client_next", names)
            bad = {one for one in names if test_symbols.FORBIDDEN.fullmatch(one.lstrip("_"))}
            self.assertEqual(bad, set(), name)


class Small(_Listing):
    """The images with the least RAM, against the chain of P-256 that their arena is made for."""

    past = 700

    def test_48_kib_of_ram_carry_a_p256_chain_with_records_of_16_kb(self) -> None:
        self.simulator.use_certificate("server", "1.2")
        self.assert_listed(self.board("mps2-an385-private-p256", list=100, roots=1))

    def test_40_kib_of_ram_carry_a_p256_chain_with_small_records(self) -> None:
        self.simulator.use_certificate("server", "1.2")
        self.assert_listed(self.board("mps2-an385-private-small-p256", list=100, roots=1))


del _Listing

if __name__ == "__main__":
    unittest.main()

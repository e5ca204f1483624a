# SPDX-License-Identifier: MIT
"""Every image that `make firmware` builds does all of its work within its budget of RAM.

test_budget.py tests the images for chains of P-256 only, and test_service_chain.py the images that
reach the public service, with a chain of its shape.
"""

from firmware.test_listing import Listing
from harness.qemu import firmware_images


class EveryImage(Listing):
    past = 700  # 100 of them are the instance's

    def test_a_page_of_100_tasks_under_an_rsa_4096_root(self) -> None:
        images = [name for name in firmware_images() if not name.endswith("-p256")]
        self.assertGreaterEqual(len(images), 7)
        for image in images:
            with self.subTest(image):
                self.simulator.use_certificate("under_rsa_4096_root")
                board = self.board(image, list=100)
                self.assert_listed(board)
                self.assertEqual(len(self.expected()), 100)

# SPDX-License-Identifier: MIT
"""Every image that claims to reach the public service verifies a chain of its shape."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from firmware.rig import INSTANCE, SMALL, TLS12, TLS13, FirmwareTest
from harness.places import ROOT
from harness.qemu import Machine, reaching_images
from harness.service import certificates
from harness.service_chain import INTERMEDIATES, NAMES, chain, message_bytes, renewed
from sim.command import DEFAULT_KEY

# The roots of the images' settings that a board trusts: see SETTINGS_ROOTS in port/build/image.mk.
NEW_ROOT = {"first_root": 4, "roots": 1}
BOTH_ROOTS = {"first_root": 4, "roots": 2}
OLD_ROOT = {"first_root": 5, "roots": 1}
ANOTHER_ROOT = {"first_root": 0, "roots": 1}
TRUST = {"new root": NEW_ROOT, "both roots": BOTH_ROOTS, "old root": OLD_ROOT}

# A part of the arena that the largest of these chains leaves free. The smallest arena that connects
# is 2 % larger than the peak of a large one, because free blocks lie between used ones.
MARGIN = 0.03
_ARENA = r"memory: arena \d+/(\d+) of (\d+)"


class ServiceChain(FirmwareTest):
    past = 400
    with_examples = False

    def assert_polls(self, board: Machine, version: str) -> None:
        board.wait_for(f"connected: TLSv{version}, full handshake", 40)
        board.wait_for("poll 1", 20)

    def settings_with(self, root: str) -> Path:
        """Returns a page of settings that trusts this root alone."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-settings-")))
        page = folder / "settings.bin"
        subprocess.run(
            [sys.executable, ROOT / "examples/firmware/make_settings.py", "--instance", INSTANCE,
             "--ca", certificates() / f"{root}.pem", "-o", page], check=True, timeout=30,
            env={"PATH": os.environ["PATH"], "TENCENTCLOUD_SECRET_ID": DEFAULT_KEY.secret_id,
                 "TENCENTCLOUD_SECRET_KEY": DEFAULT_KEY.secret_key})
        return page

    def versions(self, image: str) -> tuple[str, ...]:
        return ("1.2", "1.3") if image == TLS13 else ("1.2",)

    def test_each_image_with_the_new_root_and_with_the_old_one(self) -> None:
        images = reaching_images()
        self.assertGreaterEqual(len(images), 6)
        for image in images:
            for trust in (BOTH_ROOTS, OLD_ROOT):
                with self.subTest(image, **trust):
                    self.simulator.use_certificate(chain(100), "1.2")
                    board = self.board(image, **trust)
                    self.assert_polls(board, "1.2")
                    board.stop()

    def test_each_number_of_names_below_each_intermediate(self) -> None:
        for image in (TLS12, TLS13):
            for names in NAMES:
                for bits in INTERMEDIATES:
                    version = self.versions(image)[-1]
                    with self.subTest(image, names=names, bits=bits):
                        self.simulator.use_certificate(chain(names, bits), version)
                        board = self.board(image, **NEW_ROOT)
                        self.assert_polls(board, version)
                        board.stop()

    def test_the_arena_has_a_margin_for_200_names_and_any_root(self) -> None:
        for image in (TLS12, SMALL, TLS13):
            for version in self.versions(image):
                for name, trust in TRUST.items():
                    with self.subTest(image, version=version, trust=name):
                        self.simulator.use_certificate(chain(200), version)
                        board = self.board(image, report=1, **trust)
                        self.assert_polls(board, version)
                        peak, capacity = map(int, board.wait_for(_ARENA).groups())
                        self.assertLessEqual(peak, capacity * (1 - MARGIN))
                        board.stop()

    def test_a_chain_that_is_too_large_is_told_with_its_size(self) -> None:
        size = message_bytes(chain(400))
        self.simulator.use_certificate(chain(400), "1.2")
        for image in (TLS12, SMALL):
            board = self.board(image, **NEW_ROOT)
            board.wait_for(rf"trouble: tls: .*message of {size} bytes.*PGTASK_TLS_RECORD")
            if image == TLS12:  # QEMU does not trace the LED of the other board
                start_ms = board.lines[-1].at_ms
                board.wait_for_ms(start_ms + 4000)
                self.assertEqual(board.light.read(start_ms + 400, start_ms + 3900), "blocked")
        self.assertEqual(self.request_count(), 0)

    def test_neither_root_is_no_trust(self) -> None:
        self.simulator.use_certificate(chain(60), "1.2")
        for image in (TLS12, SMALL):
            self.board(image, **ANOTHER_ROOT).wait_for("trouble: tls: .*no trusted root")
        self.assertEqual(self.request_count(), 0)

    def test_an_impostor_root_and_an_expired_one_are_told_as_what_they_are(self) -> None:
        for root, words in (("service_g2_impostor", "no trusted root"),
                            ("service_g1_expired", "expired")):
            settings = self.settings_with(root)
            for names in (20, 200):
                self.simulator.use_certificate(chain(names), "1.2")
                for image in (TLS12, SMALL):
                    with self.subTest(root, names=names, image=image):
                        board = self.board(image, settings=settings)
                        board.wait_for(f"trouble: tls: .*{words}", 40)
                        board.stop()
        self.assertEqual(self.request_count(), 0)

    def test_a_certificate_that_changes_between_two_connections(self) -> None:
        """The board resumes, until the server has another certificate and forgets its sessions."""
        self.simulator.set_scenario(keep_alive=False)
        self.simulator.use_certificate(chain(100), "1.2")
        board = self.board(TLS12, poll_ms=50, report=1, **NEW_ROOT)
        at, _ = board.wait_for_line("connected: TLSv1.2, full handshake", 40)
        for sent in (renewed(), chain(100, 2048)):
            at, _ = board.wait_for_line("connected: TLSv1.2, resumed", 20, at)
            self.simulator.use_certificate(sent, "1.2")
            at, _ = board.wait_for_line("connected: TLSv1.2, full handshake", 40, at)
            at, _ = board.wait_for_line(r"poll \d+", 20, at)
        self.assertIsNone(board.find("trouble"), board.last_lines())
        self.simulator.use_certificate("unknown_ca", "1.2")
        board.wait_for("trouble: tls: .*no trusted root", 40, at)


class Private(FirmwareTest):
    """The images whose names say private do not claim to reach the service, and say why."""

    def test_a_chain_that_does_not_fit_is_told_with_its_size(self) -> None:
        sent = chain(20, 2048)
        self.simulator.use_certificate(sent, "1.2")
        board = self.board("mps2-an385-private-small", instance=INSTANCE, **NEW_ROOT)
        line = board.wait_for(r"trouble: tls: .*message of (\d+) bytes", 40)
        self.assertEqual(int(line[1]), message_bytes(sent))
        self.assertTrue(re.search("PGTASK_TLS_RECORD|arena", line.string), line.string)
        self.assertEqual(self.request_count(), 0)

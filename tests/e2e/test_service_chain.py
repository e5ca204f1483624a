# SPDX-License-Identifier: MIT
"""The program verifies chains of the public service's own shape, whichever of its roots it has."""

import subprocess
import unittest

from harness.led_daemon import LedDaemon
from harness.runner import NETWORK, EndToEnd
from harness.service import certificates
from harness.service_chain import (
    BOTH_ROOTS, INTERMEDIATES, NAMES, chain, message_bytes, renewed,
)

INSTANCE = "postgres-led00001"
VERSIONS = ("1.2", "1.3")

# The roots that the client trusts, and words of the error, if the chain is not trusted.
TRUST: dict[str, tuple[str, ...]] = {
    "service_g1": (),
    "service_g2": (),
    BOTH_ROOTS: (),
    "service_roots_g1_expired": (),
    "service_g1_expired": ("expired", "clock"),
    "other_root": ("no trusted root",),
}


class Shape(unittest.TestCase):
    def test_messages_have_from_5_to_12_kb_as_openssl_counts(self) -> None:
        sizes = {(names, bits): message_bytes(chain(names, bits))
                 for names in NAMES for bits in INTERMEDIATES}
        self.assertEqual(min(sizes.values()), sizes[20, 2048])
        self.assertEqual(max(sizes.values()), sizes[200, 4096])
        self.assertTrue(4_000 < sizes[20, 2048] < 6_000, sizes)
        self.assertTrue(8_000 < sizes[100, 4096] < 9_000, sizes)
        self.assertTrue(10_000 < sizes[200, 4096] < 13_000, sizes)

    def test_openssl_verifies_each_chain_with_either_root(self) -> None:
        folder = certificates()
        for root in ("service_g1", "service_g2"):
            for leaf, *others in (chain(names, bits).split("+")
                                  for names in NAMES for bits in INTERMEDIATES):
                sent = [word for name in others for word in ("-untrusted", f"{folder}/{name}.pem")]
                done = subprocess.run(
                    ["openssl", "verify", "-CAfile", f"{folder}/{root}.pem", "-no-CApath",
                     "-purpose", "sslserver", "-verify_hostname", "postgres.tencentcloudapi.com",
                     *sent, f"{folder}/{leaf}.pem"], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, f"{root}, {leaf}: {done.stderr}")


class Trust(EndToEnd):
    past = 3

    def test_each_number_of_names_below_each_intermediate(self) -> None:
        for version in VERSIONS:
            for names in NAMES:
                for bits in INTERMEDIATES:
                    self.simulator.use_certificate(chain(names, bits), version)
                    run = self.run_pgtask("list", "--output", "json", ca="service_g2")
                    with self.subTest(names=names, bits=bits, version=version):
                        self.assert_good(run)

    def test_a_chain_that_is_too_large_is_told_with_its_size(self) -> None:
        for version in VERSIONS:
            size = message_bytes(chain(400), version)
            self.assertGreater(size, 16_384)
            self.simulator.use_certificate(chain(400), version)
            run = self.run_pgtask("list", "--timeout", "5", ca="service_g2")
            with self.subTest(version=version):
                self.assert_failed(run, NETWORK, "tls", f"message of {size} bytes",
                                   "shorten the chain or raise PGTASK_TLS_RECORD")

    def test_the_old_root_the_new_one_both_and_none(self) -> None:
        for version in VERSIONS:
            self.simulator.use_certificate(chain(60), version)
            for roots, words in TRUST.items():
                before = self.request_count()
                run = self.run_pgtask("list", "--output", "json", "--timeout", "5", ca=roots)
                with self.subTest(roots, version=version):
                    if words:
                        self.assert_failed(run, NETWORK, "tls", *words)
                        self.assertEqual(self.request_count(), before)
                    else:
                        self.assert_good(run)

    def test_without_the_crossed_certificate_only_the_new_root_suffices(self) -> None:
        sent = chain(60).removesuffix("+service_g2_crossed")
        for version in VERSIONS:
            self.simulator.use_certificate(sent, version)
            self.assert_good(self.run_pgtask("list", "--output", "json", ca="service_g2"))
            run = self.run_pgtask("list", "--timeout", "5", ca="service_g1")
            self.assert_failed(run, NETWORK, "tls", "no trusted root")


class Changes(LedDaemon):
    """The certificate changes between two connections, while the client keeps a session."""

    def follow(self, version: str) -> None:
        self.simulator.set_scenario(keep_alive=False)
        self.simulator.use_certificate(chain(100), version)
        daemon = self.daemon("--instance", INSTANCE, "--verbose", ca="service_g2")
        daemon.wait_for("idle")
        for sent in (renewed(), chain(100, 2048)):
            self.simulator.use_certificate(sent, version)
            before = self.request_count()
            daemon.wait("polls", lambda: self.request_count() > before + 3)
        text = daemon.stop().stderr
        # This server has an RSA key and prefers RSA-PSS, so each connection of TLS 1.2 comes after an
        # offer of TLS 1.3, and keeps no session. The firmware's tests resume by TLS 1.2.
        full = r"[3-9]|\d\d" if version == "1.2" else "3"
        self.assertRegex(text, rf"full handshakes ({full}), resumed {0 if version == '1.2' else '[1-9]'}")
        self.assertNotIn("trouble", text)

    def test_a_renewed_certificate_and_another_intermediate_are_verified(self) -> None:
        for version in VERSIONS:
            with self.subTest(version):
                self.follow(version)

    def test_a_kept_session_does_not_let_an_impostor_in(self) -> None:
        self.simulator.set_scenario(keep_alive=False)
        self.simulator.use_certificate(chain(100))
        daemon = self.daemon("--instance", INSTANCE, ca="service_g2")
        daemon.wait_for("idle")
        self.simulator.use_certificate("unknown_ca")
        daemon.wait_for_log("trouble: tls")
        served = self.request_count()
        daemon.wait_for("blocked")
        self.assertEqual(self.request_count(), served)
        daemon.stop()


if __name__ == "__main__":
    unittest.main()

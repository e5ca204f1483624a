# SPDX-License-Identifier: MIT
"""The program talks only to verified servers, by TLS 1.2 and 1.3."""

from harness.places import has_stock_mbedtls
from harness.runner import GOOD, NETWORK, EndToEnd

# The certificate's name, and the root that the client trusts.
GOOD_CERTIFICATES = {
    "server": "ca", "rsa": "rsa_root", "p384": "p384_root", "chained+middle": "ca",
    "wildcard": "ca", "many_names": "ca", "under_permitted+permitted_middle": "ca",
    "chained+copies": "ca", "self_signed": "self_signed",
}
# The certificate's name, and words of the error.
BAD_CERTIFICATES = {
    "unknown_ca": ("no trusted root",),
    "impostor": ("no trusted root",),
    "self_signed": ("no trusted root",),
    "chained": ("no trusted root",),  # without its intermediate
    "no_ca_flag+no_ca_flag_middle": ("certificate",),
    "no_cert_sign+no_cert_sign_middle": ("certificate",),
    "wrong_name": ("another host",),
    "client_only": ("certificate is not for a server",),
    "expired": ("expired", "clock"),
    "under_mail+mail_middle": ("not for a server",),
    "under_elsewhere+elsewhere_middle": ("may not issue for this host",),
    "under_critical_elsewhere+critical_elsewhere_middle": ("may not issue for this host",),
    "under_odd+odd_middle": ("unknown critical extension",),
    "under_large_exponent+large_exponent_middle": ("too large",),
}


class Certificates(EndToEnd):
    def test_good_ones_are_accepted_in_both_versions(self) -> None:
        for version in ("1.2", "1.3"):
            for name, root in GOOD_CERTIFICATES.items():
                self.simulator.use_certificate(name, version)
                run = self.run_pgtask("list", "--output", "json", ca=root)
                with self.subTest(name, version=version):
                    if has_stock_mbedtls() and "+permitted_middle" in name:
                        self.assert_failed(run, NETWORK, "tls", "unknown critical extension")
                    else:
                        self.assert_good(run)

    def test_the_version_is_reported_on_demand(self) -> None:
        for version in ("1.2", "1.3"):
            self.simulator.use_certificate("server", version)
            run = self.run_pgtask("list", "--verbose")
            self.assertIn(f"TLSv{version}", run.stderr)

    def test_the_newest_version_can_be_limited(self) -> None:
        self.simulator.use_certificate("server")
        for options, version in (((), "1.3"), (("--tls-max", "1.3"), "1.3"),
                                 (("--tls-max", "1.2"), "1.2")):
            run = self.run_pgtask("list", "--verbose", *options)
            with self.subTest(options):
                self.assertIn(f"TLSv{version}", run.stderr)
        self.simulator.use_certificate("server", "1.3")
        run = self.run_pgtask("list", "--tls-max", "1.2")
        self.assert_failed(run, NETWORK, "tls", "none of the TLS versions that are offered")

    def test_bad_ones_are_refused_before_anything_is_sent(self) -> None:
        for version in ("1.2", "1.3"):
            for name, words in BAD_CERTIFICATES.items():
                self.simulator.use_certificate(name, version)
                run = self.run_pgtask("list", "--output", "json", "--timeout", "5")
                if has_stock_mbedtls() and "_critical_" in name:
                    words = ("unknown critical extension",)
                with self.subTest(name, version=version):
                    self.assert_failed(run, NETWORK, "tls", *words)
                    self.assertEqual(run.stdout, "")
        self.assertEqual(self.request_count(), 0)

    def test_a_root_that_cannot_be_read_is_left_out_and_told(self) -> None:
        run = self.run_pgtask("list", "--verbose", ca="curve_twin_and_ca")
        self.assertEqual(run.status, GOOD)
        self.assertRegex(run.stderr, r"roots left out, because this build cannot read them: 1\n")
        run = self.run_pgtask("list", "--verbose")
        self.assertNotIn("left out", run.stderr)

    def test_a_damaged_root_is_left_out_and_told(self) -> None:
        run = self.run_pgtask("list", "--verbose", ca="damaged_and_ca")
        self.assertEqual(run.status, GOOD)
        self.assertRegex(run.stderr, r"roots left out, because their PEM is damaged: 1\n")

    def test_a_root_that_cannot_be_read_is_named_if_the_chain_needs_it(self) -> None:
        self.simulator.use_certificate("under_curve_root", "1.2")
        run = self.run_pgtask("list", ca="curve_root_and_ca", limit_s=10)
        self.assert_failed(run, NETWORK, "tls", "a trusted root cannot be read (code -0x3A00)")

    def test_one_that_is_not_valid_yet_is_only_asked_for_the_time(self) -> None:
        for version in ("1.2", "1.3"):
            self.simulator.use_certificate("not_yet_valid", version)
            run = self.run_pgtask("list", "--output", "json")
            self.assert_failed(run, NETWORK, "tls", "not valid yet", "the server's clock")
        counters = self.simulator.service.counters
        self.assertEqual((counters.requests, counters.requests_signed), (2, 0))

    def test_another_root_than_the_servers_is_not_trusted(self) -> None:
        run = self.run_pgtask("list", ca="other_root", limit_s=10)
        self.assert_failed(run, NETWORK, "tls", "no trusted root")
        self.assertEqual(self.request_count(), 0)

    def test_another_host_than_the_certificates_is_refused(self) -> None:
        run = self.run_pgtask("list", "--endpoint", "postgres.example.com", limit_s=10)
        self.assert_failed(run, NETWORK, "tls", "host")
        self.assertEqual(self.request_count(), 0)


class Handshakes(EndToEnd):
    def test_a_peer_that_is_no_tls_server(self) -> None:
        for how in ("garbage", "plain"):
            self.simulator.set_scenario(handshake=how)
            run = self.run_pgtask("list", "--timeout", "3")
            with self.subTest(how):
                self.assert_failed(run, NETWORK, "tls")
                self.assertEqual(run.stdout, "")

    def test_a_peer_that_hangs_up(self) -> None:
        for how in ("close", "reset"):
            self.simulator.set_scenario(handshake=how)
            run = self.run_pgtask("list", "--timeout", "3")
            with self.subTest(how):
                self.assert_failed(run, NETWORK)
                self.assertEqual(run.stdout, "")

    def test_a_peer_that_sends_alerts_without_end(self) -> None:
        self.simulator.set_scenario(handshake="alerts")
        run = self.run_pgtask("list", "--timeout", "20", limit_s=20)
        self.assert_failed(run, NETWORK, "tls", "without end")
        self.assertEqual(run.stdout, "")


class Fallbacks(EndToEnd):
    """What looks as if the server had no TLS 1.3 that mbedTLS can take."""

    def test_the_first_connection_falls_back_and_tells_it(self) -> None:
        self.simulator.use_certificate("server", "1.2")
        self.simulator.set_scenario(handshake="bad_hello", times=1)
        run = self.run_pgtask("list", "--verbose")
        self.assertEqual(run.status, GOOD)
        self.assertIn("TLSv1.2", run.stderr)
        self.assertIn("without TLS 1.3", run.stderr)

    def test_a_server_that_has_tls13_is_refused_without_it(self) -> None:
        self.simulator.use_certificate("server")
        self.simulator.set_scenario(handshake="bad_hello", times=1)
        run = self.run_pgtask("list")
        self.assert_failed(run, NETWORK, "tls", "TLS 1.3 was prevented on the way")
        self.assertEqual(self.request_count(), 0)

    def test_nothing_is_told_where_nothing_happened(self) -> None:
        run = self.run_pgtask("list", "--verbose")
        self.assertEqual(run.status, GOOD)
        self.assertNotIn("without TLS 1.3", run.stderr)

# SPDX-License-Identifier: MIT
"""The way through a proxy: tinyproxy with and without a password, refusing, and hanging."""

import base64

from harness.proxy import Tinyproxy, free_port, scripted_peer
from harness.runner import NETWORK, USAGE, EndToEnd, Run
from harness.service import LONG_TERM
from sim.checks import Key

USER, PASSWORD = "gateway", "PasswordOfTheTestProxy"
HOST = "postgres.tencentcloudapi.com"
ALLOW_NOTHING = 'FilterDefaultDeny Yes\nFilter "/dev/null"\n'


class Proxied(EndToEnd):
    attempts = 1
    proxy_environment: dict[str, str] = {}

    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return super().environment(key) | self.proxy_environment

    def check_run(self, run: Run, key: Key | None) -> None:
        super().check_run(run, key)
        for secret in (PASSWORD, base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()):
            self.assertNotIn(secret, run.stdout + run.stderr)

    def list_by(self, *arguments: str, **environment: str) -> Run:
        self.proxy_environment = environment
        return self.run_pgtask("list", "--output", "json", *arguments)


class WithoutPassword(Proxied):
    def setUp(self) -> None:
        super().setUp()
        self.proxy = self.enterContext(Tinyproxy())
        self.url = f"http://127.0.0.1:{self.proxy.port}"

    def assert_went_through(self, run: Run, count: int) -> None:
        self.assert_good(run)
        self.assertEqual(self.proxy.requests(),
                         [f"CONNECT 127.0.0.1:{self.simulator.port} HTTP/1.1"] * count)

    def test_option_and_environment_lead_through_it(self) -> None:
        self.assert_went_through(self.list_by("--proxy", self.url), 1)
        self.assert_went_through(self.list_by("--proxy", f"127.0.0.1:{self.proxy.port}"), 2)
        self.assert_went_through(self.list_by(https_proxy=self.url), 3)
        self.assert_went_through(self.list_by(HTTPS_PROXY=self.url + "/"), 4)
        self.assert_went_through(self.list_by(ALL_PROXY=self.url), 5)
        self.assertEqual(self.request_count(), 5)

    def test_exceptions_and_none_lead_past_it(self) -> None:
        dead = f"http://127.0.0.1:{free_port()}"
        for exceptions in (HOST, "tencentcloudapi.com", ".tencentcloudapi.com", "*", f"{HOST}:443"):
            self.assert_good(self.list_by(https_proxy=dead, no_proxy=exceptions))
        self.assert_good(self.list_by("--proxy", "none", https_proxy=dead))
        self.assert_failed(self.list_by(https_proxy=dead, no_proxy="example.com"), NETWORK,
                           "cannot be reached (proxy)")

    def test_one_tunnel_serves_all_pages(self) -> None:
        run = self.list_by("--all", "--limit", "5", "--proxy", self.url)
        self.assert_went_through(run, 1)
        self.assertGreater(self.request_count(), 3)

    def test_verbose_names_the_proxy_and_where_it_is_from(self) -> None:
        run = self.list_by("--verbose", https_proxy=self.url)
        self.assertIn(f"proxy 127.0.0.1 port {self.proxy.port}, from https_proxy\n", run.stderr)

    def test_the_certificate_behind_the_proxy_is_verified(self) -> None:
        self.simulator.use_certificate("unknown_ca")
        self.assert_failed(self.list_by("--proxy", self.url), NETWORK, "tls", "no trusted root")
        self.assertEqual(self.request_count(), 0)

    def test_a_service_that_the_proxy_does_not_reach(self) -> None:
        self.proxy_environment = {"https_proxy": self.url}
        run = self.run_pgtask("list", connect=f"127.0.0.1:{free_port()}")
        self.assert_failed(run, NETWORK, "the proxy could not connect to the service (status 50")

    def test_the_proxy_looks_the_host_up(self) -> None:
        self.proxy_environment = {"https_proxy": self.url}
        run = self.run_pgtask("list", connect="no-such-host.invalid:443")
        self.assert_failed(run, NETWORK, "the proxy could not connect to the service (status 50")
        self.assertEqual(self.proxy.requests(), ["CONNECT no-such-host.invalid:443 HTTP/1.1"])


class WithPassword(Proxied):
    def test_right_ones_lead_through_and_wrong_ones_are_told(self) -> None:
        with Tinyproxy(f"{USER}:{PASSWORD}") as proxy:
            where = f"127.0.0.1:{proxy.port}"
            self.assert_good(self.list_by(https_proxy=f"http://{USER}:{PASSWORD}@{where}"))
            for userinfo in ("", f"{USER}:wrong@", f"other:{PASSWORD}@"):
                run = self.list_by(https_proxy=f"http://{userinfo}{where}")
                self.assert_failed(run, NETWORK, "the proxy wants other credentials (status 40",
                                   "check user and password of the proxy")
        self.assertEqual(self.request_count(), 1)

    def test_none_are_taken_from_the_command_line(self) -> None:
        run = self.list_by("--proxy", f"http://{USER}:{PASSWORD}@127.0.0.1:3128")
        self.assert_failed(run, USAGE, "--proxy takes no user and no password", "https_proxy=http")


class Refusing(Proxied):
    def test_a_filter(self) -> None:
        with Tinyproxy(settings=ALLOW_NOTHING) as proxy:
            run = self.list_by("--proxy", f"http://127.0.0.1:{proxy.port}")
        self.assert_failed(run, NETWORK, "the proxy refused to connect to the service (status 403)",
                           "ask the proxy's operator to allow this host and port")

    def test_other_kinds_of_proxies_and_malformed_urls(self) -> None:
        for url, words in (("socks5://a:1080", "takes http://HOST:PORT"),
                           ("https://a:443", "takes http://HOST:PORT"),
                           ("http://a", "names no port"), ("http://a:0", "port from 1"),
                           ("http://a b:1", "is not a host name")):
            for run in (self.list_by("--proxy", url), self.list_by(https_proxy=url)):
                with self.subTest(url):
                    self.assert_failed(run, USAGE, words)

    def test_peers_that_are_no_proxy(self) -> None:
        for answer in (b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x03\x00\x02\x02\x28", b"",
                       b"HTTP/1.1 200 OK\r\n\r\n\x16\x03\x03"):
            with scripted_peer(answer) as port:
                run = self.list_by("--proxy", f"127.0.0.1:{port}")
            with self.subTest(answer):
                self.assertEqual(run.status, NETWORK)
                self.assertRegex(run.stderr, r"no HTTP proxy answered \(proxy\)|broke \(proxy\)")

    def test_one_that_hangs(self) -> None:
        with scripted_peer(None) as port:
            run = self.list_by("--proxy", f"127.0.0.1:{port}", "--timeout", "1")
        self.assert_failed(run, NETWORK, "the deadline has passed (proxy)")

    def test_a_failure_of_the_proxy_is_tried_again(self) -> None:
        self.attempts = 3
        with scripted_peer(b"HTTP/1.1 503 Service Unavailable\r\n\r\n") as port:
            run = self.list_by("--proxy", f"127.0.0.1:{port}", "--verbose")
        self.assertEqual(run.status, NETWORK)
        self.assertIn("status 503", run.stderr)
        self.assertIn("retries 2,", run.stderr)


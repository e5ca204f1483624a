# SPDX-License-Identifier: MIT
"""Which host is reached, and with which roots: options, variables, and the second endpoint."""

from harness.places import PGTASK
from harness.proxy import free_port, scripted_peer
from harness.runner import GOOD, NETWORK, REFUSED, USAGE, EndToEnd, Run
from harness.service import LONG_TERM, certificates
from sim.checks import Key

HOST = "postgres.tencentcloudapi.com"


class Reached(EndToEnd):
    """Runs the client with variables of the test's own, and no option that it does not name."""

    attempts = 1
    variables: dict[str, str] = {}

    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return super().environment(key) | self.variables

    def command(self, *arguments: str, ca: str = "ca", region: str = "ap-guangzhou",
                connect: str | None = None) -> list[str]:
        return [str(PGTASK), "list", "--output", "json", "--region", region, "--attempts", "1",
                *arguments]

    def list_by(self, *arguments: str, **variables: str) -> Run:
        self.variables = {"PGTASK_CA_FILE": str(certificates() / "ca.pem")} | variables
        return self.run_pgtask(*arguments)

    def hosts(self) -> list[str]:
        return [record["headers"]["host"] for record in self.simulator.service.recorded]

    def here(self) -> str:
        return f"127.0.0.1:{self.simulator.port}"

    def localhost(self) -> str:
        return f"localhost:{self.simulator.port}"


class Variables(Reached):
    def test_an_endpoint(self) -> None:
        self.assert_good(self.list_by(PGTASK_ENDPOINT=self.localhost()))
        self.assert_good(self.list_by("--endpoint", HOST, "--connect", self.here(),
                                      PGTASK_ENDPOINT="postgres.example.com"))
        self.assertEqual(self.hosts(), [self.localhost(), HOST])

    def test_a_malformed_endpoint_is_named(self) -> None:
        for name in ("PGTASK_ENDPOINT", "PGTASK_FALLBACK_ENDPOINT"):
            for value, words in (("https://a", "without https://"), ("a b", "not a host name"),
                                 ("a:0", "port from 1"), ("", "set but empty"), ("[::1]", "host name")):
                with self.subTest(name, value=value):
                    self.assert_failed(self.list_by(**{name: value}), USAGE, name, words)

    def test_trusted_roots(self) -> None:
        good, other = (str(certificates() / f"{name}.pem") for name in ("ca", "other_root"))
        where = ("--connect", self.here())
        self.assert_good(self.list_by(*where, PGTASK_CA_FILE=good))
        self.assert_good(self.list_by(*where, PGTASK_CA_FILE=good, SSL_CERT_FILE=other))
        self.assert_good(self.list_by(*where, "--ca-file", good, PGTASK_CA_FILE=other))
        run = self.list_by(*where, PGTASK_CA_FILE=other, SSL_CERT_FILE=good)
        self.assert_failed(run, NETWORK, "no trusted root")
        run = self.list_by(*where, PGTASK_CA_FILE="/nowhere.pem")
        self.assert_failed(run, USAGE, "/nowhere.pem", "check PGTASK_CA_FILE")

    def test_roots_by_the_variable_of_openssl(self) -> None:
        self.variables = {"SSL_CERT_FILE": str(certificates() / "ca.pem")}
        self.assert_good(self.run_pgtask("--connect", self.here()))
        self.variables = {"SSL_CERT_FILE": "/nowhere.pem"}
        self.assert_failed(self.run_pgtask(), USAGE, "/nowhere.pem", "check SSL_CERT_FILE")


class Endpoint(Reached):
    def test_a_dot_at_its_end_is_not_signed(self) -> None:
        self.assert_good(self.list_by("--endpoint", f"{HOST}.", "--connect", self.here()))
        self.assertEqual(self.hosts(), [HOST])

    def test_a_finance_region_is_sent_to_its_host(self) -> None:
        self.simulator.set_scenario(error_code="UnsupportedRegion")
        self.variables = {"PGTASK_CA_FILE": str(certificates() / "ca.pem")}
        run = self.run_pgtask("--connect", self.here(), region="ap-shanghai-fsi")
        self.assert_failed(run, REFUSED, "postgres.ap-shanghai-fsi.tencentcloudapi.com")


class Second(Reached):
    """The first host fails, and the request is signed for the second one, which accepts it."""

    def assert_changed(self, run: Run) -> None:
        self.assert_good(run)
        self.assertEqual(self.hosts()[-1], self.localhost())

    def test_a_host_that_is_not_reached(self) -> None:
        dead = f"127.0.0.1:{free_port()}"
        self.assert_changed(self.list_by("--connect", dead, "--fallback-endpoint", self.localhost()))
        self.assert_changed(self.list_by("--connect", dead,
                                         PGTASK_FALLBACK_ENDPOINT=self.localhost()))

    def test_a_host_without_an_address(self) -> None:
        self.assert_changed(self.list_by("--endpoint", "no-such-host.invalid",
                                         "--fallback-endpoint", self.localhost()))

    def test_a_host_that_fails_in_tls(self) -> None:
        self.assert_changed(self.list_by("--endpoint", "postgres.example.com", "--connect",
                                         self.here(), "--fallback-endpoint", self.localhost()))
        with scripted_peer(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
            self.assert_changed(self.list_by("--connect", f"127.0.0.1:{port}",
                                             "--fallback-endpoint", self.localhost()))

    def test_the_second_host_is_verified_as_well(self) -> None:
        run = self.list_by("--connect", f"127.0.0.1:{free_port()}", "--fallback-endpoint",
                           self.localhost(), PGTASK_CA_FILE=str(certificates() / "other_root.pem"))
        self.assert_failed(run, NETWORK, "no trusted root")
        self.assertEqual(self.request_count(), 0)

    def test_a_refusal_of_the_service_changes_nothing(self) -> None:
        self.simulator.set_scenario(error_code="FailedOperation")
        run = self.list_by("--connect", self.here(), "--fallback-endpoint", self.localhost())
        self.assert_failed(run, REFUSED, "FailedOperation")
        self.assertEqual(self.hosts(), [HOST])

    def test_later_listings_stay_with_the_host_that_served(self) -> None:
        run = self.list_by("--connect", f"127.0.0.1:{free_port()}", "--fallback-endpoint",
                           self.localhost(), "--count", "3", "--interval", "0", "--verbose")
        self.assertEqual(run.status, GOOD)
        self.assertIn("changes between the hosts: 1\n", run.stderr)
        self.assertEqual(self.hosts(), [self.localhost()] * 3)

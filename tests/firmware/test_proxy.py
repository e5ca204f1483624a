# SPDX-License-Identifier: MIT
"""A board behind a proxy, which is tinyproxy, and one whose first host fails."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from firmware.rig import INSTANCE, FirmwareTest
from firmware.servers import NameServer
from harness.places import ROOT
from harness.proxy import Tinyproxy, free_port, scripted_peer
from harness.qemu import HOST, Machine
from harness.service import certificates
from sim.command import DEFAULT_KEY

IMAGE = "mps2-an385-proxy"
CREDENTIALS = "gateway:PasswordOfTheTestProxy"
SERVICE = "postgres.tencentcloudapi.com"


class Ways(FirmwareTest):
    def page(self, *arguments: str, credentials: str = "") -> Path:
        """Returns a page of settings with these ways to the service."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-settings-")))
        page = folder / "settings.bin"
        environment = {"PATH": os.environ["PATH"], "PROXY_CREDENTIALS": credentials,
                       "TENCENTCLOUD_SECRET_ID": DEFAULT_KEY.secret_id,
                       "TENCENTCLOUD_SECRET_KEY": DEFAULT_KEY.secret_key}
        subprocess.run([sys.executable, ROOT / "examples/firmware/make_settings.py", "--instance",
                        INSTANCE, "--ca", certificates() / "ca.pem", "--image", IMAGE, "-o", page,
                        *arguments], check=True, timeout=30, env=environment)
        return page

    def behind(self, port: int, credentials: str = "", image: str = IMAGE) -> Machine:
        """Returns a board behind a proxy of this machine, whose tunnels begin here."""
        page = self.page(f"--proxy={HOST}:{port}", credentials=credentials)
        self.simulator.use_certificate("server", "1.2")
        return self.board(image, settings=page, connect="127.0.0.1", list=5, timeout_ms=5000)

    def assert_tells(self, board: Machine, pattern: str) -> None:
        board.wait_for(f"list: .*{pattern}")
        self.assertNotIn("PasswordOfTheTestProxy", "".join(line.text for line in board.lines))

    def test_a_proxy_leads_to_the_service(self) -> None:
        with Tinyproxy() as proxy:
            self.behind(proxy.port).wait_for("run succeeded")
            self.assertEqual(set(proxy.requests()),
                             {f"CONNECT 127.0.0.1:{self.simulator.port} HTTP/1.1"})
        self.assertGreater(self.request_count(), 0)

    def test_a_proxy_with_a_password(self) -> None:
        with Tinyproxy(CREDENTIALS) as proxy:
            self.behind(proxy.port, CREDENTIALS).wait_for("run succeeded")
            self.assert_tells(self.behind(proxy.port),
                              r"the proxy wants other credentials \(status 407\)")

    def test_a_proxy_that_hangs(self) -> None:
        with scripted_peer(None) as port:
            self.assert_tells(self.behind(port), r"the deadline has passed \(proxy\)")

    def test_a_second_host_takes_over(self) -> None:
        with NameServer({SERVICE: HOST}) as names:
            page = self.page(f"--fallback-endpoint={SERVICE}:{self.simulator.port}")
            self.simulator.use_certificate("server", "1.2")
            board = self.board(IMAGE, settings=page, connect=HOST, connect_port=free_port(),
                               dns_port=names.port, list=5)
            board.wait_for("run succeeded")
        hosts = {record["headers"]["host"] for record in self.simulator.service.recorded}
        self.assertEqual(hosts, {f"{SERVICE}:{self.simulator.port}"})

    def test_an_image_without_proxies_refuses_such_settings(self) -> None:
        self.behind(free_port(), image="mps2-an385-tls12").wait_for("no valid settings")

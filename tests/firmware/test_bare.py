# SPDX-License-Identifier: MIT
"""The program of examples/bare runs on a board, with no port and with a Wi-Fi module on a UART."""

import os
import re
import socket
import stat
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from harness.places import ROOT
from harness.qemu import IMAGES, Machine
from harness.runner import secrets_of
from harness.service import RunningSimulator, certificates
from port.at_module import Module
from sim.command import DEFAULT_KEY

SCRIPT = ROOT / "examples" / "bare" / "make_settings.sh"
BARE = IMAGES / "bare"
SERVICE = "postgres.tencentcloudapi.com"
ADDRESS = "203.0.113.7"  # of documentation (RFC 5737): the module leads it to the simulator
INSTANCE = "postgres-q6fj84vb"  # of examples/bare/bare.mk
LIMIT_S = 60


class SimulatedModule:
    """A module whose UART is a listening socket, and whose network is this machine's loopback."""

    def __init__(self, folder: Path, port_number: int) -> None:
        self.path = folder / "uart"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(1)
        self._port_number = port_number
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        uart, _ = self._listener.accept()
        with uart:
            Module(uart, {SERVICE: ADDRESS}, {443: self._port_number},
                   connect_to="127.0.0.1").run()

    def __enter__(self) -> "SimulatedModule":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(LIMIT_S)
        self._listener.close()


class Bare(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-bare-")))

    def test_without_a_port_it_says_what_to_do(self) -> None:
        with Machine("bare/mps2-an385-null", {}) as machine:
            self.assertEqual(machine.wait_for_end(LIMIT_S), 1)
            self.assertEqual(machine.text(), "network: the port failed. Look the code up in the port "
                                             "of this board.\n")

    def test_over_a_module_it_lists_every_task_of_the_instance(self) -> None:
        simulator = self.enterContext(RunningSimulator(past=5, rate_limit=False))
        module = self.enterContext(SimulatedModule(self.folder, simulator.port))
        now = int(simulator.service.clock.now())
        tasks = [simulator.service.store.add(now - 100 * number, 60, "Success", "RestoreDatabase",
                                             INSTANCE) for number in range(1, 13)]
        with Machine("bare/mps2-an385-at", {}, uart=module.path) as machine:
            self.assertEqual(machine.wait_for_end(LIMIT_S), 0, machine.last_lines())
            lines = machine.text().splitlines()
        listed = {line for line in lines if line.endswith("  RestoreDatabase  Success")}
        self.assertLessEqual({f"{task.task_id}  RestoreDatabase  Success" for task in tasks}, listed)
        self.assertEqual(lines[-1], "done")
        for secret in secrets_of(DEFAULT_KEY):
            self.assertNotIn(secret, "\n".join(lines))


class Porting(unittest.TestCase):
    """port/README.md says what a board must have to link the program."""

    def test_it_names_each_function_that_is_missing_at_the_link(self) -> None:
        part = IMAGES / "cortex-m3" / "tls12"
        objects = [path for folder in ("src", "port/mbedtls", "mbedtls", "port/at")
                   for path in (part / folder).glob("*.o")]
        objects += [part / f"examples/bare/{name}.o" for name in ("main", "bare_at")]
        done = subprocess.run(
            ["arm-none-eabi-gcc", "-mthumb", "-mcpu=cortex-m3", "-nostartfiles", "-nostdlib",
             "-Wl,--gc-sections,--warn-unresolved-symbols,-e,firmware_main", "-o", "/dev/null",
             *objects, BARE / "settings.o"], capture_output=True, text=True, check=True)
        missing = set(re.findall(r"undefined reference to `([a-z]\w+)'", done.stderr))
        text = (ROOT / "port/README.md").read_text("utf-8")
        named = text[text.index("You supply") : text.index("2. **Copy")]
        self.assertEqual(missing - {"board_entropy"},  # which a port of one's own may replace
                         set(re.findall(r"`([a-z_]+)`", named)) - {"firmware_main"})


class Settings(unittest.TestCase):
    """make_settings.sh keeps the key to its owner, and out of the code of C."""

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-bare-")))
        self.file = self.folder / "made" / "settings.c"

    def make(self, *roots: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
        known = {"TENCENTCLOUD_SECRET_ID": "AKIDx", "TENCENTCLOUD_SECRET_KEY": "TheKey"}
        return subprocess.run(
            [SCRIPT, self.file, "postgres-q6fj84vb", "ap-guangzhou", *roots], text=True,
            env={"PATH": os.environ["PATH"], **known, **environment}, capture_output=True,
            check=False, timeout=30)

    def test_only_the_owner_may_read_what_holds_the_key(self) -> None:
        files = [path for path in BARE.iterdir() if path.suffix in (".c", ".o", ".elf", ".bin")]
        self.assertGreaterEqual({path.suffix for path in files}, {".c", ".o", ".elf"})
        for path in files:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)
        self.assertEqual(self.make(certificates() / "ca.pem").returncode, 0)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)

    def test_an_image_for_the_simulated_service_never_gets_the_key_of_the_environment(self) -> None:
        done = subprocess.run(
            ["make", "-s", f"BUILD={self.folder}", f"CERTIFICATES={certificates()}",
             f"{self.folder}/firmware/bare/settings.c"], cwd=ROOT, capture_output=True, text=True,
            env={**{name: value for name, value in os.environ.items()
                    if not name.startswith(("MAKE", "MFLAGS"))},
                 "TENCENTCLOUD_SECRET_ID": "AKIDmine", "TENCENTCLOUD_SECRET_KEY": "MyOwnKey"},
            check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (self.folder / "firmware/bare/settings.c").read_text("ascii")
        self.assertIn(DEFAULT_KEY.secret_key, text)
        self.assertNotIn("MyOwnKey", text)

    def test_each_root_is_an_array_of_its_der(self) -> None:
        roots = [certificates() / f"{name}.pem" for name in ("ca", "rsa_root")]
        done = self.make(*roots)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        text = self.file.read_text("ascii")
        for number, root in enumerate(roots, 1):
            der = subprocess.run(["openssl", "x509", "-in", root, "-outform", "DER"], check=True,
                                 capture_output=True).stdout
            body = text.split(f"root_{number}[] = {{\n")[1].split("};")[0]
            self.assertEqual(bytes(int(word, 16) for word in body.replace(",", " ").split()), der)

    def test_wrong_words_are_refused_and_nothing_is_written(self) -> None:
        root = certificates() / "ca.pem"
        key = 'x"; system("reboot'
        for roots, environment, words in (
                ([root], {"TENCENTCLOUD_SECRET_KEY": key}, "letters, digits"),
                ([root], {"TENCENTCLOUD_SECRET_KEY": ""}, "set TENCENTCLOUD_SECRET_ID and"),
                ([SCRIPT], {}, "holds no certificate in PEM"), ([], {}, "give FILE")):
            done = self.make(*roots, **environment)
            with self.subTest(words):
                self.assertEqual(done.returncode, 1)
                self.assertIn(words, done.stderr)
                self.assertNotIn(key, done.stderr)
                self.assertFalse(self.file.exists())


if __name__ == "__main__":
    unittest.main()

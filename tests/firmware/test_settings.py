# SPDX-License-Identifier: MIT
"""The settings of a device: make_settings.py writes them, a board reads them from its flash.

The format is that of examples/firmware/settings.h. The Intel HEX is read by objcopy.
"""

import hashlib
import os
import re
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from firmware.rig import SMALL, TLS12, TLS13, FirmwareTest
from harness.places import ROOT
from harness.qemu import BOARDS, IMAGES, Machine
from harness.service import LONG_TERM, TEMPORARY, certificates
from harness.service_chain import chain

SCRIPT = ROOT / "examples" / "firmware" / "make_settings.py"
COPY_BYTES = 8192
ADDRESS = 0x3C000


class Settings(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-settings-")))
        self.page = self.folder / "settings.bin"
        self.hex = self.folder / "settings.hex"

    def make(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, SCRIPT, "--instance", "postgres-q6fj84vb", *arguments,
                   "--output", self.page]
        return subprocess.run(
            command, env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environment},
            capture_output=True, text=True, check=False, timeout=30,
        )

    def ca(self, name: str = "ca") -> str:
        return f"--ca={certificates()}/{name}.pem"

    def key(self) -> dict[str, str]:
        return {"TENCENTCLOUD_SECRET_ID": LONG_TERM.secret_id,
                "TENCENTCLOUD_SECRET_KEY": LONG_TERM.secret_key}

    def make_page(self, *arguments: str) -> bytes:
        """Makes a page with the made-up key, and returns it."""
        done = self.make(self.ca(), *arguments, **self.key())
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\Asettings \d+\b.*\n\Z")
        return self.page.read_bytes()

    def from_hex(self) -> tuple[int, bytes]:
        """Returns where the Intel HEX begins, and its bytes, as objcopy reads them."""
        binary = self.folder / "from-hex"
        subprocess.run(["arm-none-eabi-objcopy", "-I", "ihex", "-O", "binary", self.hex, binary],
                       check=True)
        listed = subprocess.run(["arm-none-eabi-objdump", "-h", "-b", "ihex", self.hex],
                                check=True, capture_output=True, text=True).stdout
        return int(listed.split(".sec1")[1].split()[1], 16), binary.read_bytes()


class Script(Settings):
    """make_settings.py keeps the key to its owner and out of git, and says what is missing."""

    def test_only_the_owner_may_read_the_page_even_where_other_files_were(self) -> None:
        for path in (self.page, self.hex):
            path.touch(0o644)
        self.make_page()
        for path in (self.page, self.hex):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_the_page_lies_below_build_unless_told_otherwise(self) -> None:
        script = self.folder / "examples" / "firmware" / SCRIPT.name
        script.parent.mkdir(parents=True)
        for name in (SCRIPT.name, "public_roots.py"):
            shutil.copy(SCRIPT.with_name(name), script.with_name(name))
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        done = subprocess.run(
            [sys.executable, script, "--instance", "postgres-q6fj84vb", self.ca()], cwd=elsewhere,
            env={"PATH": os.environ["PATH"], **self.key()}, capture_output=True, text=True,
            check=False, timeout=30,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for name in ("settings.bin", "settings.hex"):
            path = self.folder / "build" / "settings" / name
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_git_ignores_settings_in_any_folder(self) -> None:
        subprocess.run(["git", "init", "-q", self.folder], check=True)
        shutil.copy(ROOT / ".gitignore", self.folder)
        paths = ("settings.bin", "my/settings.hex", "build/settings/settings.hex",
                 "my/.settings.hex.new", ".settings.bin.new", "kitchen.bin", "my/kitchen.hex",
                 ".kitchen.hex.new", "build/firmware/bare/settings.c")
        done = subprocess.run(["git", "-C", self.folder, "check-ignore", *paths],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout.split(), list(paths))

    def test_a_name_that_git_does_not_ignore_is_refused(self) -> None:
        self.page = self.folder / "settings.txt"
        done = self.make(self.ca(), **self.key())
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, f"make_settings: the output is {self.page}; its name must end "
                                      "in .bin, which git ignores\n")
        self.assertFalse(self.page.exists())

    def test_each_root_of_each_file_is_kept_as_der(self) -> None:
        both = self.folder / "both.pem"
        names = ("ca", "rsa_root")
        texts = [(certificates() / f"{name}.pem").read_text() for name in names]
        both.write_text("".join(texts))
        page = self.make_page(f"--ca={both}", self.ca("p384_root"))
        for text in [*texts, (certificates() / "p384_root.pem").read_text()]:
            der = ssl.PEM_cert_to_DER_cert(text)
            self.assertIn(b"\7\0" + len(der).to_bytes(2, "little") + der, page)

    def test_each_run_replaces_the_older_copy_and_the_hex_holds_that_copy_alone(self) -> None:
        pages = [self.make_page(f"--region=region-{number}") for number in range(1, 5)]
        for number, page in enumerate(pages, 1):
            with self.subTest(number):
                begin = (number + 1) % 2 * COPY_BYTES
                self.assertEqual(page[begin : begin + 8], b"pgtasks1")
                self.assertEqual(int.from_bytes(page[begin + 8 : begin + 12], "little"), number)
                self.assertIn(f"region-{number}".encode(), page[begin : begin + COPY_BYTES])
        self.assertEqual(pages[0][COPY_BYTES:], b"\xff" * COPY_BYTES)
        self.assertEqual(pages[3][:COPY_BYTES], pages[2][:COPY_BYTES])
        self.assertEqual(self.from_hex(), (ADDRESS + COPY_BYTES, pages[3][COPY_BYTES:]))

    def test_the_number_of_the_devices_settings_may_be_told(self) -> None:
        page = self.make_page("--after=6", "--address=0x7fffe000")
        self.assertEqual(page[8:12], b"\7\0\0\0")
        self.assertEqual(self.from_hex(), (0x7FFFE000, page[:COPY_BYTES]))
        self.assertEqual(self.make_page("--after=7")[COPY_BYTES + 8 :][:4], b"\x08\0\0\0")

    def test_it_prints_the_number_and_why_it_may_be_too_low(self) -> None:
        last = "A device with a higher number keeps its own; use --after\n"
        first = self.make(self.ca(), **self.key()).stdout
        self.assertEqual(first, f"settings 1: {self.page} was not there. {last}")
        self.assertEqual(self.make(self.ca(), **self.key()).stdout, "settings 2\n")
        self.page.write_bytes(b"x" * 300)
        cut = self.make(self.ca(), **self.key()).stdout
        self.assertEqual(cut, f"settings 1: {self.page} had 300 bytes in place of 16384. {last}")
        self.page.write_bytes(b"x" * 16384)
        spoilt = self.make(self.ca(), **self.key()).stdout
        self.assertEqual(spoilt, f"settings 1: {self.page} had no valid settings. {last}")
        self.page.unlink()
        self.assertEqual(self.make(self.ca(), "--after=8", **self.key()).stdout, "settings 9\n")

    def test_a_page_for_another_device_does_not_hold_the_key_of_the_first_one(self) -> None:
        self.make_page()
        other_key = {"TENCENTCLOUD_SECRET_ID": "AKIDother", "TENCENTCLOUD_SECRET_KEY": "SecretOther"}
        for arguments, key in ((["--instance=postgres-another1"], self.key()), ([], other_key)):
            with self.subTest(arguments):
                self.page.unlink()
                self.make_page()
                done = self.make(self.ca(), *arguments, **key)
                self.assertEqual(done.stdout, "settings 2\n")
                page = self.page.read_bytes()
                self.assertEqual(page[:COPY_BYTES], b"\xff" * COPY_BYTES)
                self.assertIn(key["TENCENTCLOUD_SECRET_KEY"].encode(), page[COPY_BYTES:])

    def test_the_newest_tls_is_a_field_of_one_byte(self) -> None:
        for version, byte in (("1.2", b"\2"), ("1.3", b"\3")):
            page = self.make_page(f"--tls-max={version}", "--after=0")
            length = int.from_bytes(page[12:16], "little")
            self.assertEqual(page[48 : 48 + length][-5:], b"\x09\0\1\0" + byte)

    def test_a_number_or_an_address_out_of_range_is_one_sentence(self) -> None:
        self.make_page("--after=4294967294")
        highest = self.page.read_bytes()
        for arguments, words in (
            (["--after=-1"], "--after is -1"), (["--after", "-1"], "--after is -1"),
            (["--after=4294967295"], "it must be 0 to 4294967294"),
            (["--address=-1"], "--address is -0x1"),
            (["--address=0xffffd000"], "it must be 0 to 0xffffc000"),
            ([], "number 4294967295, and none is higher"),
        ):
            with self.subTest(arguments):
                done = self.make(self.ca(), *arguments, **self.key())
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertRegex(done.stderr, rf"\Amake_settings: .*{words}.*\n\Z")
        self.assertEqual(self.page.read_bytes(), highest)

    def test_the_digest_is_that_of_sha256sum(self) -> None:
        page = self.make_page()
        length = int.from_bytes(page[12:16], "little")
        done = subprocess.run(["sha256sum"], input=page[:16] + page[48 : 48 + length],
                              check=True, capture_output=True)
        self.assertEqual(done.stdout.split()[0].decode(), page[16:48].hex())

    def test_credentials_come_from_the_file_too(self) -> None:
        folder = self.folder / ".tencentcloud"
        folder.mkdir()
        (folder / "credentials").write_text(
            f"[default]\nsecret_id = {TEMPORARY.secret_id}\nsecret_key = {TEMPORARY.secret_key}\n"
            f"token = {TEMPORARY.token}\n"
        )
        self.assertEqual(self.make(self.ca()).returncode, 0)
        token = TEMPORARY.token.encode() + b"\0"
        self.assertIn(b"\5\0" + len(token).to_bytes(2, "little") + token, self.page.read_bytes())

    def test_one_sentence_says_what_is_missing_or_wrong(self) -> None:
        cases = {
            "TENCENTCLOUD_SECRET_ID": self.make(self.ca()),
            "TENCENTCLOUD_SECRET_KEY": self.make(
                self.ca(), TENCENTCLOUD_SECRET_ID=LONG_TERM.secret_id
            ),
            "no certificate": self.make(f"--ca={SCRIPT}", **self.key()),
            "cannot read /nowhere/ca.pem": self.make("--ca=/nowhere/ca.pem", **self.key()),
            "region": self.make(self.ca(), "--region=ap\nx", **self.key()),
            "may have 63": self.make(self.ca(), f"--region={'x' * 64}", **self.key()),
            "the region must have 1 to 63": self.make(self.ca(), "--region=", **self.key()),
            "digits and -": self.make(self.ca(), "--region=a9985%", **self.key()),
            "the instance must have 1 to 63": self.make(self.ca(), "--instance=", **self.key()),
            "digits, - and _": self.make(self.ca(), "--instance=a/b?c", **self.key()),
            "9 roots": self.make(*[self.ca()] * 9, **self.key()),
        }
        for word, done in cases.items():
            with self.subTest(word):
                self.assertEqual(done.returncode, 1)
                self.assertIn(word, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)
        self.assertFalse(self.page.exists())
        self.assertFalse(self.hex.exists())


class Board(Settings, FirmwareTest):
    """A board reads its settings from flash: the program stays as it is."""

    def switch_on(self, image: str, page: Path | None) -> Machine:
        """Switches a board on whose instance comes from its settings."""
        return self.board(image, settings=page, instance=None, list=5)

    def test_another_instance_needs_no_other_program(self) -> None:
        self.make_page("--ca", f"{certificates()}/rsa_root.pem")
        first = self.board(TLS12, settings=self.page, instance=None)
        first.wait_for("settings 1$")
        first.wait_for("poll 1")
        self.make_page("--instance", "postgres-another1", "--region", "ap-shanghai")
        for image in (TLS12, SMALL):
            with self.subTest(image):
                board = self.board(image, settings=self.page, instance=None)
                board.wait_for("settings 2$")
                board.wait_for("poll 1")
                asked = self.simulator.service.recorded[-1]
                self.assertEqual(asked["headers"]["x-tc-region"], "ap-shanghai")
                self.assertIn("postgres-another1", asked["body"])

    def test_the_newest_tls_is_what_the_settings_allow(self) -> None:
        for version in ("1.2", "1.3"):
            with self.subTest(version):
                self.make_page(f"--tls-max={version}")
                board = self.board(TLS13, settings=self.page)
                board.wait_for(f"connected: TLSv{version}, full handshake", 40)
                board.stop()

    def test_an_image_of_tls_13_resumes_with_a_server_of_rsa_pss_if_kept_at_tls_12(self) -> None:
        self.make_page("--tls-max=1.2", f"--ca={certificates()}/service_g2.pem")
        self.simulator.set_scenario(keep_alive=False)
        self.simulator.use_certificate(chain(100), "1.2")
        board = self.board(TLS13, settings=self.page, poll_ms=50)
        at, _ = board.wait_for_line("connected: TLSv1.2, full handshake", 40)
        board.wait_for_line("connected: TLSv1.2, resumed", 20, at)

    def test_a_write_that_broke_off_leaves_the_last_settings(self) -> None:
        self.make_page()
        page = self.make_page("--region", "ap-shanghai")
        self.page.write_bytes(page[: COPY_BYTES + 300].ljust(2 * COPY_BYTES, b"\xff"))
        board = self.switch_on(TLS12, self.page)
        board.wait_for("settings 1$")
        board.wait_for("run succeeded")

    def page_with(self, option: str, value: str) -> Path:
        """Makes a page with a value that make_settings.py refuses: a digit of it becomes another
        character, and the digest becomes right again."""
        good = re.sub("[^a-z0-9-]", "0", value)
        page = self.make_page(f"--{option}={good}").replace(good.encode(), value.encode())
        length = int.from_bytes(page[12:16], "little")
        digest = hashlib.sha256(page[:16] + page[48 : 48 + length]).digest()
        path = self.folder / f"{option}.bin"
        path.write_bytes(page[:16] + digest + page[48:])
        self.page.unlink()
        return path

    def test_a_value_that_the_library_refuses_is_told_and_the_led_is_blocked(self) -> None:
        for option, value in (("region", "a9985%"), ("instance", "a/b?c")):
            page = self.page_with(option, value)
            for image in (TLS12, "mps2-an385-compact", SMALL):
                with self.subTest(image, option=option):
                    board = self.board(image, settings=page, instance=None)
                    board.wait_for(f"^no valid {option}; write the settings.hex of make_settings.py")
                    board.wait_for_ms(4000)
                    if BOARDS.get(image) is None:  # QEMU does not trace the LED of the other board
                        self.assertEqual(board.light.read(500, 4000), "blocked")
                    self.assertEqual(board.text().count("started"), 1)
        self.assertEqual(self.request_count(), 0)

    def test_without_settings_one_sentence_says_so_and_the_led_is_blocked(self) -> None:
        damaged = self.folder / "damaged"
        damaged.write_bytes(self.make_page()[:300].ljust(2 * COPY_BYTES, b"\xff"))
        for image, page in ((TLS12, None), (TLS12, damaged), (SMALL, None)):
            with self.subTest(image, page=page):
                board = self.switch_on(image, page)
                board.wait_for("^no valid settings; write the settings.hex of make_settings.py")
                board.wait_for_ms(4000)
                if BOARDS.get(image) is None:  # QEMU does not trace the LED of the other board
                    self.assertEqual(board.light.read(500, 4000), "blocked")
                self.assertEqual([line.text for line in board.lines][1:],
                                 [board.lines[-1].text])
        self.assertEqual(self.request_count(), 0)


class Key(unittest.TestCase):
    def test_no_image_holds_the_key_or_a_root(self) -> None:
        root = ssl.PEM_cert_to_DER_cert((certificates() / "ca.pem").read_text())
        images = list(IMAGES.glob("*.elf"))
        self.assertGreater(len(images), 9)
        for image in images:
            held = image.read_bytes()
            self.assertNotIn(LONG_TERM.secret_key.encode(), held)
            self.assertNotIn(root, held)

# SPDX-License-Identifier: MIT
"""make_settings.py finds the service's roots in the machine's bundle, and says what each costs."""

import os
import re
import ssl
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from harness.places import ROOT
from harness.qemu import firmware_images, reaching_images
from harness.service import LONG_TERM, RunningSimulator, certificates
from harness.service_chain import chain

SCRIPT = ROOT / "examples" / "firmware" / "make_settings.py"
DEBIAN = Path("/etc/ssl/certs/ca-certificates.crt")

OLD_STYLE = "/C=US/O=DigiCert Inc/OU=www.digicert.com/CN="
NEW_STYLE = "/C=US/O=DigiCert, Inc./CN="
# Subject, key and days.
BUNDLE = [
    (f"{OLD_STYLE}DigiCert Global Root CA", ("RSA", "rsa_keygen_bits:2048"), 900),
    ("/O=Somebody/CN=DigiCert Global Root G2", ("EC", "ec_paramgen_curve:P-256"), 900),
    (f"{NEW_STYLE}DigiCert TLS RSA4096 Root G5", ("RSA", "rsa_keygen_bits:4096"), 900),
    (f"{OLD_STYLE}DigiCert Global Root G3", ("EC", "ec_paramgen_curve:P-384"), 900),
    (f"{OLD_STYLE}DigiCert Global Root G2", ("RSA", "rsa_keygen_bits:2048"), 900),
    ("/O=Somebody/CN=another root", ("EC", "ec_paramgen_curve:P-256"), 900),
]
# In the order in which a device gets them: name, key, and bytes of RAM. mbedTLS took these bytes of
# the arena for DigiCert's own roots, parsed by a 32-bit processor without a copy.
SERVICE = [
    ("DigiCert Global Root G2", "RSA-2048", 1312),
    ("DigiCert Global Root G3", "P-384", 1184),
    ("DigiCert TLS RSA4096 Root G5", "RSA-4096", 1440),
    ("DigiCert Global Root CA", "RSA-2048", 1312),
]
_LINE = re.compile(r"  (.+): (\S+), until \d{4}-\d\d-\d\d, ([\d,]+) bytes of flash, ([\d,]+) bytes of RAM")


def make_root(folder: Path, subject: str, key: tuple[str, str], days: int) -> str:
    """Returns a self-signed certificate as PEM."""
    kind, option = key
    subprocess.run(["openssl", "genpkey", "-algorithm", kind, "-pkeyopt", option,
                    "-out", folder / "key"], check=True, capture_output=True)
    done = subprocess.run(["openssl", "req", "-x509", "-new", "-key", folder / "key", "-subj", subject,
                           "-days", "1"], check=True, capture_output=True, text=True)
    done = subprocess.run(["openssl", "x509", "-signkey", folder / "key", "-days", str(days)],
                          input=done.stdout, check=True, capture_output=True, text=True)
    (folder / "key").unlink()
    return done.stdout


class Roots(unittest.TestCase):
    bundle_texts: list[str]

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory(prefix="pgtask-bundle-") as folder:
            cls.bundle_texts = [make_root(Path(folder), *one) for one in BUNDLE]

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-roots-")))
        self.page = self.folder / "settings.bin"

    def make(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, SCRIPT, "--instance", "postgres-q6fj84vb", *arguments, "-o", self.page],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder),
                 "TENCENTCLOUD_SECRET_ID": LONG_TERM.secret_id,
                 "TENCENTCLOUD_SECRET_KEY": LONG_TERM.secret_key},
            capture_output=True, text=True, check=False, timeout=60)

    def bundle(self, texts: list[str]) -> str:
        path = self.folder / "bundle.pem"
        path.write_text("\n".join(texts))
        return f"--bundle={path}"

    def told(self, done: "subprocess.CompletedProcess[str]") -> list[tuple[str, str, int]]:
        """Returns name, key and RAM of each root that the script tells, and checks the page."""
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        found = _LINE.findall(done.stdout)
        self.assertGreater(len(found), 0, done.stdout)
        return [(name, key, int(ram.replace(",", ""))) for name, key, _, ram in found]

    def assert_in_page(self, texts: list[str]) -> None:
        page = self.page.read_bytes()
        at = [page.index(ssl.PEM_cert_to_DER_cert(text)) for text in texts]
        self.assertEqual(at, sorted(at))


class Bundle(Roots):
    def test_the_services_roots_are_found_in_their_order_and_told(self) -> None:
        self.assertEqual(self.told(self.make(self.bundle(self.bundle_texts))), SERVICE)
        old, _, rsa_4096, g3, g2, _ = self.bundle_texts
        self.assert_in_page([g2, g3, rsa_4096, old])
        for other in (self.bundle_texts[1], self.bundle_texts[5]):
            self.assertNotIn(ssl.PEM_cert_to_DER_cert(other), self.page.read_bytes())

    def test_this_machines_bundle_suffices(self) -> None:
        done = self.make()
        if done.returncode != 0:
            self.assertFalse(DEBIAN.exists())
            self.assertIn("this machine has no bundle of trusted roots", done.stderr)
            return
        told = self.told(done)
        self.assertEqual(told[0], SERVICE[0])
        self.assertLessEqual(set(told), set(SERVICE))

    def test_a_root_that_the_bundle_has_no_more_is_left_out(self) -> None:
        done = self.make(self.bundle(self.bundle_texts[1:]))
        self.assertEqual(self.told(done), SERVICE[:3])

    def test_a_root_that_has_ended_is_left_out(self) -> None:
        ended = make_root(self.folder, f"{OLD_STYLE}DigiCert Global Root CA", BUNDLE[0][1], -1)
        done = self.make(self.bundle([ended, *self.bundle_texts[1:]]))
        self.assertEqual(self.told(done), SERVICE[:3])

    def test_a_bundle_without_any_of_them_is_told(self) -> None:
        done = self.make(self.bundle(self.bundle_texts[5:]))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Amake_settings: .* has no root of the service; .*--ca\n\Z")
        self.assertFalse(self.page.exists())


class Image(Roots):
    def test_every_image_that_reaches_the_service_reads_every_root(self) -> None:
        for image in reaching_images():
            with self.subTest(image):
                done = self.make(self.bundle(self.bundle_texts), f"--image={image}")
                self.assertEqual(self.told(done), SERVICE)
                self.assertNotIn("cannot read", done.stdout)

    def test_a_root_that_the_image_cannot_read_is_an_error_if_it_was_named(self) -> None:
        for image in set(firmware_images()) - set(reaching_images()):
            if image.endswith("-p256"):
                done = self.make(f"--image={image}", f"--ca={certificates()}/service_g2.pem")
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, rf"{image} cannot read .*Root G2 \(RSA-2048\)")
                self.assertEqual(
                    self.make(f"--image={image}", f"--ca={certificates()}/ca.pem").returncode, 0)

    def test_a_curve_that_no_image_has_is_an_error(self) -> None:
        path = self.folder / "odd.pem"
        path.write_text(make_root(self.folder, "/O=odd/CN=odd", ("EC", "ec_paramgen_curve:P-521"), 9))
        done = self.make("--image=lm3s6965evb", f"--ca={path}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot read odd (P-521)", done.stderr)

    def test_an_image_that_does_not_exist_is_told_with_those_that_do(self) -> None:
        done = self.make("--image=nothing", f"--ca={certificates()}/ca.pem")
        self.assertEqual(done.returncode, 1)
        for image in firmware_images():
            self.assertIn(image, done.stderr)


class Server(Roots):
    def test_the_bundles_roots_that_verify_the_server_are_taken(self) -> None:
        texts = [(certificates() / f"{name}.pem").read_text()
                 for name in ("ca", "service_g1", "rsa_root", "service_g2")]
        with RunningSimulator(past=1, with_examples=False) as simulator:
            simulator.use_certificate(chain(20))
            done = self.make(f"--server=localhost:{simulator.port}", self.bundle(texts))
            self.assertEqual([(name, key) for name, key, _ in self.told(done)],
                             [("Examples Global Root CA", "RSA-2048"),
                              ("Examples Global Root G2", "RSA-2048")])
            self.assert_in_page([texts[1], texts[3]])
            simulator.use_certificate("unknown_ca")
            done = self.make(f"--server=localhost:{simulator.port}", self.bundle(texts))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "no root of .* verifies the certificate of .*--ca")

    def test_a_server_that_does_not_answer_is_told(self) -> None:
        done = self.make("--server=localhost:1", self.bundle(self.bundle_texts))
        self.assertEqual(done.returncode, 1)
        self.assertIn("shows no certificate", done.stderr)


if __name__ == "__main__":
    unittest.main()

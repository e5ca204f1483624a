# SPDX-License-Identifier: MIT
"""A release is the same bytes each time, has its licences, and builds where it is unpacked."""

import hashlib
import json
import os
import re
import tarfile
from pathlib import Path
from typing import Any

from harness.building import Builds, run
from harness.places import BUILD, JSMN, MBEDTLS, ROOT

VERSION = re.findall(r'PGTASK_VERSION "(.*)"', (ROOT / "include/pgtask/version.h").read_text())[0]
NAME = f"pgtask-{VERSION}"
SPDX_EXPRESSION = re.compile(r"(?:[\w.-]+|\()(?: (?:AND|OR|WITH) [\w.-]+)*")


class Dist(Builds):
    def make_source(self, folder: str) -> Path:
        build = self.directory / folder
        self.succeed("make", "-s", "dist-source", f"BUILD={build}")
        return build / f"dist/{NAME}.tar.gz"

    def unpack(self, archive: Path) -> Path:
        self.succeed("tar", "-xzf", archive, "-C", self.directory)
        return self.directory / NAME

    def test_the_source_is_the_same_bytes_each_time_and_builds_alone(self) -> None:
        archive = self.make_source("one")
        self.assertEqual(hashlib.sha256(archive.read_bytes()).digest(),
                         hashlib.sha256(self.make_source("two").read_bytes()).digest())
        with tarfile.open(archive) as opened:
            members = opened.getmembers()
        self.assertEqual({(one.uid, one.gid, one.uname, one.gname) for one in members},
                         {(0, 0, "root", "root")})
        self.assertEqual(len({one.mtime for one in members}), 1)
        self.assertEqual({one.mode & 0o022 for one in members}, {0})
        source = self.unpack(archive)
        for name in ("CHANGELOG.md", "LICENSE", "LICENSES/MIT.txt", "pgtask.spdx.json",
                     "port/docs/man/pgtask.1", "port/docs/completions/_pgtask"):
            self.assertTrue((source / name).is_file(), name)
        told = [path for path in source.rglob("*")
                if path.is_file() and os.fsencode(ROOT) in path.read_bytes()]
        self.assertEqual(told, [], "a file names a folder of this machine")
        self.check_licences(source)
        self.check_sbom(json.loads((source / "pgtask.spdx.json").read_text("utf-8")))
        done = run("make", "-s", "OPTIMIZE=-O0", f"MBEDTLS_DIR={MBEDTLS}", f"JSMN_DIR={JSMN}",
                   f"MBEDTLS_LIB={BUILD / 'libmbedtls.a'}", "build/pgtask", where=source)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"pgtask {VERSION} ", self.succeed(source / "build/pgtask", "--version"))

    def check_licences(self, source: Path) -> None:
        done = run("reuse", "lint", where=source)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("ERROR", done.stderr)

    def check_sbom(self, sbom: dict[str, Any]) -> None:
        """The members that SPDX 2.3 requires, and that each reference leads somewhere."""
        self.assertEqual(sbom["spdxVersion"], "SPDX-2.3")
        self.assertEqual(sbom["dataLicense"], "CC0-1.0")
        self.assertEqual(sbom["SPDXID"], "SPDXRef-DOCUMENT")
        self.assertRegex(sbom["documentNamespace"], r"\Ahttps://[^#]+\Z")
        self.assertRegex(sbom["creationInfo"]["created"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
        self.assertIn("Tool: port/dist/make_sbom.py", sbom["creationInfo"]["creators"])
        for package in sbom["packages"]:
            self.assertLessEqual({"SPDXID", "name", "downloadLocation"}, set(package))
            self.assertRegex(package["SPDXID"], r"\ASPDXRef-[A-Za-z0-9.-]+\Z")
            self.assertRegex(package["licenseConcluded"], SPDX_EXPRESSION)
        files = sbom.get("files", [])
        known = {one["SPDXID"] for one in [sbom, *sbom["packages"], *files]}
        self.assertEqual(len(known), 1 + len(sbom["packages"]) + len(files))
        named = {one[end] for one in sbom["relationships"]
                 for end in ("spdxElementId", "relatedSpdxElement")}
        self.assertEqual(named, known)

    def test_the_sbom_of_programs_has_their_digests_and_what_is_linked_into_them(self) -> None:
        program = self.directory / f"{NAME}-aarch64-linux-gnu"
        image = self.directory / f"{NAME}-board.bin"
        program.write_bytes(b"program")
        image.write_bytes(b"image")
        done = run("env", f"MBEDTLS_DIR={MBEDTLS}", f"JSMN_DIR={JSMN}",
                   f"LWIP_DIR={self.fake_lwip()}", "MUSL_DIR=", ROOT / "port/dist/make_sbom.py",
                   "sbom", VERSION, "0", "abc", program, image)
        sbom = json.loads(done.stdout)
        self.check_sbom(sbom)
        digests = {one["fileName"]: one["checksums"] for one in sbom["files"]}
        self.assertIn({"algorithm": "SHA256",
                       "checksumValue": hashlib.sha256(b"image").hexdigest()},
                      digests[f"./{image.name}"])
        linked = {(one["spdxElementId"], one["relatedSpdxElement"])
                  for one in sbom["relationships"] if one["relationshipType"] == "STATIC_LINK"}
        self.assertIn((f"SPDXRef-File-{program.name}", "SPDXRef-musl"), linked)
        self.assertNotIn((f"SPDXRef-File-{program.name}", "SPDXRef-lwip"), linked)
        self.assertIn((f"SPDXRef-File-{image.name}", "SPDXRef-lwip"), linked)
        versions = {one["name"]: one.get("versionInfo") for one in sbom["packages"]}
        self.assertEqual((versions["lwip"], versions["pgtask"]), ("2.2.1", VERSION))
        self.assertRegex(versions["mbedtls"], r"\A3\.6\.\d+\Z")

    def fake_lwip(self) -> Path:
        header = self.directory / "lwip/src/include/lwip/init.h"
        header.parent.mkdir(parents=True)
        header.write_text("#define LWIP_VERSION_MAJOR 2\n#define LWIP_VERSION_MINOR 2\n"
                          "#define LWIP_VERSION_REVISION 1\n", "ascii")
        return self.directory / "lwip"

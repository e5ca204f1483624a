#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes what a release consists of: an SBOM, and the licences of what is linked into it.

    make_sbom.py sbom VERSION UNIX_TIME COMMIT [FILE]...   > pgtask.spdx.json
    make_sbom.py licences                                  > THIRD-PARTY.txt

The SBOM is SPDX 2.3 as JSON (ISO/IEC 5962). Each FILE is a program or an image: the SBOM has its
digest, and what is linked into it, by its name. Without files it describes the source alone.
MBEDTLS_DIR, JSMN_DIR, LWIP_DIR and MUSL_DIR of the environment say where the components lie.

The same arguments and sources give the same bytes.
"""

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "pgtask"
AUTHORS = "The pgtask authors"


def folder(variable: str) -> Path:
    return Path(os.environ[variable])


def find(variable: str, path: str, *patterns: str) -> str:
    """The first groups of patterns in a file of a component, with dots between them."""
    text = (folder(variable) / path).read_text("utf-8", "replace")
    found = [re.search(pattern, text) for pattern in patterns]
    return ".".join(one[1] for one in found if one)


@dataclass(frozen=True)
class Component:
    """Somebody else's code in our programs."""

    name: str
    supplier: str
    licence: str  # an SPDX expression
    copyright: str
    kinds: tuple[str, ...]  # of the files that it is linked into
    home: str

    @property
    def id(self) -> str:
        return f"SPDXRef-{self.name}"

    @property
    def version(self) -> str:
        if self.name == "mbedtls":
            return find("MBEDTLS_DIR", "include/mbedtls/build_info.h",
                        r'MBEDTLS_VERSION_STRING +"([\d.]+)"')
        if self.name == "lwip":
            return find("LWIP_DIR", "src/include/lwip/init.h",
                        *(rf"LWIP_VERSION_{part} +(\d+)" for part in
                          ("MAJOR", "MINOR", "REVISION")))
        return ""

    @property
    def notice(self) -> str:
        """The text that each copy of the component must have with it."""
        paths = {"mbedtls": ("MBEDTLS_DIR", "LICENSE"), "lwip": ("LWIP_DIR", "COPYING"),
                 "musl": ("MUSL_DIR", "usr/share/doc/musl-dev/copyright")}
        if self.name in paths:
            variable, path = paths[self.name]
            return (folder(variable) / path).read_text("utf-8")
        if self.name == "jsmn":
            comment = (folder("JSMN_DIR") / "jsmn.h").read_text("utf-8").split("*/")[0]
            return "\n".join(line.strip(" /*") for line in comment.splitlines()).strip() + "\n"
        return ""


COMPONENTS = [
    Component("mbedtls", "Organization: Mbed TLS Contributors", "Apache-2.0 OR GPL-2.0-or-later",
              "Copyright The Mbed TLS Contributors", ("linux", "firmware"),
              "https://www.trustedfirmware.org/projects/mbed-tls/"),
    Component("jsmn", "Person: Serge Zaitsev", "MIT", "Copyright (c) 2010 Serge Zaitsev",
              ("linux", "firmware"), "https://zserge.com/jsmn/"),
    Component("lwip", "Organization: Swedish Institute of Computer Science", "BSD-3-Clause",
              "Copyright (c) 2001-2004 Swedish Institute of Computer Science", ("firmware",),
              "https://savannah.nongnu.org/projects/lwip/"),
    Component("musl", "Person: Rich Felker, et al.", "MIT",
              "Copyright (c) 2005-2020 Rich Felker, et al.", ("linux",), "https://musl.libc.org/"),
    Component("newlib", "Organization: Newlib contributors", "NOASSERTION", "NOASSERTION",
              ("firmware",), "https://sourceware.org/newlib/"),
    Component("libgcc", "Organization: Free Software Foundation",
              "GPL-3.0-or-later WITH GCC-exception-3.1",
              "Copyright (C) Free Software Foundation, Inc.", ("linux", "firmware"),
              "https://gcc.gnu.org/"),
]


def kind_of(path: Path) -> str:
    """linux for a static program, firmware for an image, else source."""
    return ("firmware" if path.suffix == ".bin" else
            "linux" if "-linux-" in path.name else "source")


def package(component: Component, with_version: bool) -> dict[str, Any]:
    version = component.version if with_version else ""
    return {
        "SPDXID": component.id, "name": component.name,
        **({"versionInfo": version} if version else {}),
        "supplier": component.supplier, "downloadLocation": "NOASSERTION",
        "homepage": component.home, "filesAnalyzed": False,
        "licenseConcluded": component.licence, "licenseDeclared": component.licence,
        "copyrightText": component.copyright,
    }


def file_entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    checksums = [{"algorithm": name.upper(), "checksumValue": hashlib.new(name, content).hexdigest()}
                 for name in ("sha1", "sha256")]
    return {"SPDXID": file_id(path), "fileName": f"./{path.name}", "checksums": checksums,
            "fileTypes": ["ARCHIVE" if kind_of(path) == "source" else "BINARY"],
            "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION"}


def file_id(path: Path) -> str:
    return "SPDXRef-File-" + re.sub(r"[^A-Za-z0-9.-]", "-", path.name)


def relationship(one: str, kind: str, other: str) -> dict[str, str]:
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def relationships(paths: Iterable[Path]) -> list[dict[str, str]]:
    own = f"SPDXRef-{NAME}"
    found = [relationship("SPDXRef-DOCUMENT", "DESCRIBES", own)]
    found += [relationship(own, "DEPENDS_ON", component.id) for component in COMPONENTS]
    for path in paths:
        found.append(relationship(file_id(path), "GENERATED_FROM", own))
        found += [relationship(file_id(path), "STATIC_LINK", component.id)
                  for component in COMPONENTS if kind_of(path) in component.kinds]
    return found


def sbom(version: str, unix_time: int, commit: str, paths: list[Path]) -> dict[str, Any]:
    own = {
        "SPDXID": f"SPDXRef-{NAME}", "name": NAME, "versionInfo": version,
        "supplier": f"Organization: {AUTHORS}", "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": "MIT AND Unicode-DFS-2016",
        "licenseDeclared": "MIT AND Unicode-DFS-2016",
        "copyrightText": f"Copyright (c) 2026 {AUTHORS}",
    }
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{NAME}-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{NAME}-{version}-{commit}"
                             f"{'' if paths else '-source'}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix_time)),
            "creators": [f"Organization: {AUTHORS}", "Tool: port/dist/make_sbom.py"]},
        "packages": [own, *(package(component, bool(paths)) for component in COMPONENTS)],
        **({"files": [file_entry(path) for path in paths]} if paths else {}),
        "relationships": relationships(paths),
    }


def licences() -> str:
    parts = ["The programs and images of this release contain code of these projects. libgcc (GPL-3.0-or-later\n"
             "WITH GCC-exception-3.1) and newlib come with the compiler.\n"]
    for component in COMPONENTS:
        if component.notice:
            head = f"{component.name} {component.version}".strip()
            parts.append(f"=== {head}: {component.licence}\n\n{component.notice}")
    return "\n".join(parts)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["licences"] and len(arguments) == 1:
        sys.stdout.write(licences())
    elif arguments[:1] == ["sbom"] and len(arguments) >= 4:
        _, version, unix_time, commit, *names = arguments
        found = sbom(version, int(unix_time), commit, [Path(name) for name in names])
        json.dump(found, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])

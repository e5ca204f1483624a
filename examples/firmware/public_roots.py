# SPDX-License-Identifier: MIT
"""The trusted roots that make_settings.py gives to a device, and what each of them costs.

A device must live through the end of a root, so it has all roots that the service has used or may
move to, as far as this machine trusts them. The service moved from Global Root CA to Global Root G2
in 2025 (Tencent Cloud's announcement 100670); the authority issues from Global Root G3 and from the
roots G5 too.
"""

import datetime
import re
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# The places of port/posix/roots.c, and those of macOS and the BSDs.
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, OpenWrt
    "/etc/pki/tls/certs/ca-bundle.crt",    # Red Hat
    "/etc/ssl/ca-bundle.pem",              # SUSE
    "/etc/ssl/cert.pem",                   # macOS, OpenBSD, Alpine without its bundle
    "/usr/local/share/certs/ca-root-nss.crt",  # FreeBSD
)
# Organization and common name, in the order in which a device gets them.
SERVICE_ROOTS = (
    ("DigiCert Inc", "DigiCert Global Root G2"),
    ("DigiCert Inc", "DigiCert Global Root G3"),
    ("DigiCert, Inc.", "DigiCert TLS RSA4096 Root G5"),
    ("DigiCert Inc", "DigiCert Global Root CA"),
)
PROFILES = Path(__file__).resolve().parents[2] / "port" / "build" / "profiles.mk"
SERVER_LIMIT_S = 20

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", re.ASCII)
_VERSION, _UTC_TIME = 0xA0, 0x17  # tags
_COMMON_NAME, _ORGANIZATION = "550403", "55040a"
_RSA, _CURVE = "2a864886f70d010101", "2a8648ce3d0201"
_CURVES = {"2a8648ce3d030107": "P-256", "2b81040022": "P-384", "2b81040023": "P-521"}


class RootsError(Exception):
    """A sentence for the person who runs the script."""


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields tag and content of each element of DER."""
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length >= 0x80:
            size = length & 0x7F
            length = int.from_bytes(der[at : at + size], "big")
            at += size
        yield tag, der[at : at + length]
        at += length


def _inside(der: bytes) -> bytes:
    """Returns the content of the first element."""
    return next(_elements(der))[1]


def _names(name: bytes) -> list[tuple[str, str]]:
    """Returns the parts of a distinguished name: the type's OID in hexadecimal, and the text."""
    found = []
    for _, one_set in _elements(name):
        for _, pair in _elements(one_set):
            (_, kind), (_, text) = _elements(pair)
            found.append((kind.hex(), text.decode("utf-8", "replace")))
    return found


def _ram_bytes(key: str, names: int) -> int:
    """Returns what mbedTLS takes of the arena for a root, on a 32-bit processor.

    `names` counts the parts of subject and issuer. Measured with mbedtls_x509_crt_parse_der_nocopy()
    and block headers included; tests/firmware/test_roots.py has the figures.
    """
    own = {"P-256": 768, "P-384": 800}.get(key, 0)
    if key.startswith("RSA-"):
        own = 672 + int(key[4:]) // 8
    return own + 64 * (names - 2) if own else 0


def _time(tag: int, text: bytes) -> datetime.datetime:
    form = "%y%m%d%H%M%SZ" if tag == _UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.datetime.strptime(text.decode("ascii"), form).replace(tzinfo=datetime.timezone.utc)


def _key(info: bytes) -> str:
    """Returns the kind of a public key: RSA-2048, P-384, or another word."""
    (_, algorithm), (_, bits) = _elements(info)
    kind, *parameters = (content.hex() for _, content in _elements(algorithm))
    if kind == _CURVE:
        return _CURVES.get(parameters[0], "another curve")
    if kind != _RSA:
        return "another algorithm"
    modulus = _inside(_inside(bits[1:]))
    return f"RSA-{int.from_bytes(modulus, 'big').bit_length()}"


@dataclass(frozen=True)
class Root:
    """A trusted root."""

    der: bytes = field(repr=False)
    name: str
    organization: str
    key: str
    not_after: datetime.datetime
    ram_bytes: int  # of mbedTLS's arena, while a chain is verified that ends in this root

    @classmethod
    def of(cls, der: bytes) -> "Root":
        """Reads a certificate. @raise RootsError"""
        try:
            parts = list(_elements(_inside(_inside(der))))
            if parts[0][0] == _VERSION:
                parts = parts[1:]
            _, _, (_, issuer), (_, validity), (_, subject), (_, info), *_ = parts
            names = dict(_names(subject))
            name = names.get(_COMMON_NAME) or names.get(_ORGANIZATION) or "a root without a name"
            key = _key(info)
            _, (tag, end) = _elements(validity)
            return cls(der, name, names.get(_ORGANIZATION, ""), key, _time(tag, end),
                       _ram_bytes(key, len(_names(issuer)) + len(_names(subject))))
        except (ValueError, IndexError, StopIteration) as error:
            raise RootsError("a certificate cannot be read; take another file") from error


def roots_in(path: Path) -> list[Root]:
    """Returns the certificates of a PEM file."""
    try:
        blocks = _PEM.findall(path.read_text("ascii", "replace"))
        roots = [Root.of(ssl.PEM_cert_to_DER_cert(block)) for block in blocks]
    except OSError as error:
        raise RootsError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise RootsError(f"cannot read {path}: {error}") from error
    except RootsError as error:
        raise RootsError(f"cannot read {path}: {error}") from error
    if not roots:
        raise RootsError(f"no certificate found in {path}; it must be a PEM file")
    return roots


def find_bundle(wanted: Path | None) -> Path:
    """Returns the file of the roots that this machine trusts."""
    if wanted is not None:
        return wanted
    for place in map(Path, BUNDLES):
        if place.is_file():
            return place
    raise RootsError("this machine has no bundle of trusted roots; install ca-certificates, or name "
                     "the roots with --ca")


def service_roots(bundle: Path, now: datetime.datetime) -> list[Root]:
    """Returns the roots of SERVICE_ROOTS that the bundle has and that have not ended."""
    found = {(root.organization, root.name): root
             for root in roots_in(bundle) if root.not_after > now}
    roots = [found[one] for one in SERVICE_ROOTS if one in found]
    if not roots:
        raise RootsError(f"{bundle} has no root of the service; name the roots with --ca")
    return roots


def _openssl(*words: str | Path, text: str = "") -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(["openssl", *map(str, words)], input=text, capture_output=True,
                              text=True, check=False, timeout=SERVER_LIMIT_S, errors="replace")
    except FileNotFoundError:
        raise RootsError("--server needs the program openssl; install it") from None
    except subprocess.TimeoutExpired:
        raise RootsError("the server does not answer; check the network") from None


def roots_of_server(server: str, bundle: Path, folder: Path) -> list[Root]:
    """Returns the bundle's roots that verify the certificate of HOST[:PORT].

    `folder` is for files that openssl reads.
    """
    host, _, port = server.partition(":")
    done = _openssl("s_client", "-connect", f"{host}:{port or 443}", "-servername", host,
                    "-showcerts")
    sent = _PEM.findall(done.stdout)
    if not sent:
        raise RootsError(f"{server} shows no certificate; check its name and the network")
    leaf, others, root_file = (folder / name for name in ("leaf.pem", "sent.pem", "root.pem"))
    leaf.write_text(sent[0])
    others.write_text("\n".join(sent))
    roots = []
    for root in roots_in(bundle):
        root_file.write_text(ssl.DER_cert_to_PEM_cert(root.der))
        verified = _openssl("verify", "-no-CApath", "-no-CAstore", "-CAfile", root_file, "-untrusted",
                            others, "-purpose", "sslserver", "-verify_hostname", host, leaf)
        if verified.returncode == 0:
            roots.append(root)
    if not roots:
        raise RootsError(f"no root of {bundle} verifies the certificate of {server}; name its root "
                         "with --ca")
    return roots


# --- What an image can read ---


def _variables(text: str) -> dict[str, str]:
    """Returns the variables of profiles.mk, with their references resolved."""
    joined = text.replace("\\\n", " ")
    found = dict(re.findall(r"^([\w.-]+)\s*:=\s*(.*)$", joined, re.MULTILINE))

    def resolve(value: str) -> str:
        return re.sub(r"\$\((\w+)\)", lambda name: resolve(found.get(name[1], "")), value)

    return {name: resolve(value) for name, value in found.items()}


def options_of_images(profiles: Path = PROFILES) -> dict[str, list[str]]:
    """Returns the compiler's options of each image's profile."""
    variables = _variables(profiles.read_text("utf-8"))
    return {name.removeprefix("image."): variables[f"profile.{value.split()[1]}"].split()
            for name, value in variables.items() if name.startswith("image.")}


def keys_of_images(profiles: Path = PROFILES) -> dict[str, set[str]]:
    """Returns the kinds of keys that each image reads, by the switches of its profile.

    The switches are those of port/mbedtls/pgtask_mbedtls_config.h.
    """
    images = {}
    for name, options in options_of_images(profiles).items():
        keys = {"P-256"}
        if "-DPGTASK_TLS_P384=0" not in options:
            keys.add("P-384")
        if "-DPGTASK_TLS_RSA=0" not in options:
            keys |= {"RSA"}
        images[name] = keys
    return images


def reaches_the_service(image: str) -> bool:
    """Returns whether an image is for the public service; the others' names say private."""
    return "-private-" not in image


def can_read(keys: set[str], root: Root) -> bool:
    """Returns whether an image with these kinds of keys reads the root. RSA has 1,024 to 4,096 bits."""
    if root.key.startswith("RSA-"):
        return "RSA" in keys and 1024 <= int(root.key[4:]) <= 4096
    return root.key in keys

# SPDX-License-Identifier: MIT
"""Chains of the public service's shape: see tests/support/service_chains.sh."""

import ssl

from harness.service import certificates

NAMES = (20, 60, 100, 200)  # in the server's certificate
INTERMEDIATES = (4096, 2048)  # bits of the RSA key
BOTH_ROOTS = "service_roots"


def chain(names: int, intermediate: int = 4096) -> str:
    """Returns what a server sends, as RunningSimulator.use_certificate() wants it."""
    leaf = f"service_{names}" if intermediate == 4096 else f"service_{names}_{intermediate}"
    return f"{leaf}+service_middle_{intermediate}+service_g2_crossed"


def renewed() -> str:
    """Returns the chain of the renewed certificate."""
    return chain(100).replace("service_100", "service_renewed")


def message_bytes(sent: str, version: str = "1.2") -> int:
    """Returns the length of the message Certificate, with its head.

    TLS 1.2 is RFC 5246, 7.4.2. In TLS 1.3 (RFC 8446, 4.4.2) the message has a context, and each
    certificate a list of extensions; both are empty.
    """
    texts = [(certificates() / f"{name}.pem").read_text() for name in sent.split("+")]
    context, extensions = (1, 2) if version == "1.3" else (0, 0)
    return 4 + context + 3 + sum(3 + len(ssl.PEM_cert_to_DER_cert(text)) + extensions
                                 for text in texts)

"""Where this machine keeps the certificate authorities it trusts."""

import ssl
from pathlib import Path

from linkreclaim.errors import LinkreclaimError

_WELL_KNOWN = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS, the BSDs
)
"""Bundles of the common systems, as their packages install them. The OpenSSL inside pycurl's wheel was built elsewhere
and looks in places that need not exist here, so the file is always named."""


def find_ca_file() -> str:
    """The file of trusted authorities: SSL_CERT_FILE where set, else OpenSSL's default, else the system's bundle.

    Raises LinkreclaimError when there is none, because then no https URL could be told from a forged one.
    """
    named = ssl.get_default_verify_paths().cafile  # None unless the file exists; reads SSL_CERT_FILE
    for candidate in (named, *_WELL_KNOWN):
        if candidate and Path(candidate).is_file():
            return candidate
    raise LinkreclaimError(
        "no file of trusted certificate authorities was found on this machine: install the system's ca-certificates "
        "package, or name a PEM file in the environment variable SSL_CERT_FILE"
    )

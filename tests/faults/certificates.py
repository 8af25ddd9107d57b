"""A certificate authority for names under faults.test, and the certificates that nobody may accept."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from faults.resolver import DOMAIN
from standin.doors import Certificates

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
_DAY_S = 86400
# Python's default context is strict since 3.13: an authority says what its key is for, a certificate whose it is.
_AUTHORITY = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
_EXTENSIONS = f"subjectAltName=DNS:*.{DOMAIN}\nbasicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n"
_SIGNING = """\
[ca]
default_ca = tests
[tests]
database = index
new_certs_dir = .
policy = any
rand_serial = yes
unique_subject = no
default_md = sha256
[any]
commonName = supplied
"""


@dataclass(frozen=True)
class Authority:
    """Authority is what collectd trusts (ca), and what servers show."""

    ca: Path
    shown: Certificates


def make_authority(folder: Path) -> Authority:
    """make_authority writes all files into a folder that does not exist yet."""
    folder.mkdir(parents=True)
    (folder / "extensions").write_text(_EXTENSIONS)
    (folder / "signing").write_text(_SIGNING)
    (folder / "index").touch()
    for name in ("ca", "other"):
        subject = ["-subj", f"/CN={name} of tests", "-days", "2", *_AUTHORITY]
        _openssl(folder, "req", "-x509", *_KEY, *subject, "-keyout", f"{name}.key", "-out", f"{name}.pem")
    return Authority(
        folder / "ca.pem",
        Certificates(
            _certificate(folder, "good", "ca", days=2),
            _certificate(folder, "foreign", "other", days=2),
            _certificate(folder, "expired", "ca", days=-1),
        ),
    )


def _certificate(folder: Path, name: str, ca: str, days: int) -> Path:
    """_certificate ends in so many days, and began two before. Before 3.4 only `openssl ca` takes such times."""
    end = time.time() + days * _DAY_S
    valid = ["-startdate", _time(end - 2 * _DAY_S), "-enddate", _time(end)]
    signer = ["-config", "signing", "-cert", f"{ca}.pem", "-keyfile", f"{ca}.key", "-extfile", "extensions"]
    file = folder / f"{name}.pem"
    _openssl(folder, "req", *_KEY, "-subj", f"/CN={DOMAIN}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    _openssl(folder, "ca", "-batch", "-notext", *signer, *valid, "-in", f"{name}.csr", "-out", file.name)
    file.write_text(file.read_text() + (folder / f"{name}.key").read_text())
    return file


def _time(seconds: float) -> str:
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(seconds))


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

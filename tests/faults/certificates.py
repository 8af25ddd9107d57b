"""A certificate authority for names under faults.test, and the certificates that nobody may accept."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from faults.resolver import DOMAIN
from standin.doors import Certificates

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass(frozen=True)
class Authority:
    """Authority is what collectd trusts (ca), and what servers show."""

    ca: Path
    shown: Certificates


def make_authority(folder: Path) -> Authority:
    """make_authority writes all files into a folder that does not exist yet."""
    folder.mkdir(parents=True)
    (folder / "names").write_text(f"subjectAltName=DNS:*.{DOMAIN}\n")
    for name in ("ca", "other"):
        subject = ["-subj", f"/CN={name} of tests", "-days", "2"]
        _openssl("req", "-x509", *_KEY, *subject, "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
    return Authority(
        folder / "ca.pem",
        Certificates(
            _certificate(folder, "good", "ca", days=2),
            _certificate(folder, "foreign", "other", days=2),
            _certificate(folder, "expired", "ca", days=-1),
        ),
    )


def _certificate(folder: Path, name: str, ca: str, days: int) -> Path:
    key, request, file = folder / f"{name}.key", folder / f"{name}.csr", folder / f"{name}.pem"
    _openssl("req", *_KEY, "-subj", f"/CN={DOMAIN}", "-keyout", key, "-out", request)
    signed = ["-in", request, "-CA", folder / f"{ca}.pem", "-CAkey", folder / f"{ca}.key", "-CAcreateserial"]
    _openssl("x509", "-req", *signed, "-days", str(days), "-extfile", folder / "names", "-out", file)
    file.write_text(file.read_text() + key.read_text())
    return file


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

"""Signed by a trusted issuer, by a stranger, by nobody, altered after signing, wrapped around another message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

from alerts.messages import cap
from sangesan.alerts.signing import FOLDER, judge, trusted_certificates
from sangesan.kernel.refusal import Refusal


def issuer(name: str) -> tuple[bytes, bytes, x509.Certificate]:
    """Key and certificate as PEM, and the certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, made.public_bytes(serialization.Encoding.PEM), made


KEY, CERT, ISSUER = issuer("试验气象台")
OTHER_KEY, OTHER_CERT, STRANGER = issuer("别处")


def sign(data: bytes, key: bytes = KEY, cert: bytes = CERT) -> bytes:
    return etree.tostring(XMLSigner().sign(etree.fromstring(data), key=key, cert=cert.decode()), encoding="utf-8")


SIGNED = sign(cap())


def test_verified_under_a_trusted_certificate(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "a.pem").write_bytes(CERT)
    (tmp_path / FOLDER / "b.der").write_bytes(STRANGER.public_bytes(serialization.Encoding.DER))
    (tmp_path / FOLDER / "readme.txt").write_text("x")
    trusted = trusted_certificates(tmp_path)
    assert len(trusted) == 2
    found = judge(SIGNED, signed=True, trusted=trusted)
    assert (found.state, found.signer) == ("verified", "试验气象台")


@pytest.mark.parametrize(
    ("data", "signed", "trusted", "state"),
    [
        (cap(), False, [ISSUER], "none"),
        (SIGNED, True, [], "unverified"),
        (SIGNED, True, [STRANGER], "unverified"),
        (sign(cap(), OTHER_KEY, OTHER_CERT), True, [ISSUER], "unverified"),
    ],
)
def test_not_verified(data: bytes, signed: bool, trusted: list[x509.Certificate], state: str) -> None:
    assert judge(data, signed=signed, trusted=trusted).state == state


def test_altered_after_signing_is_refused() -> None:
    with pytest.raises(Refusal, match="改动过"):
        judge(SIGNED.replace("橙色".encode(), "蓝色".encode()), signed=True, trusted=[ISSUER])


def test_a_signature_over_another_message_does_not_vouch_for_this_one() -> None:
    root, inner = etree.fromstring(cap("FORGED", colour="蓝色")), etree.fromstring(SIGNED)
    signature = inner.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    root.append(signature)
    with pytest.raises(Refusal, match="改动过"):
        judge(etree.tostring(root), signed=True, trusted=[ISSUER])


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "a.pem").write_bytes(b"x")
    with pytest.raises(Refusal, match=r"a\.pem"):
        trusted_certificates(tmp_path)

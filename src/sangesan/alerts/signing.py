"""An alert's enveloped XML signature: recognised always, verified where HOME/trusted_alerts holds certificates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidInput, InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from sangesan.exchange.cap.parsing import parse_alert
from sangesan.kernel.refusal import Refusal

FOLDER = "trusted_alerts"
NONE, UNVERIFIED, VERIFIED = "none", "unverified", "verified"
TITLES = {NONE: "未签名", UNVERIFIED: "未验签", VERIFIED: "已验签"}
ALTERED = (InvalidDigest, InvalidSignature)


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a signature. signer: the certificate's name, where it was verified; why: where it was not."""

    state: str
    signer: str = ""
    why: str = ""


def trusted_certificates(home: Path) -> list[x509.Certificate]:
    """The issuers' certificates (PEM or DER) that the county trusts. Raises a Refusal naming a file that is none."""
    found = []
    for path in sorted((home / FOLDER).glob("*")):
        if path.suffix.lower() not in {".pem", ".crt", ".cer", ".der"}:
            continue
        data = path.read_bytes()
        try:
            if b"-----BEGIN" in data:
                found += x509.load_pem_x509_certificates(data)
            else:
                found.append(x509.load_der_x509_certificate(data))
        except ValueError:
            raise Refusal(
                "不是证书文件", place=f"{FOLDER}/{path.name}", remedy="请放入 PEM 或 DER 格式的发布单位证书"
            ) from None
    return found


def judge(data: bytes, *, signed: bool, trusted: list[x509.Certificate]) -> Judgement:
    """Whether the signature holds under a trusted certificate, and covers the whole message that was read.

    Raises a Refusal where it is a trusted issuer's key but the message was altered after signing.
    """
    if not signed:
        return Judgement(NONE)
    if not trusted:
        return Judgement(UNVERIFIED, why="没有配置可信证书")
    altered = False
    for certificate in trusted:
        try:
            return _under(data, certificate)
        except ALTERED as error:
            altered = altered or _own_key(data, certificate) or isinstance(error, InvalidDigest)
        except (InvalidCertificate, InvalidInput, SignXMLException, ValueError):
            continue
    if altered:
        raise Refusal(
            "签名与内容不符，内容在签名之后被改动过",
            place="CAP 预警 Signature",
            remedy="请向发布单位核实，重新取得原件",
        )
    return Judgement(UNVERIFIED, why="签名不是可信证书签的")


def _under(data: bytes, certificate: x509.Certificate) -> Judgement:
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    config = SignatureConfiguration(location="./", require_x509=True)
    result = XMLVerifier().verify(_tree(data), x509_cert=pem, expect_config=config)
    one = result[0] if isinstance(result, list) else result
    covered = etree.tostring(one.signed_xml)
    if _said(parse_alert(covered)) != _said(parse_alert(data)):
        raise InvalidInput("the signature covers another message than the one read")
    return Judgement(VERIFIED, signer=_name(certificate))


def _said(alert: object) -> str:
    """What a message says, apart from being signed."""
    return repr(alert).replace("signed=True", "signed=False")


def _tree(data: bytes) -> etree._Element:
    """For lxml what was already read by the bounded reader: no network, no entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _own_key(data: bytes, certificate: x509.Certificate) -> bool:
    """Whether the signature names this very certificate: then a failure means altered, not signed by others."""
    body = certificate.public_bytes(serialization.Encoding.DER)
    for element in _tree(data).iter("{http://www.w3.org/2000/09/xmldsig#}X509Certificate"):
        text = "".join((element.text or "").split())
        try:
            named = x509.load_pem_x509_certificate(
                b"-----BEGIN CERTIFICATE-----\n" + text.encode() + b"\n-----END CERTIFICATE-----\n"
            )
        except ValueError:
            continue
        if named.public_bytes(serialization.Encoding.DER) == body:
            return True
    return False


def _name(certificate: x509.Certificate) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = certificate.subject.get_attributes_for_oid(oid)
        if found:
            return str(found[0].value)
    return certificate.subject.rfc4514_string()[:120]

"""The file in which an office keeps its secrets: the same form from the browser and from the command."""

import json
import os
import secrets as randomness
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sangesan.draws.domain import commitment_of, secret_in_form
from sangesan.kernel.refusal import Refusal

KIND = "sangesan-draw-secrets"


@dataclass(frozen=True)
class Kept:
    """One secret with its fingerprint. about: the draw it was made for, in words (第12号, 2022-W40)."""

    about: str
    secret: str
    digest: str


def make(abouts: Sequence[str]) -> list[Kept]:
    """A fresh secret of 32 random bytes for each."""
    made = []
    for about in abouts:
        secret = randomness.token_hex(32)
        made.append(Kept(about, secret, commitment_of(secret)))
    return made


def write(path: Path, office: str, kept: Sequence[Kept]) -> None:
    """Writes a new file that only its owner reads; raises Refusal where there is one already."""
    content = {"kind": KIND, "office": office, "secrets": [asdict(one) for one in kept]}
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refusal(
            "文件已存在，不覆盖", place=str(path), remedy="请换一个文件名；旧文件里的密数公开前不能丢"
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def secret_of(path: Path, digest: str) -> str:
    """The secret of a fingerprint in a file; raises Refusal where the file is none or does not hold it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = [secret_in_form(str(one["secret"])) for one in content["secrets"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise Refusal("不是密数文件", place=str(path), remedy="请选择交存指纹时生成的文件") from None
    for secret in rows:
        if commitment_of(secret) == digest:
            return secret
    raise Refusal("文件里没有这次抽签的密数", place=str(path), remedy="请选择交存指纹时生成的那个文件")

"""Keys and sealing: AES-256-GCM for what must stay secret, HMAC-SHA256 for looking it up.

One master key lies in SANGESAN_HOME/keys/master.key (mode 0600); each purpose has a key derived from it by HKDF, so
that a text sealed for one purpose cannot be opened for another. The audit's sealing key is a file of its own and may
lie elsewhere (SANGESAN_SEAL_KEY).
"""

import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sangesan.kernel.refusal import Refusal

KEY_BYTES = 32
NONCE_BYTES = 12
SEALED_WITH_IT = ("db.sqlite3", "parquet", "originals", "runs", "photos", "voices")  # what cannot be read without the master key


def read_or_make_key(path: Path) -> bytes:
    """The key in `path`; a new one is written (0600, never overwriting) where there is none. Raises Refusal."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_or_make_key(path)
        key = os.urandom(KEY_BYTES)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    if len(key) != KEY_BYTES:
        raise Refusal(f"密钥文件 {path} 已损坏", remedy="请从备份恢复密钥文件；没有它，已加密的数据无法读取")
    return key


class Keyring:
    """Seals, opens and indexes by purpose. `Keyring.load(home)` is the one to use."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._ciphers: dict[str, AESGCM] = {}
        self._index_keys: dict[str, bytes] = {}

    @classmethod
    def load(cls, home: Path) -> "Keyring":
        """The keyring of a SANGESAN_HOME; its master key is made at first use."""
        return _load(str(home))

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose."""
        return HKDF(hashes.SHA256(), KEY_BYTES, None, f"sangesan:{purpose}".encode()).derive(self._master)

    def seal(self, purpose: str, data: bytes) -> bytes:
        """Nonce || ciphertext || tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher(purpose).encrypt(nonce, data, purpose.encode())

    def open(self, purpose: str, data: bytes) -> bytes:
        """What `seal` sealed; raises Refusal when key, purpose or data are not the same."""
        blob = bytes(data)
        try:
            return self._cipher(purpose).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError):
            raise Refusal(
                "加密的数据打不开：密钥不符或数据被改动", remedy="请核对 keys 目录是否与数据库属于同一套"
            ) from None

    def index(self, purpose: str, text: str) -> bytes:
        """A keyed index of `text`, 32 bytes: equal for equal texts, not to be computed without the key."""
        key = self._index_keys.get(purpose)
        if key is None:
            key = self._index_keys[purpose] = self.derive(f"index:{purpose}")
        return hmac.digest(key, text.encode(), hashlib.sha256)

    @staticmethod
    def random_key() -> bytes:
        """A fresh 32-byte key (one per Parquet file)."""
        return os.urandom(KEY_BYTES)

    def _cipher(self, purpose: str) -> AESGCM:
        cipher = self._ciphers.get(purpose)
        if cipher is None:
            cipher = self._ciphers[purpose] = AESGCM(self.derive(f"seal:{purpose}"))
        return cipher


@lru_cache(maxsize=8)
def _load(home: str) -> Keyring:
    key = Path(home) / "keys" / "master.key"
    if not key.exists() and any((Path(home) / kept).exists() for kept in SEALED_WITH_IT):
        raise Refusal(
            "主密钥不见了，而数据还在",
            place=str(key),
            remedy="请从备份恢复 keys 目录；没有它，已加密的数据谁也读不出来",
        )
    return Keyring(read_or_make_key(key))

"""The one place that reads the environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sangesan.kernel.refusal import Refusal


@dataclass(frozen=True)
class Environment:
    """What the environment says.

    home: folder of all state; database: a postgresql:// address or empty for SQLite in `home`;
    seal_key: file of the audit's sealing key, empty for home/keys/seal.key; hosts: names the server answers to;
    address: under which people reach the system (https://name), for links in what goes out; empty: the first host.
    public_url: under which households' phones reach it, for the posters' QR codes (the outer address where officials use
    an inner one); empty: address; proxies: how many of our own proxies stand before the server, each adding the address
    it was called from to X-Forwarded-For.
    allow_local_gateways: messages may go to gateways on this machine or in its net.
    """

    home: Path
    database: str
    seal_key: str
    hosts: tuple[str, ...]
    debug: bool
    https: bool
    plain_parquet: bool
    address: str
    public_url: str
    proxies: int
    allow_local_gateways: bool


def read() -> Environment:
    """The environment as it is now."""
    get = os.environ.get
    return Environment(
        home=Path(get("SANGESAN_HOME") or "var").resolve(),
        database=get("SANGESAN_DATABASE", ""),
        seal_key=get("SANGESAN_SEAL_KEY", ""),
        hosts=tuple(h for h in get("SANGESAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h),
        debug=get("SANGESAN_DEBUG", "") == "1",
        https=get("SANGESAN_HTTPS", "") == "1",
        plain_parquet=get("SANGESAN_PLAIN_PARQUET", "") == "1",
        address=get("SANGESAN_ADDRESS", "").rstrip("/"),
        public_url=(get("SANGESAN_PUBLIC_URL") or get("SANGESAN_ADDRESS", "")).rstrip("/"),
        proxies=int(get("SANGESAN_PROXIES") or 0),
        allow_local_gateways=get("SANGESAN_ALLOW_LOCAL_GATEWAYS", "") == "1",
    )


def postgresql(address: str) -> dict[str, object]:
    """Django's settings for postgresql://user:password@host:port/name; raises Refusal for anything else."""
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise Refusal(
            "数据库地址认不出",
            place="环境变量 SANGESAN_DATABASE",
            remedy="请写成 postgresql://用户:密码@主机:端口/库名，或留空使用 SQLite",
        )
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }

"""Libraries that only benchmarks need: imported when asked for, with a plain word where one is missing."""

from importlib import import_module
from typing import Any

from sangesan.kernel.refusal import Refusal


def require(name: str) -> Any:
    """The module of that name; raises Refusal where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise Refusal(
            f"没有安装 {name}，不能做对比测速", place="测速", remedy="请按 requirements/dev.txt 安装开发依赖"
        ) from None

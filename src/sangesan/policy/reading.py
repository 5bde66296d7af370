"""Reads YAML files of policy; every complaint names the file and the field in Chinese."""

from pathlib import Path
from typing import Any

import yaml

from sangesan.kernel.refusal import Refusal


class _Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice: YAML itself would silently keep the last."""

    name: str

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise Refusal(
                    f"“{key}”写了两次",
                    place=f"{key_node.start_mark.name} 第{key_node.start_mark.line + 1}行",
                    remedy="请删去一处",
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """The file's content; raises Refusal where it cannot be read or is not YAML."""
    try:
        with path.open(encoding="utf-8") as file:
            loader = _Loader(file)
            loader.name = path.name
            try:
                return loader.get_single_data()
            finally:
                loader.dispose()
    except FileNotFoundError:
        raise Refusal("没有这个文件", place=str(path), remedy="请核对路径") from None
    except UnicodeDecodeError:
        raise Refusal("不是UTF-8编码", place=path.name, remedy="请另存为UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name} 第{mark.line + 1}行" if mark else path.name
        raise Refusal("YAML格式不对", place=place, remedy="请检查缩进、冒号和引号") from error


def mapping(data: Any, place: str) -> dict[str, Any]:
    """`data` as a mapping with text keys; raises Refusal."""
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise Refusal("这里应是“键: 值”的映射", place=place, remedy="请对照同目录的其他文件改正")
    return data


def required(data: dict[str, Any], key: str, place: str) -> Any:
    """data[key], not empty; raises Refusal."""
    value = data.get(key)
    if value is None or value == "":
        raise Refusal(f"缺少“{key}”", place=place, remedy=f"请补上 {key}")
    return value


def no_others(data: dict[str, Any], known: set[str], place: str) -> None:
    """Refuses keys that nobody would read: a misspelt key must not be lost in silence."""
    others = sorted(set(data) - known)
    if others:
        raise Refusal(f"不认识的键“{'、'.join(others)}”", place=place, remedy=f"可用的键：{'、'.join(sorted(known))}")

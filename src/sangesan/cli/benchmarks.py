"""`sangesan bench`: ratios side by side in one run; without a name all of them, written to docs/benchmarks.md."""

import click


@click.group(invoke_without_command=True)
def bench() -> None:
    """测速：同一次运行里并排比较。"""

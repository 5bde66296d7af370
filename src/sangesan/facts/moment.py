"""The day a question is asked for, and the parameters that hold on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sangesan.facts.checking import TODAY
from sangesan.facts.syntax import Literal, Name, Node, Scalar, substitute, with_values
from sangesan.facts.windows import Window
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterBook


@dataclass(frozen=True)
class Moment:
    """`as_of` and the book of parameters; the clock is never read."""

    as_of: date
    parameters: ParameterBook

    def scalar(self, code: str) -> Scalar:
        """The parameter's value on the day; raises Refusal where there is none (callers ask `lacks` first)."""
        found = self.parameters.value(code, self.as_of)
        if found is None:
            raise Refusal(f"参数“{code}”在 {self.as_of} 没有值", place="参数", remedy="请补充取值和出处")
        value = found.value
        return value if isinstance(value, str) else int(value)

    def lacks(self, code: str) -> bool:
        """True where the parameter is unknown or has no value on the day."""
        return code not in self.parameters or self.parameters.value(code, self.as_of) is None

    def months(self, window: Window) -> int:
        """The window's length in months; 0 for windows that have none."""
        if isinstance(window.length, str):
            months = self.scalar(window.length)
            return months if isinstance(months, int) else 0
        return window.length or 0

    def filled(self, tree: Node, parameters: set[str]) -> Node:
        """The tree with parameters and `today` replaced by their values."""
        values: dict[str, Node] = {code: Literal(self.scalar(code)) for code in parameters}
        return with_values(tree, {**values, TODAY: Literal(self.as_of)})


def expanded(tree: Node, bodies: Mapping[str, Node]) -> Node:
    """The tree with derived facts put in place by what they are derived from."""
    return substitute(tree, lambda code: expanded(bodies[code], bodies) if code in bodies else Name(code))

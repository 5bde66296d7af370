"""A refusal: the one exception that is meant for people."""


class Refusal(Exception):  # noqa: N818  it is not an error of the program
    """Something given to the system cannot be taken.

    message: what is wrong; place: where (file, row, field); remedy: what to do. All Chinese.
    The command line prints it and exits with 2; pages and reports show it.
    """

    def __init__(self, message: str, *, place: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.place}：{self.message}" if self.place else self.message
        return f"{head}。{self.remedy}" if self.remedy else head

    def at(self, place: str) -> "Refusal":
        """The same refusal with its place put in front (outer places come first)."""
        full = f"{place} {self.place}".strip()
        return Refusal(self.message, place=full, remedy=self.remedy)

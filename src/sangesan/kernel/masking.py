"""How personal data is shown to those whose post does not need it."""

MASK = "*"


def mask_identity(number: str) -> str:
    """Area code and last four stay: 610998********1234. Shorter texts keep their ends only."""
    if len(number) < 12:
        return number[:1] + MASK * max(len(number) - 1, 0)
    return number[:6] + MASK * (len(number) - 10) + number[-4:]


def mask_name(name: str) -> str:
    """刘*, 刘*昌: first and, from three characters on, last stay."""
    if len(name) <= 1:
        return MASK * len(name)
    if len(name) == 2:
        return name[0] + MASK
    return name[0] + MASK * (len(name) - 2) + name[-1]


def mask_phone(number: str) -> str:
    """138****5678."""
    if len(number) < 8:
        return MASK * len(number)
    return number[:3] + MASK * (len(number) - 7) + number[-4:]

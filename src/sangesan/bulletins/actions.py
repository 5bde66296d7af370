"""What can be done with official documents: the public face of the slice."""

from sangesan.bulletins.drafting import discard, draft, edit
from sangesan.bulletins.issuing import issue, set_start, withdraw
from sangesan.bulletins.reading import read
from sangesan.bulletins.signing import send_back, sign

__all__ = ["discard", "draft", "edit", "issue", "read", "send_back", "set_start", "sign", "withdraw"]

"""From which address somebody asks: what limits count by."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the one who asks: behind our own proxies the one that the outermost of them saw.

    What a client writes into X-Forwarded-For by itself stands further left and is not believed.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    hops = int(settings.PROXIES)
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return forwarded[-hops] if hops and len(forwarded) >= hops else seen

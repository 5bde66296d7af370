"""Several acts at the same moment, each on a connection of its own: what races on PostgreSQL stand on."""

import threading
from collections.abc import Callable

from django.db import connections

MOST_SECONDS = 60


def together(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts at once; what each gave, or the exception it raised, in their order."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[n] = act()
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(MOST_SECONDS)
    return results

"""A circuit breaker: what fails again and again is left alone for a while. Source: Nygard, "Release It!" (2007)."""

import threading
import time
from collections.abc import Callable

FAILURES = 3
"""Failures in a row after which it opens."""
REST = 30.0
"""Seconds until one trial is let through."""


class Breaker:
    """Whether something that may fail is asked. Safe to call from many threads.

    Each ``admit`` that gives True is followed by one ``succeeded``, ``failed`` or ``released``.

    Args:
        failures: How many in a row open it.
        rest: Seconds that it stays open; then one trial decides.
        clock: Tells the time in seconds.
    """

    def __init__(
        self, failures: int = FAILURES, rest: float = REST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = failures
        self._rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until = 0.0
        self._trying = False

    def admit(self) -> bool:
        """Whether to ask now."""
        with self._lock:
            if self._failed < self._most:
                return True
            if self._trying or self._clock() < self._until:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """It worked: all is well again."""
        with self._lock:
            self._failed, self._trying = 0, False

    def failed(self) -> bool:
        """It failed; gives whether it is left alone from now on."""
        with self._lock:
            self._failed += 1
            self._trying = False
            self._until = self._clock() + self._rest
            return self._failed >= self._most

    def released(self) -> None:
        """It neither worked nor failed: somebody else may try."""
        with self._lock:
            self._trying = False

    @property
    def rest(self) -> float:
        """Seconds until it is asked again; 0 if it is asked now."""
        with self._lock:
            return max(0.0, self._until - self._clock()) if self._failed >= self._most else 0.0

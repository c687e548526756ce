"""Work done one after the other, first come first served."""

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_SOON = 5.0
"""Seconds that the work under way has to end when the process does."""
_LATEST = 0.3
"""Weight of the latest work's time in the mean of all."""


class Ticket:
    """A piece of work that waits for its turn or is under way.

    Args:
        work: Is run in the queue's thread; ends soon once ``left`` is set.
        moved: Is told how many are before it, whenever that changes; 0 when it begins. Called from any thread, and
            must neither take long nor fail.
        measured: Whether its time counts for how long others will wait.
    """

    def __init__(
        self, work: Callable[["Ticket"], None], moved: Callable[[int], None] | None = None, *, measured: bool = True
    ) -> None:
        self.work = work
        self.moved = moved or _nobody
        self.measured = measured
        self.left = threading.Event()
        self._place: int | None = None

    def move(self, place: int) -> None:
        """Its place from now on; whoever can't be told is gone, and is no concern of who tells."""
        if place != self._place:
            self._place = place
            try:
                self.moved(place)
            except Exception:
                _LOG.debug("A place in line couldn't be told", exc_info=True)
                self.left.set()


class FairQueue:
    """Runs one piece of work at a time in a thread of its own. Safe to call from many threads.

    Args:
        name: The thread's.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._waiting: deque[Ticket] = deque()
        self._running: Ticket | None = None
        self._began = 0.0
        self._seconds = 0.0
        self._thread: threading.Thread | None = None

    def join(self, ticket: Ticket) -> None:
        """Get in line."""
        with self._changed:
            if not self._thread:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
                # a thread amid foreign code when the interpreter ends would take the process down with it
                atexit.register(self.close)
            self._waiting.append(ticket)
            self._tell()
            self._changed.notify()

    def leave(self, ticket: Ticket) -> None:
        """Give up waiting, or have the work end soon; whoever is done already may leave too."""
        ticket.left.set()
        with self._changed:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                self._tell()

    def wait(self) -> float:
        """Seconds that who joins now will probably wait; 0 where nobody is before them or nothing was measured yet."""
        with self._changed:
            if not self._running:
                return self._seconds * len(self._waiting)
            rest = max(0.0, self._seconds - (time.monotonic() - self._began))
            return rest + self._seconds * len(self._waiting)

    def close(self) -> None:
        """Drop what waits, and have the work under way end."""
        with self._changed:
            for ticket in (*self._waiting, *filter(None, [self._running])):
                ticket.left.set()
            self._waiting.clear()
        if self._thread:
            self._quiet(_SOON)

    def _quiet(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        with self._changed:
            while self._running and time.monotonic() < until:
                self._changed.wait(0.05)

    def _tell(self) -> None:
        """Tell all who wait their place; the lock is held."""
        # what is no question's is nobody's place
        before = 1 if self._running and self._running.measured else 0
        for place, ticket in enumerate(self._waiting, before):
            if place:
                ticket.move(place)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                self._running, self._began = self._waiting.popleft(), time.monotonic()
                self._tell()
            self._running.move(0)
            try:
                self._running.work(self._running)
            except Exception:
                # whoever it was for is gone; the others still wait
                _LOG.debug("Work in line failed", exc_info=True)
            finally:
                self._done(self._running)

    def _done(self, ticket: Ticket) -> None:
        with self._changed:
            if ticket.measured:
                took = time.monotonic() - self._began
                self._seconds = took if not self._seconds else self._seconds * (1 - _LATEST) + took * _LATEST
            self._running = None
            self._changed.notify_all()


def _nobody(place: int) -> None:
    """Told to nobody."""

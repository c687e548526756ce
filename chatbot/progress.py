"""What a long build shows on a terminal, and how Ctrl-C stops it."""

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Progress


class ProgressBar:
    """Articles and passages done, their rate and the time left, on stderr.

    Args:
        shown: False for silence; None: shown if stderr is a terminal.
    """

    def __init__(self, shown: bool | None) -> None:
        self._bar: Progress | None = _bar() if (sys.stderr.isatty() if shown is None else shown) else None
        self._passages = 0
        self._articles = 0
        self._of = 0

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def wait_for(self, what: str) -> None:
        """Say what is being waited for, without a measure."""
        if self._bar:
            self._bar.add_task(what, total=None, done="")

    def begin(self, articles: int, size: int) -> None:
        """Start to measure: so many articles, of so many bytes in all."""
        self._of = articles
        if self._bar:
            for task in self._bar.task_ids:
                self._bar.remove_task(task)
            self._bar.add_task("Indexing", total=size, done=self._done(0.0))

    def read(self, size: int) -> None:
        """One more article of so many bytes is embedded."""
        self._articles += 1
        self._show(advance=size)

    def embedded(self, passages: int) -> None:
        """So many more passages are embedded."""
        self._passages += passages
        self._show()

    def _show(self, advance: int = 0) -> None:
        if self._bar:
            task = self._bar.tasks[-1]
            rate = self._passages / task.elapsed if task.elapsed else 0.0
            self._bar.update(task.id, advance=advance, done=self._done(rate))

    def _done(self, rate: float) -> str:
        return f"{self._articles:,}/{self._of:,} articles · {self._passages:,} passages · {rate:.0f}/s"


class Interrupts:
    """Holds Ctrl-C back to the next ``check``, so that it cuts no step in two; a second Ctrl-C is not held back."""

    def __init__(self) -> None:
        self._asked = False
        self._previous: Any = None

    def __enter__(self) -> Self:
        # only the main thread may set a handler, and a handler that isn't Python's own is somebody's decision
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def check(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C was pressed."""
        if self._asked:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            signal.default_int_handler(number, frame)
        self._asked = True


def _bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[done]}"), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True))

import threading
import time

import pytest

from chatbot.chatting.queueing import FairQueue, Ticket

SOON = 5


class Task:
    """A piece of work that lasts until it may end or its ticket is left."""

    def __init__(self, done: list[str], name: str = "", *, may_end: bool = False) -> None:
        self.name = name
        self.places: list[int] = []
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.ended = threading.Event()
        self.may_end.set() if may_end else None
        self.ticket = Ticket(self._work, self.places.append)
        self._done = done

    def _work(self, ticket: Ticket) -> None:
        self.begun.set()
        while not (self.may_end.wait(0.01) or ticket.left.is_set()):
            pass
        self._done.append(self.name + ("-" if ticket.left.is_set() else ""))
        self.ended.set()


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def queue() -> FairQueue:
    return FairQueue("test")


def test_first_come_first_served(queue: FairQueue, done: list[str]):
    tasks = [Task(done, name) for name in "abcd"]
    for task in tasks:
        queue.join(task.ticket)
    assert tasks[0].begun.wait(SOON)
    assert not tasks[1].begun.is_set(), "one at a time"
    for task in tasks:
        task.may_end.set()
    assert tasks[-1].ended.wait(SOON)
    assert done == ["a", "b", "c", "d"]
    assert tasks[0].places == [0]
    assert tasks[3].places == [3, 2, 1, 0]


def test_who_leaves_the_line_makes_room(queue: FairQueue, done: list[str]):
    first, leaving, last = (Task(done, name) for name in "abc")
    for task in (first, leaving, last):
        queue.join(task.ticket)
    assert first.begun.wait(SOON)
    queue.leave(leaving.ticket)
    assert last.places == [2, 1]
    first.may_end.set()
    last.may_end.set()
    assert last.ended.wait(SOON)
    assert done == ["a", "c"]


def test_work_under_way_can_be_ended(queue: FairQueue, done: list[str]):
    first, second = Task(done, "a"), Task(done, "b", may_end=True)
    queue.join(first.ticket)
    queue.join(second.ticket)
    assert first.begun.wait(SOON)
    queue.leave(first.ticket)
    assert second.ended.wait(SOON)
    assert done == ["a-", "b"]
    queue.leave(second.ticket)


def test_the_wait_is_estimated_from_what_work_took(queue: FairQueue, done: list[str]):
    assert queue.wait() == 0
    first = Task(done)
    queue.join(first.ticket)
    time.sleep(0.5)
    first.may_end.set()
    assert first.ended.wait(SOON)
    waiting = [Task(done) for _ in range(3)]
    for task in waiting:
        queue.join(task.ticket)
    assert waiting[0].begun.wait(SOON)
    assert queue.wait() >= 0.5 * 2, "two wait, one is under way"
    for task in waiting:
        queue.leave(task.ticket)
    assert waiting[0].ended.wait(SOON)


def test_what_is_not_measured_says_nothing_of_the_next(queue: FairQueue, done: list[str]):
    loading = Task(done)
    loading.ticket.measured = False
    queue.join(loading.ticket)
    time.sleep(0.1)
    loading.may_end.set()
    assert loading.ended.wait(SOON)
    queue.join(Task(done).ticket)
    assert queue.wait() == 0
    queue.close()


def test_work_that_fails_leaves_the_others_in_line(queue: FairQueue, done: list[str]):
    def fails(_: object) -> None:
        raise RuntimeError("Event loop is closed")

    queue.join(Ticket(fails))
    queue.join(Ticket(Task(done, may_end=True)._work, fails))
    last = Task(done, "last", may_end=True)
    queue.join(last.ticket)
    assert last.ended.wait(SOON)


def test_a_closed_queue_drops_all(queue: FairQueue, done: list[str]):
    running, waiting = Task(done, "a"), Task(done, "b")
    queue.join(running.ticket)
    queue.join(waiting.ticket)
    assert running.begun.wait(SOON)
    queue.close()
    assert done == ["a-"]

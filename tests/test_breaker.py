from concurrent.futures import ThreadPoolExecutor

import pytest

from chatbot.chatting.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, rest=30, clock=clock)


def fail(breaker: Breaker, times: int) -> list[bool]:
    outcomes = []
    for _ in range(times):
        assert breaker.admit()
        outcomes.append(breaker.failed())
    return outcomes


def test_some_failures_are_nothing(breaker: Breaker):
    assert fail(breaker, 2) == [False, False]
    breaker.succeeded()
    assert fail(breaker, 2) == [False, False], "only failures in a row count"
    assert (breaker.admit(), breaker.rest) == (True, 0)


def test_after_the_last_one_it_rests(breaker: Breaker, clock: Clock):
    assert fail(breaker, 3) == [False, False, True]
    assert (breaker.admit(), breaker.rest) == (False, 30)
    clock.now += 29
    assert (breaker.admit(), breaker.rest) == (False, 1)


def test_one_trial_that_works_is_enough(breaker: Breaker, clock: Clock):
    fail(breaker, 3)
    clock.now += 30
    assert [breaker.admit() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.admit()
    assert fail(breaker, 2) == [False, False], "it begins anew"


def test_a_trial_that_fails_is_another_rest(breaker: Breaker, clock: Clock):
    fail(breaker, 3)
    clock.now += 31
    assert breaker.admit()
    assert breaker.failed()
    assert (breaker.admit(), breaker.rest) == (False, 30)


def test_a_trial_without_outcome_lets_another_try(breaker: Breaker, clock: Clock):
    fail(breaker, 3)
    clock.now += 30
    assert breaker.admit()
    breaker.released()
    assert [breaker.admit(), breaker.admit()] == [True, False]


def test_of_many_threads_one_tries(breaker: Breaker, clock: Clock):
    fail(breaker, 3)
    clock.now += 30
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: breaker.admit(), range(64))) == 1

"""Other threads go on while long work is done."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from iamwire import Account, Binding, Cluster, Desired, Observed, Role, plan, plan_unwire
from specimens import OBSERVED, SIMPLE

BINDINGS = [Binding(Cluster("prod"), Account(f"shop/a{n}"), Role("web")) for n in range(500)]
SIGHTS = {**OBSERVED.to_dict(), "roles": {f"r{n}": "absent" for n in range(5000)}}
MANY = Observed({**SIGHTS, "roles": {**SIGHTS["roles"], **OBSERVED.to_dict()["roles"]}})
TEXT = MANY.to_json()
PLAN = plan(SIMPLE, MANY)

WORK: dict[str, Callable[[], object]] = {
    "desired": lambda: Desired(BINDINGS),
    "observed": lambda: Observed(TEXT),
    "observed to JSON": MANY.to_json,
    "plan": lambda: plan(SIMPLE, MANY),
    "plan to unwire": lambda: plan_unwire(SIMPLE, MANY),
    "digest": PLAN.digest,
    "text": PLAN.__str__,
    "plan to JSON": PLAN.to_json,
    "plan to dict": PLAN.to_dict,
}


@pytest.fixture
def unshared() -> Iterator[None]:
    """No thread gives way to another unless it does so of its own accord."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("unshared")
@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_others_go_on(work: Callable[[], object]) -> None:
    waiting = threading.Lock()
    waiting.acquire()
    went_on: list[int] = []

    def other() -> None:
        with waiting:
            went_on.append(1)

    thread = threading.Thread(target=other)
    thread.start()
    waiting.release()
    # It waits for the interpreter, which it gets in the middle of the work or not at all.
    for _ in range(200):
        work()
        if went_on:
            break
    assert went_on
    thread.join()

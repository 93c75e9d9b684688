"""Other threads go on while long work is done."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from iamwire import Account, Binding, Desired, Observed, Role, plan, plan_unwire
from specimens import OBSERVED, SIMPLE

# As much as takes another thread's time to wake, in a release build too.
COUNT = 500
CLUSTER = SIMPLE.bindings[0].cluster
BINDINGS = [Binding(CLUSTER, Account(f"shop/a{n}"), Role(f"r{n}")) for n in range(COUNT)]
DESIRED = Desired(BINDINGS)
MANY = Observed(
    {
        **OBSERVED.to_dict(),
        "roles": {f"r{n}": "absent" for n in range(COUNT)},
        "accounts": {str(CLUSTER.id): {f"shop/a{n}": "absent" for n in range(COUNT)}},
    }
)
TEXT = MANY.to_json()
PLAN = plan(DESIRED, MANY)

WORK: dict[str, Callable[[], object]] = {
    "desired": lambda: Desired(BINDINGS),
    "observed": lambda: Observed(TEXT),
    "observed to JSON": MANY.to_json,
    "plan": lambda: plan(DESIRED, MANY),
    "plan to unwire": lambda: plan_unwire(DESIRED, MANY),
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

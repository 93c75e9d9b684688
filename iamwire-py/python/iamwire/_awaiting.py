"""What an operation's `_async` form returns: a coroutine, which may be made before there is a loop."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

_T = TypeVar("_T")


async def awaited(start: Callable[[], Awaitable[_T]]) -> _T:
    """Begins when it is awaited, on the loop that runs then."""
    return await start()

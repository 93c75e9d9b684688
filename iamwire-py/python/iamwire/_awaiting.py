"""What an operation's `_async` form returns: a coroutine, which may be made before there is a loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


async def awaited(
    begin: Callable[[Callable[[_T, BaseException | None], None]], Callable[[], object]],
) -> _T:
    """Begins when it is awaited, on the loop that runs then, and ends when that is cancelled."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    def settle(result: _T, error: BaseException | None) -> None:
        # Another thread calls this.
        loop.call_soon_threadsafe(_settle, future, result, error)

    end = begin(settle)
    try:
        return await future
    finally:
        end()


def _settle(future: asyncio.Future[_T], result: _T, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)

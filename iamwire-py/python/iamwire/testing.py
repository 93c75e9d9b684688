"""What pytest finds by itself: the fixture `iamwire_sandbox`. This module alone imports pytest."""

from collections.abc import Iterator

import pytest

from .sandbox import Sandbox

__all__ = ["iamwire_sandbox"]


@pytest.fixture
def iamwire_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of its own for each test. While the test runs, the environment names it, so that `Wirer()`,
    boto3 and kubectl use it and nothing else.
    """
    with Sandbox() as sandbox:
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        yield sandbox

"""What pytest finds by itself: the fixture `iamwire_sandbox`. This module alone imports pytest."""

import os
from collections.abc import Iterator

import pytest

from .sandbox import Sandbox

__all__ = ["iamwire_sandbox"]


@pytest.fixture
def iamwire_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of its own for each test. While the test runs, the environment names it, so that `Wirer()`,
    boto3 and kubectl use it and nothing else: no other variable of AWS is set, AWS's files count as empty, and
    no proxy stands before the loopback.
    """
    with Sandbox() as sandbox:
        for name in [name for name in os.environ if name.upper().startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            monkeypatch.setenv(name, os.devnull)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, ",".join([*LOOPBACK, os.environ.get(name, "")]).rstrip(","))
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        yield sandbox


LOOPBACK = ("127.0.0.1", "localhost")

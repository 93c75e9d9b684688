"""boto3, which has no types of its own: what the tests use of it."""

import importlib
from typing import Any

_boto3: Any = importlib.import_module("boto3")

ClientError: type[Exception] = importlib.import_module("botocore.exceptions").ClientError


def client(service: str, **arguments: str) -> Any:
    """A client of a service, as the environment says."""
    return _boto3.client(service, **arguments)


def session(**arguments: str) -> Any:
    """A session."""
    return _boto3.Session(**arguments)

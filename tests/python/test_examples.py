"""The examples that people copy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from iamwire.sandbox import Sandbox
from vectors import ROOT

READMES = [ROOT / "README.md", ROOT / "iamwire-py/README.md"]
# What each prints, among other things.
SAYS = {
    "trust_minimal.py": "\nallowed\n",
    "wire_async.py": "\nwired: arn:aws:iam::123456789012:role/my-s3-role\n",
    "wire_minimal.py": "\nagain: 0 changes\n",
}
EXAMPLES = sorted((ROOT / "examples/python").glob("*.py"))


def test_each_example_is_run() -> None:
    assert [path.name for path in EXAMPLES] == sorted(SAYS)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert SAYS[path.name] in done.stdout


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.parent.name)
def test_readme(path: Path, iamwire_sandbox: Sandbox) -> None:
    assert iamwire_sandbox.env  # what wires, wires that
    blocks = re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, str(path), "exec"), {})

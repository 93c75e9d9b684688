"""The examples that people copy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from vectors import ROOT

READMES = [ROOT / "README.md", ROOT / "iamwire-py/README.md"]
EXAMPLES = sorted((ROOT / "examples/python").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nallowed\n" in done.stdout


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.parent.name)
def test_readme(path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, str(path), "exec"), {})

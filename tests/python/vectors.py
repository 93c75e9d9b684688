"""The shared vectors and documents, as Rust's tests read them too."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent


@dataclass(frozen=True)
class Vector:
    """One line: its members, and the text of each as it stands in the line."""

    place: str
    members: dict[str, Any]
    texts: dict[str, str]

    def __str__(self) -> str:
        return f"{self.place} {self.members['rule']}: {self.members['name']}"

    def __getitem__(self, name: str) -> Any:
        return self.members[name]

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def only(self, *names: str) -> str:
        """A line with these members alone, as they are written."""
        return as_line({name: self.texts[name] for name in names if name in self.texts})


def as_line(texts: dict[str, str]) -> str:
    """One JSON object of members given as text."""
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in texts.items()) + "}"


def vectors(folder: str) -> list[Vector]:
    """Every vector of a folder below tests/vectors, file by file."""
    found = [vector for path in files(f"vectors/{folder}", "*.jsonl") for vector in read(path)]
    assert found, folder
    return found


def files(folder: str, pattern: str) -> list[Path]:
    return sorted((TESTS / folder).glob(pattern))


def read(path: Path) -> Iterator[Vector]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        yield Vector(f"{path.name}:{number}", json.loads(line), texts_of(line))


def texts_of(line: str) -> dict[str, str]:
    """The members of a JSON object, each as the text that stands in the line."""
    texts: dict[str, str] = {}
    decoder = json.JSONDecoder()
    at = skip_blanks(line, 0) + 1
    while line[at : at + 1] not in ("", "}"):
        name, at = decoder.raw_decode(line, skip_blanks(line, at))
        start = skip_blanks(line, skip_blanks(line, at) + 1)
        _, end = decoder.raw_decode(line, start)
        texts[name] = line[start:end]
        at = skip_blanks(line, end)
        at = skip_blanks(line, at + 1) if line[at : at + 1] == "," else at
    return texts


def skip_blanks(line: str, at: int) -> int:
    while line[at : at + 1] in (" ", "\t", "\n", "\r"):
        at += 1
    return at

"""A month's changes to a synthetic corpus: records reworded, tables shortened, records gone and come."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

_SEED = 7
_KINDS = ("genes", "chemicals", "diseases")


def change_corpus(folder: Path, share: float) -> int:
    """Change a share of the records of a corpus, a quarter of them in each way; return how many.

    They are spread over the whole corpus, which is the worst case: what is new in the real database stands
    together, by its PMC ids.
    """
    records = sorted((folder / "_figures").glob("*.md"))
    chosen = Random(_SEED).sample(records, round(len(records) * share))
    ways = (_reword, _shorten_table, _remove, _add_another)
    for number, record in enumerate(chosen):
        ways[number % len(ways)](folder, record)
    return len(chosen)


def _reword(folder: Path, record: Path) -> None:
    text = record.read_bytes()
    record.write_bytes(re.sub(rb"(?m)^number: ?(['\"]?)", rb"number: \1Revised ", text, count=1))


def _shorten_table(folder: Path, record: Path) -> None:
    table = _tables_of(folder, record.stem)[0]
    lines = table.read_bytes().splitlines(keepends=True) if table.exists() else []
    if len(lines) > 2:
        table.write_bytes(b"".join(lines[:-1]))
    else:
        _reword(folder, record)


def _remove(folder: Path, record: Path) -> None:
    record.unlink()


def _add_another(folder: Path, record: Path) -> None:
    old, new = record.stem, f"{record.stem}x"
    for source in (record, *_tables_of(folder, old)):
        if source.exists():
            copy = source.with_name(source.name.replace(old, new))
            copy.write_bytes(source.read_bytes().replace(old.encode(), new.encode()))


def _tables_of(folder: Path, figid: str) -> list[Path]:
    return [folder / "_data" / f"{figid}-{kind}.tsv" for kind in _KINDS]

"""Put the mention tables of a corpus together for Morph-KGC, which needs a source for each kind of mention.

``python -m benchmarks.morph_kgc_tables SOURCE DIR`` writes ``genes.csv``, ``chemicals.csv`` and
``diseases.csv``: the rows of all tables as they stand, with the figid as a column, and without
the prefixes of identifiers (``mesh:``), which RML without functions cannot cut. None of this is
timed, in Morph-KGC's favour.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

_COLUMNS = {
    "genes": "organism_id organism_name organism_group word match ncbigene_symbol ncbigene_id source "
    "count_direct count_synonym count_match",
    "chemicals": "word mesh match name chebi",
    "diseases": "word mesh match name doid",
}
_IDENTIFIERS = ("mesh", "chebi", "doid")


def prepare_tables(source: Path, folder: Path) -> None:
    """Write the three tables of a checkout into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, columns in _COLUMNS.items():
        with open(folder / f"{kind}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["figid", *columns.split()], restval="NA")
            writer.writeheader()
            for path in sorted((source / "_data").glob(f"*-{kind}.tsv")):
                writer.writerows(_rows(path, kind))


def _rows(path: Path, kind: str) -> Iterator[dict[str, str]]:
    figid = path.name.removesuffix(f"-{kind}.tsv")
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            for column in _IDENTIFIERS:
                if column in row:
                    row[column] = row[column].removeprefix(f"{column}:")
            yield {"figid": figid} | row


def main() -> None:
    """Read the command line and write the tables."""
    parser = argparse.ArgumentParser(description="Put the mention tables of a PFOCR checkout together.")
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    prepare_tables(options.source, options.folder)


if __name__ == "__main__":
    main()

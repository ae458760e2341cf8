"""How often the readings of each level of confidence are right, by the judgements in ``judged.tsv``.

Usage: ``python -m benchmarks.confidence.measure RECORDS...`` with folders of records as PFOCR keeps
them. What is measured is what an export of these records says; judged readings of records that are
not there are counted apart.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import pfocr_ld

JUDGED = Path(__file__).parent / "judged.tsv"
KINDS = {"gene": "gene", "chemical": "chemical or disease", "disease": "chemical or disease"}
LEVELS = ("high", "medium", "low")

READINGS = """
SELECT DISTINCT ?class ?word ?term ?lexicon ?organism ?level {
  ?mention a ?class ; pfocr:word ?word ; pfocr:confidence ?level .
  FILTER (?class IN (pfocr:GeneMention, pfocr:ChemicalMention, pfocr:DiseaseMention))
  OPTIONAL { ?mention pfocr:matchedTerm ?term }
  OPTIONAL { ?mention pfocr:lexicon ?lexicon }
  OPTIONAL { ?mention pfocr:entity/pfocr:organism ?organism }
}
"""


class Reading(NamedTuple):
    """What tells a reading from all others."""

    figid: str
    kind: str
    word: str
    term: str
    lexicon: str
    organism: str


def read_levels(folders: Iterable[str]) -> Iterator[tuple[Reading, str]]:
    """Yield the readings of all records with the level that an export gives each."""
    for figure in pfocr_ld.read_figures(list(folders)):
        for row in pfocr_ld.figure_graph(figure).query(READINGS):
            mention, word, term, lexicon, organism, level = (str(value or "") for value in row)  # type: ignore[union-attr]
            kind = _local(mention).removesuffix("Mention").lower()
            reading = Reading(figure.figid, kind, word, term, _local(lexicon), _local(organism))
            yield reading, _local(level)


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def wilson(right: int, number: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (E. B. Wilson, 1927)."""
    z = 1.959964
    middle = (right + z * z / 2) / (number + z * z)
    half = z / (number + z * z) * sqrt(right * (number - right) / number + z * z / 4)
    return middle - half, middle + half


def main(folders: list[str]) -> None:
    """Print the table of the README."""
    levels = dict(read_levels(folders))
    numbers: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    absent = 0
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            reading = Reading(*(row[field] for field in Reading._fields))
            if level := levels.get(reading):
                numbers[row["set"], KINDS[row["kind"]], level][row["judgement"]] += 1
            else:
                absent += 1
    print("| set | kind | confidence | right | wrong | cannot tell | precision | 95 % interval |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (name, kind, level), count in sorted(
        numbers.items(), key=lambda item: (item[0][0], item[0][1] != "gene", LEVELS.index(item[0][2]))
    ):
        right, wrong, unknown = count["right"], count["wrong"], count["cannot tell"]
        precision = interval = ""
        if judged := right + wrong:
            low, high = wilson(right, judged)
            precision, interval = f"{right / judged:.0%}", f"{low:.0%} to {high:.0%}"
        print(f"| {name} | {kind} | {level} | {right} | {wrong} | {unknown} | {precision} | {interval} |")
    print(f"\n{absent} judged readings are not in these records.")


if __name__ == "__main__":
    main(sys.argv[1:] or sys.exit("usage: measure.py RECORDS..."))

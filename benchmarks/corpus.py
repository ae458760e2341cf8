"""Write a synthetic checkout of the PFOCR database: ``python -m benchmarks.corpus N -o DIR``.

A figure depends on the seed and on its own number only, so the first 5,000 figures of a corpus
of 110,408 are the corpus of 5,000. Only the standard library is used; the work is split over
processes, which changes no byte.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.corpus_figures import make_figure
from benchmarks.corpus_world import BYSTANDERS, ORGANISMS

_CHUNK = 500
_FOLDERS = ("_figures", "_data", "_organisms")
Maps = tuple[list[str], list[str]]


def write_corpus(
    count: int, folder: Path, inline_share: float = 0.2, seed: int = 1, workers: int = 1
) -> None:
    """Write a corpus.

    :param count: the number of figures.
    :param folder: made when it is missing.
    :param inline_share: the share of the papers in the older generation, whose records hold their mentions.
    :raises FileExistsError: the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder")
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    _write_organisms(folder / "_organisms")
    chunks = [range(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK)]
    size = len(chunks)
    arguments = (chunks, [str(folder)] * size, [inline_share] * size, [seed] * size)
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            _write_maps(folder / "_data", pool.map(_write_figures, *arguments))
    else:
        _write_maps(folder / "_data", map(_write_figures, *arguments))


def _write_figures(numbers: range, folder: str, inline_share: float, seed: int) -> Maps:
    wikipathways, networks = [], []
    for number in numbers:
        figure = make_figure(number, seed, inline_share)
        for path, text in figure.files.items():
            with open(f"{folder}/{path}", "wb") as file:
                file.write(text.encode())
        if figure.wikipathway:
            # spaces for the tab now and then, as in two lines of the real file
            separator = "  " if number % 19 == 18 else "\t"
            wikipathways.append(f"{figure.figid}{separator}{figure.wikipathway}\n")
        if figure.network:
            networks.append(f"{figure.figid}\t{figure.network}\n")
    return wikipathways, networks


def _write_maps(folder: Path, parts: Iterable[Maps]) -> None:
    with (
        open(folder / "wpid_map.tsv", "w", encoding="utf-8", newline="") as wikipathways,
        open(folder / "ndex_map.tsv", "w", encoding="utf-8", newline="") as networks,
    ):
        for wikipathway_lines, network_lines in parts:
            wikipathways.writelines(wikipathway_lines)
            networks.writelines(network_lines)


def _write_organisms(folder: Path) -> None:
    known = [(organism.name, organism.taxon, organism.group) for organism in ORGANISMS]
    for name, taxon, group in [*known, *BYSTANDERS]:
        text = (
            f"---\ncommon: {name}\nlatin: {name}\nncbi: '{taxon}'\ntitle: {name} pathways\ngroup: {group}\n"
            "image: .na.character\n\n---\n"
        )
        path = folder / f"{name.lower().replace(' ', '_')}.md"
        path.write_text(text, encoding="utf-8", newline="")


def main() -> None:
    """Read the command line and write the corpus."""
    parser = argparse.ArgumentParser(description="Write a synthetic checkout of the PFOCR database.")
    add = parser.add_argument
    add("count", metavar="N", type=int, help="number of figures; the database has 110408")
    add("-o", "--output", metavar="DIR", type=Path, required=True, help="a new or empty folder")
    add("--inline-share", type=float, default=0.2, help="share of papers of the older generation (0.2)")
    add("--seed", type=int, default=1, help="another seed gives other figures (1)")
    add("--workers", type=int, default=os.cpu_count() or 1, help="processes (the cores)")
    options = parser.parse_args()
    if options.count < 0 or options.seed < 0 or not 0 <= options.inline_share <= 1 or options.workers < 1:
        parser.error("N and --seed are at least 0, --inline-share is from 0 to 1, --workers at least 1")
    try:
        write_corpus(options.count, options.output, options.inline_share, options.seed, options.workers)
    except OSError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()

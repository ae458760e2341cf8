"""What is made once, and kept beside a store: the index of the search, and VoID; and the queries as
examples, which do not depend on the store but take a second. Run as a process of its own, since the first two
take minutes.

The folder's name holds what it was made of and by which version, as with the figures' gene sets; where it
cannot be written a temporary one takes its place.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import ExitStack, suppress
from hashlib import blake2b
from pathlib import Path

from pfocr_ld.analysing.figure_index import store_state
from pfocr_ld.errors import PfocrError, SourceError
from pfocr_ld.leftovers import part_file, work_folder
from pfocr_ld.querying.documentation import render_examples
from pfocr_ld.querying.queries import list_queries
from pfocr_ld.rdf_files import read_quads
from pfocr_ld.release_descriptions import DESCRIPTION_NAME
from pfocr_ld.serving.search_index import is_whole_index, make_index
from pfocr_ld.version import __version__

_SEARCH = "search.sqlite"


class Preparation:
    """What has been made of a store so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def void(self) -> str:
        """VoID as Turtle; empty where it has not been made."""
        with suppress(OSError):
            return (self.folder / DESCRIPTION_NAME).read_text(encoding="utf-8")
        return ""

    @property
    def examples(self) -> str:
        """The bundled queries as SIB's examples, as Turtle."""
        queries = list_queries()
        digest = blake2b(repr([(each.name, each.text) for each in queries]).encode(), digest_size=8)
        file = self.folder / f"examples-{digest.hexdigest()}.ttl"
        with suppress(OSError):
            return file.read_text(encoding="utf-8")
        text = render_examples(queries)
        with suppress(OSError):  # a full disk: they are made anew the next time
            _write(file, text)
        return text

    @property
    def search(self) -> Path | None:
        """The file of the search index; None where it has not been made."""
        file = self.folder / _SEARCH
        return file if file.exists() else None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be made."""
        return self.search is not None and (self.folder / DESCRIPTION_NAME).exists()

    def take_void(self, text: str) -> None:
        """Keep VoID that is there already: of a release."""
        _write(self.folder / DESCRIPTION_NAME, text)

    def complete(self, directory: Path) -> None:
        """Make what is missing for the store in ``directory``.

        :raises StoreError: the store cannot be opened.
        """
        if self.search is None:
            make_index(directory, self.folder / _SEARCH)
        if not self.void:
            from pfocr_ld.serving.store_statistics import summarise_store  # rdflib is slow to import

            self.take_void(summarise_store(directory))


def find_preparation(directory: Path, stack: ExitStack) -> Preparation:
    """Return what has been made of the store in ``directory`` in its present state.

    :param stack: removes the temporary folder, where there has to be one.
    :raises StoreError: there is no store.
    """
    state = f"{store_state(directory)}-{__version__}"
    above = directory.with_name(f".{directory.name}.site")
    folder = above / state
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError
        for other in above.iterdir():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
        _remove_damaged(folder)
    except OSError:
        folder = stack.enter_context(work_folder())
    return Preparation(folder)


def _remove_damaged(folder: Path) -> None:
    """Remove what a faulty disk, or somebody, has cut short or overwritten, so that it is made anew."""
    index = folder / _SEARCH
    if index.exists() and not is_whole_index(index):
        index.unlink()
    for file in folder.glob("*.ttl"):
        with suppress(SourceError):
            if sum(1 for _ in read_quads(file)):
                continue
        file.unlink()


def _write(file: Path, text: str) -> None:
    with part_file(file) as (stream, part):
        stream.write(text.encode())
        stream.flush()
        part.replace(file)


def main(directory: Path, folder: Path) -> None:
    """Make what is missing in ``folder`` for the store in ``directory``; say why it cannot be made.

    Nothing is said where the folder has gone: another state of the store has taken its place.
    """
    try:
        Preparation(folder).complete(directory)
    except (PfocrError, OSError, sqlite3.Error) as error:
        raise SystemExit(f"search and VoID cannot be made: {error}" if folder.exists() else 1) from error


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""The links of an archive: further names of its files, and of the folders that a source has.

A name is followed part by part, as a file system does it, whatever the order of the members; it never leads
out of the archive. Of the links of folders those that stand for ``_figures``, ``_data`` and ``_organisms``
are followed, as in a folder. What leads nowhere is refused by its name, and not taken for an odd record.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pfocr_ld.reading.archive_members import WANTED, Archive, MemberIndex, clean_name, find_folder
from pfocr_ld.reading.files import DATA, FIGURES, LINK_NOT_FOLLOWED, ORGANISMS, Files, is_hidden

LONGEST_LINK = 4096
"""Bytes of the longest path that Linux takes."""
_MOST_LINKS = 40
"""How many links are followed for one name, as Linux does; in a circle there is no end."""
_MOST_PARTS = 1000
"""How many folders are gone through for one name: many links by way of many would take hours."""


class _Link(NamedTuple):
    text: str
    """The path that it names."""
    is_hard: bool
    """Whether the path begins at the root of the archive, and not in the folder of the link."""


class Contents(NamedTuple):
    """The records and tables of an archive, by their names in the folder of the checkout."""

    folder: str
    """Where the checkout is, with a slash at its end."""
    names: Sequence[str]
    rows: Sequence[int]
    """The row of each: two names may stand for one member."""
    refused: Mapping[str, str]
    """Further names, which stand for no file, each with the reason."""
    problems: Sequence[tuple[str, str]]
    """Links of folders that are not followed, each with the reason."""

    def archive(self, files: Files, index: MemberIndex) -> Archive:
        """Return the archive, whose index has the members in order."""
        names = sorted({*index.names, *self.refused}) if self.refused else index.names
        return Archive(files, names, self.problems)


def arrange_members(
    path: Path,
    names: Sequence[str],
    further: Mapping[str, int],
    links: ArchiveLinks,
    refused: Mapping[str, str],
) -> Contents:
    """Find the checkout in an archive, and what its links give.

    :param names: those of records and tables, by row.
    :param further: the rows of other members, by name.
    :param refused: names of records and tables that are no files, each with the reason.
    :raises SourceError: there are several checkouts.
    """
    further_names: Iterable[str] = ()
    if links and not any(f"/{FIGURES}/" in f"/{name}" for name in chain(names, refused)):
        further_names = links.names()  # of a checkout that is there a link is one more name
    folder = find_folder(path, chain(names, refused, further_names) if links or refused else names)
    rows = array("L", (row for row, name in enumerate(names) if name.startswith(folder)))
    inside = [names[row][len(folder) :] for row in rows]
    problems: list[tuple[str, str]] = []
    if links:
        aliases = links.find_aliases(folder, {**{name: row for row, name in enumerate(names)}, **further})
        # Behind the members, since of two with one name the later counts.
        for name, row in aliases.rows.items():
            if name.startswith(folder):
                inside.append(name[len(folder) :])
                rows.append(row)
        refused, problems = {**refused, **aliases.refused}, aliases.problems
    refused = {name[len(folder) :]: why for name, why in refused.items() if name.startswith(folder)}
    return Contents(folder, inside, rows, refused, problems)


class Aliases(NamedTuple):
    """The further names that links give to the records and tables of an archive."""

    rows: Mapping[str, int]
    """The row of the member for which each stands."""
    refused: Mapping[str, str]
    """Names that stand for no member, each with the reason."""
    problems: list[tuple[str, str]]
    """Links of folders that give no names, each with the reason."""


class ArchiveLinks:
    """The links of an archive by their names."""

    def __init__(self) -> None:
        self._links: dict[str, _Link] = {}
        self._followed: dict[str, str | None] = {}
        """What names were found to stand for, as long as no link comes or goes."""

    def __len__(self) -> int:
        return len(self._links)

    def add(self, name: str, text: str, *, is_hard: bool = False) -> None:
        """Take a link; of two members with one name the later counts."""
        if not (is_hard and clean_name(text) == name):  # as tar writes a file that it is given twice
            self._links[name] = _Link(text[: LONGEST_LINK + 1], is_hard)
            self._followed.clear()

    def forget(self, name: str) -> None:
        """Let a later member with a link's name take its place."""
        if self._links.pop(name, None):
            self._followed.clear()

    def follow(self, name: str) -> str | None:
        """Return the name of what a name stands for, whether the archive holds it or not; None where links
        lead out of the archive, in a circle, or by too many folders.
        """
        if name not in self._followed:
            self._followed[name] = self._follow(name)
        return self._followed[name]

    def _follow(self, name: str) -> str | None:
        found = [""]  # each folder on the way, with what is before it
        rest, followed, parts = name.split("/")[::-1], 0, 0
        while rest:
            part, parts = rest.pop(), parts + 1
            if parts > _MOST_PARTS or (part == ".." and len(found) == 1):
                return None
            if part == "..":
                found.pop()
            elif part not in ("", "."):
                found.append(f"{found[-1]}/{part}" if found[-1] else part)
                link = self._links.get(found[-1])
                if link:
                    followed += 1
                    if followed > _MOST_LINKS or link.text.startswith("/") or len(link.text) > LONGEST_LINK:
                        return None
                    found = [""] if link.is_hard else found[:-1]
                    rest += link.text.split("/")[::-1]
        return found[-1]

    def names(self) -> Iterator[str]:
        """Yield the names of links that stand for a record, a table or, with a slash, a folder of records."""
        for name in self._links:
            if name.endswith(WANTED):
                yield name
            elif name.rpartition("/")[2] == FIGURES:
                yield f"{name}/"

    def other_targets(self) -> set[str]:
        """Return the names of what links with the name of a record or table stand for, and that have no such
        name themselves.
        """
        found = (self.follow(name) for name in self._links if name.endswith(WANTED))
        return {name for name in found if name is not None and not name.endswith(WANTED)}

    def find_aliases(self, folder: str, rows: Mapping[str, int]) -> Aliases:
        """Return the names that links give.

        :param folder: that of the checkout, with a slash at its end.
        :param rows: all members by their names.
        """
        aliases, refused = dict[str, int](), dict[str, str]()
        for name, link in self._links.items():
            if name.endswith(WANTED):
                row = rows.get(self.follow(name) or "")
                if row is not None:
                    aliases[name] = row
                else:
                    refused[name] = f"a link to {link.text[:200]!r}, which is no file of the archive"
        names = [name for name in chain(rows, aliases, refused) if name.endswith(WANTED)]
        problems: list[tuple[str, str]] = []
        for own in (FIGURES, DATA, ORGANISMS):
            if of_folder := self._links.get(folder + own):
                further = self._names_below(folder + own, names)
                for name, target in further.items():
                    if target in refused:
                        refused[name] = refused[target]
                    else:
                        aliases[name] = aliases[target] if target in aliases else rows[target]
                if not further:
                    reason = f"a link to {of_folder.text[:200]!r}, where the archive holds no record or table"
                    problems.append((own, reason))
        problems += [(name, LINK_NOT_FOLLOWED) for name in self._not_followed(folder, names)]
        return Aliases(aliases, refused, problems)

    def _names_below(self, link: str, names: Iterable[str]) -> dict[str, str]:
        """Return the names below a link of a folder, each with that of what it stands for."""
        target = self.follow(link)
        if target is None:
            return {}
        inside = f"{target}/" if target else ""
        return {f"{link}/{name[len(inside) :]}": name for name in names if name.startswith(inside)}

    def _not_followed(self, folder: str, names: list[str]) -> Iterator[str]:
        """Yield the links, among records, of folders that hold records or tables."""
        of_records = f"{self.follow(folder + FIGURES)}/"
        if not any(name.startswith(of_records) for name in names):
            of_records = folder
        folders = _folders_of(names)
        for name in sorted(self._links):
            is_inside = name.startswith(of_records) and not name.endswith(WANTED)
            if not is_inside or any(map(is_hidden, name.removeprefix(of_records).split("/"))):
                continue
            if self.follow(name) in folders:
                yield name.removeprefix(folder)


def _folders_of(names: Iterable[str]) -> set[str]:
    """Return all folders that names lie in, the root among them."""
    folders = {""}
    for name in names:
        folder = name.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders

"""Gene and chemical sets of the figures (GMT), a file for each species, named as PFOCR's own.

The files that others look for by name (OmniPath, PFOCRummage, the Interactive Enrichment Analysis) hold what
figures *name*, as NCBI Gene ids and ChEBI numbers: ``pfocr-20261101-gmt-Homo_sapiens.gmt`` at the top of the
release. The same with symbols, and with more or weaker evidence, lies below ``gmt/``, under names that none
of them takes for its own.

A set is of one species. Orthologs in other species are in these species' files; a gene whose row names no
organism is in none. A chemical has no species, so a figure's chemicals stand in the file of each species of
which the figure has genes, and in one file whatever the species. No set is empty, and no member stands twice.

Sources: the GMT description of the Broad Institute (name, description and members, separated by tabs); the
names of the files at https://data.wikipathways.org/pfocr/current/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from itertools import chain, compress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pfocr_ld.appended_files import AppendedFiles
from pfocr_ld.organisms import model_organisms
from pfocr_ld.summarising.figure_rows import EntityRow, FigureRow
from pfocr_ld.summarising.tables import table_line

EVIDENCE = ("named", "possible", "implied")
"""What puts a gene into a set: the figure names it; it does so with low confidence,
too; or it names its family.

As the parameter ``evidence`` of the queries has it.
"""
ANY_SPECIES = ""
LISTED_SPECIES = ("6239", "7955", "7227", "9606", "10090", "4932")
"""The species whose files PFOCR's own releases have, and consumers ask for by name: they are always there,
and without a line where no figure names a gene of the species. As all others they have a file of genes and
one of chemicals.
"""

_MEMBER_OF = {"gene": ("ncbigene", "symbol"), "chemical": ("chebi", "name")}
_KIND_OF_PREFIX = {prefix: kind for kind, (prefix, _) in _MEMBER_OF.items()}
_DIGITS = dict(
    zip(
        "0123456789",
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        strict=True,
    )
)


class SetPlace(NamedTuple):
    """Which sets stand together until the files of a release are written."""

    kind: str
    """``gene`` or ``chemical``."""
    species: str
    """NCBI Taxonomy id, or :data:`ANY_SPECIES`."""


def _begin_set(name: str, description: str) -> bytes:
    """Return what stands before the members of a set: it alone has spaces, which take the most time. A set
    without a description is described by its name.
    """
    return table_line((name, description if description.strip() else name))[:-1]


def render_sets(rows: Iterable[FigureRow]) -> dict[SetPlace, bytes]:
    """Return the sets of some figures, whose members are ids, by the place that they belong to.

    Before each line stands, and a tab, for which evidence it is the figure's set: a sum of
    :data:`_BIT_OF_EVIDENCE`, as a digit.
    """
    lines: dict[SetPlace, list[bytes]] = {}
    for row in rows:
        begun = b"\t" + _begin_set(row.figid, row.title)
        for place, evidences, members in _sets_of(row):
            lines.setdefault(place, []).append(b"%d%b%b" % (evidences, begun, members))
    return {place: b"".join(of_place) for place, of_place in lines.items()}


_Same = tuple[bool, bool]
"""Which of the genes of a species go into the same sets: whether by their family, and whether named."""
_OF_EVIDENCE: dict[str, list[_Same]] = {
    EVIDENCE[0]: [(False, True)],
    EVIDENCE[1]: [(False, True), (False, False)],
    EVIDENCE[2]: [(False, True), (True, True)],
}
_BIT_OF_EVIDENCE = {evidence: 1 << place for place, evidence in enumerate(EVIDENCE)}
_OF_CHEMICALS = EVIDENCE[:2]


def _sets_of(row: FigureRow) -> Iterator[tuple[SetPlace, int, bytes]]:
    """Yield the sets of a figure: place, the evidences that it is the set for, and how its line ends."""
    genes: dict[str, dict[_Same, list[str]]] = {}
    chemicals: dict[_Same, list[str]] = {}
    for alike, ids in row.ids.items():
        same = alike.is_family, alike.is_named
        if alike.kind == "gene" and alike.organism_id:
            genes.setdefault(alike.organism_id, {}).setdefault(same, []).extend(chain.from_iterable(ids))
        elif alike.kind == "chemical":
            chemicals.setdefault(same, []).extend([of_term[1] for of_term in ids])
    with_genes = {ANY_SPECIES: sum(_BIT_OF_EVIDENCE.values())}
    for species, of_species in genes.items():
        with_genes[species] = 0
        for evidences, members in _join_same(of_species, EVIDENCE):
            with_genes[species] |= evidences
            yield SetPlace("gene", species), evidences, members
    for evidences, members in _join_same(chemicals, _OF_CHEMICALS):
        for species, there in with_genes.items():
            if evidences & there:
                yield SetPlace("chemical", species), evidences & there, members


def _join_same(ids: Mapping[_Same, list[str]], evidences: Iterable[str]) -> Iterator[tuple[int, bytes]]:
    """Yield the sets that there are: the evidences, which often have the same, and the members."""
    joined: dict[tuple[_Same, ...], int] = {}
    for evidence in evidences:
        there = tuple([same for same in _OF_EVIDENCE[evidence] if same in ids])
        joined[there] = joined.get(there, 0) | _BIT_OF_EVIDENCE[evidence]
    for there, of_evidences in joined.items():
        members = _join_ids(chain.from_iterable([ids[same] for same in there]))
        if members:
            yield of_evidences, members


def _join_ids(ids: Iterable[str]) -> bytes:
    """Return the end of the line of a set: its members, each once, of digits alone; nothing of no members."""
    members = sorted(set(filter(None, ids)))
    return "\t{}\n".format("\t".join(members)).encode() if members else b""


class SetFileNames(NamedTuple):
    """The file with ids and the one with names beside it."""

    ids: str
    names: str


class SomeSets(NamedTuple):
    """Some of the sets of a place."""

    kind: str
    lines: list[bytes]
    """As :func:`render_sets` returns them."""
    names: dict[str, SetFileNames]
    """Evidence → where they belong."""


class SetNames:
    """Names the members of sets."""

    def __init__(self) -> None:
        self._names: dict[str, dict[bytes, bytes]] = {kind: {} for kind in _MEMBER_OF}

    def add(self, entities: Iterable[EntityRow]) -> None:
        """Take the names of genes and chemicals."""
        for entity in entities:
            prefix, _, local = entity.curie.partition(":")
            if prefix in _KIND_OF_PREFIX:
                name = " ".join(entity.name.split())  # which may be empty
                self._names[_KIND_OF_PREFIX[prefix]][local.encode()] = name.encode()

    def render(self, some: SomeSets) -> dict[str, bytes]:
        """Return sets as parts of the files of each evidence, as they are and with names for ids: those
        members that have one, and those sets that have such a member.
        """
        name_of = self._names[some.kind].get
        evidences = [int(line[:1]) for line in some.lines]
        sets = [line[2:] for line in some.lines]
        named = [_name_members(line, name_of) for line in sets]
        parts: dict[str, bytes] = {}
        for evidence, names in some.names.items():
            is_its = [bit & _BIT_OF_EVIDENCE[evidence] for bit in evidences]
            parts[names.ids] = b"".join(compress(sets, is_its))
            parts[names.names] = b"".join(compress(named, is_its))
        return parts


def _name_members(line: bytes, name_of: Callable[[bytes], bytes | None]) -> bytes:
    """Return a set with names for ids; nothing where no member has one."""
    name, description, *ids = line[:-1].split(b"\t")
    members = sorted(filter(None, set(map(name_of, ids))))  # bytes of UTF-8 are in the order of characters
    return b"%b\n" % b"\t".join([name, description, *members]) if members else b""


class SetFiles:
    """Collects the sets of a release in files of a working folder until their members have names, and all
    species are known.
    """

    def __init__(self, work: Path) -> None:
        self._sets = AppendedFiles[SetPlace](work)
        self._species: dict[str, str] = {}

    def add(self, sets: Mapping[SetPlace, bytes]) -> None:
        """Take sets; they keep their order within a place."""
        for place, lines in sets.items():
            self._sets.append(place, lines)

    def add_entities(self, entities: Iterable[EntityRow]) -> None:
        """Take the names of organisms."""
        for entity in entities:
            prefix, _, local = entity.curie.partition(":")
            if prefix == "taxonomy":
                self._species[local] = entity.name

    def write(
        self,
        day: str,
        open_file: Callable[[str], AbstractContextManager[BinaryIO]],
        render: Callable[[Iterable[SomeSets]], Iterable[Mapping[str, bytes]]],
    ) -> None:
        """Write the files of the release.

        :param day: of the release, ``2026-11-01``.
        :param open_file: opens a file of the release by its name.
        :param render: does what :meth:`SetNames.render` does of each of some.
        """
        species = {ANY_SPECIES, *LISTED_SPECIES, *[place.species for place in self._sets]}
        stems = {ANY_SPECIES: "any_species", **name_species(species - {ANY_SPECIES}, self._species)}
        for one in sorted(species):
            is_listed = one in LISTED_SPECIES
            for kind in _MEMBER_OF:  # genes first: a species of which some are named has a file of chemicals
                place = SetPlace(kind, one)
                names = _file_names(place, stems[one], day.replace("-", ""))
                with _FilesOfPlace(open_file) as files:
                    for parts in render(self._cut(place, names)):
                        for name, data in parts.items():
                            files.write(name, data)
                    is_listed = is_listed or names[EVIDENCE[0]].ids in files
                    if is_listed:
                        files.open(names[EVIDENCE[0]].ids)

    def _cut(self, place: SetPlace, names: dict[str, SetFileNames]) -> Iterator[SomeSets]:
        """Yield the sets of a place, a megabyte at a time."""
        if place in self._sets:
            with self._sets.open(place) as lines:
                while some := lines.readlines(1 << 20):
                    yield SomeSets(place.kind, some, names)


class _FilesOfPlace(ExitStack):
    """Files that are made when something is written to them."""

    def __init__(self, open_file: Callable[[str], AbstractContextManager[BinaryIO]]) -> None:
        super().__init__()
        self._open, self._files = open_file, dict[str, BinaryIO]()

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def open(self, name: str) -> BinaryIO:
        """Return a file, be it new or not."""
        if name not in self._files:
            self._files[name] = self.enter_context(self._open(name))
        return self._files[name]

    def write(self, name: str, data: bytes) -> None:
        """Write to a file; nothing makes none."""
        if data:
            self.open(name).write(data)


def _file_names(place: SetPlace, species: str, day: str) -> dict[str, SetFileNames]:
    """Return the files of each evidence."""
    found: dict[str, SetFileNames] = {}
    for evidence in EVIDENCE:
        ids, names = (f"gmt/{evidence}/{place.kind}-{what}/{species}.gmt" for what in _MEMBER_OF[place.kind])
        if evidence == EVIDENCE[0] and place.species:
            ids = f"pfocr-{day}-{'chemical-' if place.kind == 'chemical' else ''}gmt-{species}.gmt"
        found[evidence] = SetFileNames(ids, names)
    return found


def name_species(species: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return how each species stands in the name of a file: letters and underscores, as readers look for.

    The name is that of the bundled table of organisms, else the source's. Where it leaves no letters, or is
    another species' name as well, the digits of the taxon id follow as words.

    :param names: NCBI Taxonomy id → the name that the source gives.
    """
    known = {one.taxon_id: one.name for one in model_organisms()}
    stems: dict[str, str] = {}
    for taxon in sorted(species, key=lambda taxon: (taxon not in known, len(taxon), taxon)):
        stem = re.sub(r"[^A-Za-z]+", "_", known.get(taxon) or names.get(taxon, "")).strip("_")
        if not stem or stem in stems.values():
            stem = "_".join(filter(None, (stem, "taxon", *(_DIGITS[digit] for digit in taxon))))
        stems[taxon] = stem
    return stems

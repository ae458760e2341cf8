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
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pfocr_ld.organisms import model_organisms
from pfocr_ld.summarising.figure_rows import EntityRow, FigureRow, MentionedEntities
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

_FLUSH_BYTES = 16 << 20
_MEMBER_OF = {"gene": ("ncbigene", "symbol"), "chemical": ("chebi", "name")}
_DIGITS = dict(
    zip(
        "0123456789",
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        strict=True,
    )
)


class SetFile(NamedTuple):
    """Which sets a file holds."""

    evidence: str
    kind: str
    """``gene`` or ``chemical``."""
    species: str
    """NCBI Taxonomy id, or :data:`ANY_SPECIES`."""


def gene_set_line(name: str, description: str, members: Iterable[str]) -> bytes:
    """Return the line of a set; a set without a description is described by its name."""
    ids = table_line(members)
    return _begin_set(name, description) + (b"\t" + ids if ids != b"\n" else ids)


def _begin_set(name: str, description: str) -> bytes:
    """Return what stands before the members of a set: it alone has spaces, which take the most time."""
    return table_line((name, description if description.strip() else name))[:-1]


def render_sets(rows: Iterable[FigureRow]) -> dict[SetFile, bytes]:
    """Return the sets of some figures, whose members are ids, by the file that they belong to."""
    lines: dict[SetFile, list[bytes]] = {}
    for row in rows:
        begun = _begin_set(row.figid, row.title)
        for place, members in _sets_of(row).items():
            lines.setdefault(place, []).append(begun + members)
    return {place: b"".join(of_file) for place, of_file in lines.items()}


_Alike = tuple[bool, bool]
"""Which of the genes of a species go into the same sets: whether by their family, and whether named."""
_OF_EVIDENCE: dict[str, list[_Alike]] = {
    EVIDENCE[0]: [(False, True)],
    EVIDENCE[1]: [(False, True), (False, False)],
    EVIDENCE[2]: [(False, True), (True, True)],
}


def _sets_of(row: FigureRow) -> dict[SetFile, bytes]:
    """Return the sets of a figure by the file that they belong to, each as its line ends."""
    genes: dict[str, dict[_Alike, list[str]]] = {}
    chemicals: dict[_Alike, list[str]] = {}
    for (kind, species, is_family, _), mentions in _group_alike(row).items():
        alike = (is_family, mentions[0].is_named)
        if kind == "gene" and species:
            ids = chain.from_iterable([mention.ids for mention in mentions])
            genes.setdefault(species, {}).setdefault(alike, []).extend(ids)
        elif kind == "chemical":
            chemicals.setdefault(alike, []).extend([mention.ids[1] for mention in mentions])
    sets: dict[SetFile, bytes] = {}
    for species, of_species in genes.items():
        for evidence, members in _join_alike(of_species, EVIDENCE):
            sets[SetFile(evidence, "gene", species)] = members
    for evidence, members in _join_alike(chemicals, EVIDENCE[:2]):
        with_genes = [place.species for place in sets if place.evidence == evidence]
        for one in (ANY_SPECIES, *with_genes):
            sets[SetFile(evidence, "chemical", one)] = members
    return sets


def _group_alike(row: FigureRow) -> dict[tuple[str, str, bool, str], list[MentionedEntities]]:
    """Return the mentions of a figure by kind, species, whether they are of families, and confidence."""
    groups: dict[tuple[str, str, bool, str], list[MentionedEntities]] = {}
    for mention in row.mentions:
        kind, _, _, species, _, is_family, confidence, _ = mention
        alike = kind, species, is_family, confidence
        if alike in groups:
            groups[alike].append(mention)
        else:
            groups[alike] = [mention]
    return groups


def _join_alike(ids: Mapping[_Alike, list[str]], evidences: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the sets that there are: the evidence, and the members, which often are the same."""
    joined: dict[tuple[_Alike, ...], bytes] = {}
    for evidence in evidences:
        there = tuple([alike for alike in _OF_EVIDENCE[evidence] if alike in ids])
        if there not in joined:
            joined[there] = _join_ids(chain.from_iterable([ids[alike] for alike in there]))
        if joined[there]:
            yield evidence, joined[there]


def _join_ids(ids: Iterable[str]) -> bytes:
    """Return the end of the line of a set: its members, each once, of digits alone; nothing of no members."""
    members = sorted(set(filter(None, ids)))
    return "\t{}\n".format("\t".join(members)).encode() if members else b""


class SetFiles:
    """Collects the sets of a release in files of a working folder, and names them
    when all species are known.
    """

    def __init__(self, work: Path) -> None:
        self._work = work
        work.mkdir()
        self._waiting: dict[SetFile, list[bytes]] = {}
        self._waiting_bytes = 0
        self._paths: dict[SetFile, Path] = {}
        self._names: dict[str, dict[str, str]] = {"gene": {}, "chemical": {}}
        self._species: dict[str, str] = {}

    def add(self, sets: Mapping[SetFile, bytes]) -> None:
        """Take sets; they keep their order within a file."""
        for place, lines in sets.items():
            self._waiting.setdefault(place, []).append(lines)
            self._waiting_bytes += len(lines)
        if self._waiting_bytes > _FLUSH_BYTES:
            self._flush()

    def add_entities(self, entities: Iterable[EntityRow]) -> None:
        """Take the names of genes, chemicals and organisms."""
        for entity in entities:
            prefix, _, local = entity.curie.partition(":")
            if prefix == "ncbigene":
                self._names["gene"][local] = " ".join(entity.name.split())
            elif prefix == "chebi":
                self._names["chemical"][local] = " ".join(entity.name.split())
            elif prefix == "taxonomy":
                self._species[local] = entity.name

    def _flush(self) -> None:
        """Append what waits; no file stays open, as there may be more of them
        than a process may have open.
        """
        for place, lines in self._waiting.items():
            path = self._paths.setdefault(place, self._work / str(len(self._paths)))
            with path.open("ab") as file:
                file.writelines(lines)
        self._waiting, self._waiting_bytes = {}, 0

    def write(self, day: str, open_file: Callable[[str], AbstractContextManager[BinaryIO]]) -> None:
        """Write the files of the release.

        :param day: of the release, ``2026-11-01``.
        :param open_file: opens a file of the release by its name.
        """
        self._flush()
        with_genes = {
            one.species for one in self._paths if one.evidence == EVIDENCE[0] and one.kind == "gene"
        }
        always = {
            SetFile(EVIDENCE[0], kind, species)
            for kind in _MEMBER_OF
            for species in with_genes.union(LISTED_SPECIES)
        }
        places = sorted(always | self._paths.keys())
        stems = name_species({place.species for place in places} - {ANY_SPECIES}, self._species)
        for place in places:
            ids, names = _file_names(place, stems.get(place.species, "any_species"), day.replace("-", ""))
            if place not in self._paths:
                with open_file(ids):
                    continue
            with open_file(ids) as file, self._paths[place].open("rb") as lines:
                while chunk := lines.read(1 << 20):
                    file.write(chunk)
            with self._paths[place].open("rb") as lines:
                _write_names(lines, self._names[place.kind], names, open_file)


def _write_names(
    lines: Iterable[bytes],
    names: Mapping[str, str],
    target: str,
    open_file: Callable[[str], AbstractContextManager[BinaryIO]],
) -> None:
    """Write sets with names for ids: those members that have one, and those sets that have such a member."""
    named = _name_members(lines, names)
    first = next(named, None)
    if first is not None:
        with open_file(target) as file:
            file.write(first)
            file.writelines(named)


def _name_members(lines: Iterable[bytes], names: Mapping[str, str]) -> Iterator[bytes]:
    name_of = names.get
    for line in lines:
        name, description, *ids = line.decode()[:-1].split("\t")
        members = sorted(filter(None, set(map(name_of, ids))))  # some have no name, or an empty one
        if members:  # and nothing here holds a tab any more
            yield "\t".join([name, description, *members]).encode() + b"\n"


def _file_names(place: SetFile, species: str, day: str) -> tuple[str, str]:
    """Return the names of a file with ids and of the one with names beside it."""
    ids, names = (
        f"gmt/{place.evidence}/{place.kind}-{what}/{species}.gmt" for what in _MEMBER_OF[place.kind]
    )
    if place.evidence == EVIDENCE[0] and place.species:
        ids = f"pfocr-{day}-{'chemical-' if place.kind == 'chemical' else ''}gmt-{species}.gmt"
    return ids, names


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

"""What a source says beside its records: its table of organisms and the maps to WikiPathways and NDEx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pfocr_ld.errors import RecordError
from pfocr_ld.mapping.figure_statements import ReferenceData
from pfocr_ld.model import Taxon, is_no_value
from pfocr_ld.organisms import model_organisms
from pfocr_ld.reading.files import DATA
from pfocr_ld.reading.front_matter import decode, parse_front_matter
from pfocr_ld.reading.identifiers import IdentifierTest, is_ncbi_id, is_ndex_id, is_wikipathways_id
from pfocr_ld.reading.sources import Source

WIKIPATHWAYS_MAP = f"{DATA}/wpid_map.tsv"
NDEX_MAP = f"{DATA}/ndex_map.tsv"
_MAPPED_IDS: Mapping[str, IdentifierTest] = {WIKIPATHWAYS_MAP: is_wikipathways_id, NDEX_MAP: is_ndex_id}


def load_reference_data(sources: Iterable[Source]) -> tuple[ReferenceData, list[RecordError]]:
    """Read the organisms and maps of all sources; what stands in an earlier one, or
    on an earlier line, counts.

    :return: what was read, and an error for each organism or line that could not be read.
    """
    organisms: list[Taxon] = []
    problems: list[RecordError] = []
    maps: dict[str, dict[str, tuple[str, ...]]] = {WIKIPATHWAYS_MAP: {}, NDEX_MAP: {}}
    for source in sources:
        organisms += _read_organisms(source, problems)
        for name, entries in maps.items():
            _read_map(source, name, entries, problems)
    organisms += [Taxon(one.taxon_id, one.name, "") for one in model_organisms()]
    return ReferenceData(_join_taxa(organisms), maps[WIKIPATHWAYS_MAP], maps[NDEX_MAP]), problems


def _join_taxa(organisms: Iterable[Taxon]) -> dict[str, Taxon]:
    """Return the taxon of each name: of an id, and of a group, the first that any says counts, since a page
    without one contradicts nobody (data model, section 3).
    """
    taxa: dict[str, Taxon] = {}
    for one in organisms:
        known = taxa.get(one.name, one)
        taxa[one.name] = Taxon(known.taxon_id or one.taxon_id, one.name, known.group or one.group)
    names: dict[str, str] = {}  # taxon id → the name that stands for it
    for name, one in taxa.items():
        if one.taxon_id:
            taxa[name] = one._replace(name=names.setdefault(one.taxon_id, name))
    return taxa


def _read_organisms(source: Source, problems: list[RecordError]) -> Iterator[Taxon]:
    for name in source.organisms:
        place = source.place(name)
        try:
            front = parse_front_matter(decode(source.files.read(name) or b""))
        except RecordError as error:
            problems.append(RecordError(error.reason, place, error.line))
            continue
        latin, taxon_id, group = (
            value if isinstance(value := front.fields.get(field, ""), str) and not is_no_value(value) else ""
            for field in ("latin", "ncbi", "group")
        )
        if taxon_id and not is_ncbi_id(taxon_id):
            problems.append(RecordError(f"{taxon_id!r} is no NCBI Taxonomy id", place, front.lines["ncbi"]))
            taxon_id = ""
        if latin:
            yield Taxon(taxon_id, latin, group)


def _read_map(
    source: Source, name: str, entries: dict[str, tuple[str, ...]], problems: list[RecordError]
) -> None:
    """Read lines of a figid and an identifier; some of the real ones have spaces for the tab."""
    try:
        data = source.files.read(name)
        text = decode(data).removeprefix("\ufeff") if data else ""
    except RecordError as error:
        problems.append(RecordError(error.reason, source.place(name), error.line))
        return
    is_valid = _MAPPED_IDS[name]
    for number, line in enumerate(text.split("\n"), start=1):
        cells = [cell.strip() for cell in (line.split("\t") if "\t" in line else line.split())]
        if len(cells) == 2 and all(cells) and is_valid(cells[1]):
            known = entries.get(cells[0], ())
            if cells[1] not in known:
                entries[cells[0]] = (*known, cells[1])
        elif any(cells):
            problems.append(
                RecordError("not a figid and an identifier with a tab between", source.place(name), number)
            )

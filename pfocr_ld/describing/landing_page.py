"""``index.html``: the release for people, and for what reads pages: drawn without JavaScript, from one file.

The templates escape every text by themselves (Jinja2's autoescape); what stands in the JSON-LD is escaped
here, because there an HTML entity would be a part of the text.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pfocr_ld.describing.dataset_description import summarise_release
from pfocr_ld.describing.dataset_identity import (
    ARTICLES,
    HOMEPAGE,
    LICENSE,
    LICENSE_NAME,
    PUBLISHER,
    PUBLISHER_NAME,
    RIGHTS,
    TITLE,
)
from pfocr_ld.describing.dataset_json_ld import describe_in_json_ld
from pfocr_ld.describing.facts import MostMentioned, ReleaseFacts, ReleaseFile
from pfocr_ld.describing.plots import plot_bars, plot_columns, plot_strip
from pfocr_ld.describing.release_files import (
    PARTS,
    Part,
    distributions_of,
    file_kind_of,
    files_of,
    media_type_of,
)
from pfocr_ld.summarising.linksets import LINKSETS
from pfocr_ld.vocabulary import DATASET_GRAPH, PFOCR, SCHEMA, SKOS, encode, identifier_iri

FILE_NAME = "index.html"

_CONFIDENCE_MEANINGS = {
    "high": "Nearly always right.",
    "medium": "More often right than wrong.",
    "low": "Kept because PFOCR has it; the figure possibly mentions the entity, and no more.",
}
_FEW = 4  # files of one folder that are shown like all others
_MATCHES = {
    SKOS.exactMatch: "exact",
    SCHEMA.sameAs: "same",
    PFOCR.wikiPathway: "pathway",
    PFOCR.ndexNetwork: "network",
}

_JAK1 = MostMentioned("JAK1", identifier_iri("ncbigene", "3716"), 0)


class FileRow(NamedTuple):
    """A file in the list of downloads."""

    name: str
    href: str
    title: str
    description: str
    media_type: str
    size: str
    sha256: str
    triples: int | None


class PartRows(NamedTuple):
    """A part of the list of downloads."""

    heading: str
    rows: list[FileRow]
    folders: dict[str, list[FileRow]]
    """Folders of many files, which are shown on demand."""
    table: list[FileRow]
    """Files that are alike but for their species.

    PFOCRummage reads the first table of the page, by its column ``File Name``, as in the listing of PFOCR's
    own releases.
    """

    @property
    def said_of_table(self) -> list[str]:
        """What the files of the table are, each kind once."""
        return list(dict.fromkeys(f"{row.title}: {row.description}" for row in self.table))


class LinksetRow(NamedTuple):
    """A linkset in the table of linksets."""

    title: str
    match: str
    triples: int


def render_landing_page(facts: ReleaseFacts) -> str:
    """Return the page of a release; it lists the files that are written so far."""
    page = _templates().get_template(FILE_NAME)
    return page.render(
        facts=facts, **_describe_dataset(facts), **_list_files(facts), **_plot(facts), **_choose_gene(facts)
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("pfocr_ld.describing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _describe_dataset(facts: ReleaseFacts) -> dict[str, Any]:
    totals = facts.totals
    return {
        "title": TITLE,
        "summary": summarise_release(facts),
        "lead": (
            f"The genes, chemicals and diseases read from {totals.figures:,} pathway figures in "
            f"{totals.papers:,} "
            "papers, as one RDF graph to load, join and query."
        ),
        "numbers": [
            ("figures", totals.figures),
            ("papers", totals.papers),
            ("readings", totals.gene_mentions + totals.chemical_mentions + totals.disease_mentions),
            ("genes", totals.genes),
            ("gene families", totals.families),
            ("chemicals", totals.chemicals),
            ("diseases", totals.diseases),
            ("organisms", totals.organisms),
            ("triples", facts.statistics.triples),
        ],
        "linksets": [
            LinksetRow(linkset.title, _MATCHES[linkset.predicate], facts.linksets[name])
            for name, linkset in LINKSETS.items()
            if facts.linksets.get(name)
        ],
        "json_ld": _escape_json(describe_in_json_ld(facts)),
        "previous_url": f"{facts.base_url}{facts.previous}/" if facts.previous else None,
        "citation": (
            f"{PUBLISHER_NAME} ({facts.day[:4]}). {TITLE}, release {facts.version}. "
            f"{facts.doi_url or facts.url}"
        ),
        "articles": ARTICLES,
        "homepage": HOMEPAGE,
        "license": LICENSE,
        "license_name": LICENSE_NAME,
        "rights": RIGHTS,
        "publisher": PUBLISHER,
        "graph": DATASET_GRAPH,
    }


def _list_files(facts: ReleaseFacts) -> dict[str, Any]:
    parts = [_list_part(facts, part) for part in PARTS]
    dumps = [_row_of(file) for file in files_of(facts, "graph")]
    return {
        "parts": [part for part in parts if part.rows or part.folders or part.table],
        # Readers of gene sets look for addresses of a pattern in the page, and must find
        # each once: in the list.
        "items": [_row_of(file) for file in distributions_of(facts) if not file.name.endswith(".gmt")],
        "main_file": dumps[0] if dumps else None,
        "has_turtle": any(row.name == "pfocr.ttl" for row in dumps),
    }


def _list_part(facts: ReleaseFacts, part: Part) -> PartRows:
    rows = [_row_of(file) for file in files_of(facts, part)]
    sizes = Counter(map(_folder_of, rows))
    listed = PartRows(PARTS[part], [], {}, [])
    for row in rows:
        folder = _folder_of(row)
        if folder and sizes[folder] > _FEW:
            listed.folders.setdefault(folder, []).append(row)
        elif not folder and row.name.endswith(".gmt"):
            listed.table.append(row)
        else:
            listed.rows.append(row)
    return listed


def _plot(facts: ReleaseFacts) -> dict[str, Any]:
    plots = facts.plots
    return {
        "years": plot_columns(plots.figures_by_year),
        "genes": plot_bars(plots.genes),
        "confidences": plot_strip(
            {level: plots.mentions_by_confidence.get(level, 0) for level in _CONFIDENCE_MEANINGS}
        ),
        "organisms": plot_bars(plots.organisms),
        "confidence_meanings": _CONFIDENCE_MEANINGS,
    }


def _choose_gene(facts: ReleaseFacts) -> dict[str, Any]:
    """Return the gene of the examples: the one that most figures mention, so that they find something."""
    asked = facts.plots.genes[0] if facts.plots.genes else _JAK1
    return {"asked": asked, "asked_id": asked.iri.replace(":", "/").rpartition("/")[2]}


def _folder_of(row: FileRow) -> str:
    """Return the folder below the release's own that a file is in; the empty text for none."""
    folder, slash, _ = row.name.partition("/")
    return folder if slash else ""


def _row_of(file: ReleaseFile) -> FileRow:
    kind = file_kind_of(file)
    return FileRow(
        file.name,
        encode(file.name),
        kind.title,
        kind.description,
        media_type_of(file),
        _tell_size(file.bytes),
        file.sha256,
        file.triples,
    )


def _tell_size(size: int) -> str:
    """Return a number of bytes as people say it, in powers of ten: ``4.81 GB``."""
    if size < 1000:
        return f"{size} bytes"
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.5 or unit == "GB":
            break
    digits = 2 if amount < 9.995 else 1 if amount < 99.95 else 0
    return f"{amount:,.{digits}f} {unit}"


def _escape_json(document: dict[str, Any]) -> Markup:
    """Return JSON that cannot end the element it stands in (HTML, section 4.12.1.3)."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - no character of it means anything to HTML

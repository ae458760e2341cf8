"""A release folder as a FAIR checker will meet it: its descriptions, its page, its
files. Nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import pyoxigraph
from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from pfocr_ld.checksums import SUMS_NAME, read_sums
from pfocr_ld.curies import expand_curie
from pfocr_ld.errors import SourceError
from pfocr_ld.rdf_files import read_quads
from pfocr_ld.release_descriptions import DESCRIPTION_NAME

Input = Literal[
    "void.ttl",
    "fdp",
    "index.html",
    "datacite.json",
    "ro-crate-metadata.json",
    "tables/croissant.json",
    "SHA256SUMS",
]
_JSON_DESCRIPTIONS: tuple[Input, ...] = ("datacite.json", "ro-crate-metadata.json", "tables/croissant.json")


def node_of(curie: str) -> URIRef:
    """Return the node of a prefixed name: ``node_of("dcat:theme")``."""
    return URIRef(expand_curie(curie))


@dataclass
class CheckedRelease:
    """What is in the folder; ``problems`` says of an input why it cannot be used."""

    path: Path
    files: dict[str, int]
    """Path below the folder, with ``/`` → size in bytes."""
    problems: dict[Input, str] = field(default_factory=dict)
    description: Graph = field(default_factory=Graph)
    fair_data_point: Graph = field(default_factory=Graph)
    results: Graph | None = None
    """What pySHACL found in both, once it was asked (:mod:`pfocr_ld.fair.shape_rules`)."""
    parts: dict[Node, list[URIRef | BNode]] = field(default_factory=dict)
    """The nodes that are a part of the descriptions, by the part's shape, once they were looked for."""
    dataset: Mapping[str, Any] = field(default_factory=dict)
    """The JSON-LD object of the dataset that the page embeds."""
    json_descriptions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """File → the JSON object in it that describes the release."""
    links: list[dict[str, str]] = field(default_factory=list)
    """The attributes of the page's ``<link>`` elements."""
    checksums: dict[str, str] = field(default_factory=dict)
    """Path below the folder → SHA-256, as the folder itself says."""

    def values(self, node: Node, curie: str) -> list[Node]:
        """Return the values of a property of a node that ``void.ttl`` describes, sorted."""
        return sorted(self.description.objects(node, node_of(curie)), key=str)

    def should_have(self, name: Input) -> bool:
        """Return whether a release like this has an input: all are in every one, but that of tables."""
        return name != "tables/croissant.json" or any(each.startswith("tables/") for each in self.files)

    @property
    def address(self) -> str:
        """Where the folder will be, with a ``/`` at its end: the IRI of what ``void.ttl`` says that the
        distributions are of, or else of what the page describes; empty where neither tells.
        """
        described = sorted(map(str, set(self.description.subjects(node_of("dcat:distribution")))))
        iri = next(iter(described), str(self.dataset.get("@id", "")))
        return iri[: iri.rfind("/") + 1]

    def file_of(self, url: str) -> str | None:
        """Return the file of the folder that a download address, which may be relative, will lead to."""
        name = unquote(url.removeprefix(self.address))
        return name if name in self.files else None


def read_release(path: Path) -> CheckedRelease:
    """Read a release folder; what is missing or broken in it becomes a problem, not an error.

    :raises SourceError: it is no folder, or an empty one.
    """
    if not path.is_dir():
        raise SourceError(f"{path}: there is no such folder")
    files = {
        file.relative_to(path).as_posix(): file.stat().st_size
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }
    if not files:
        raise SourceError(f"{path}: the folder is empty; name one that `pfocr-ld release` made")
    release = CheckedRelease(path, files)
    for step in (
        _read_description,
        _read_fair_data_point,
        _read_page,
        _read_json_descriptions,
        _read_checksums,
    ):
        step(release)
    return release


def _read_description(release: CheckedRelease) -> None:
    if DESCRIPTION_NAME not in release.files:
        release.problems[DESCRIPTION_NAME] = f"there is no {DESCRIPTION_NAME}"
    elif problem := _load(release.description, release.path / DESCRIPTION_NAME):
        release.problems[DESCRIPTION_NAME] = problem


def _read_fair_data_point(release: CheckedRelease) -> None:
    names = [name for name in release.files if name.startswith("fdp/") and name.endswith(".ttl")]
    if not names:
        release.problems["fdp"] = "there is no .ttl file in fdp/"
    for name in names:
        if problem := _load(release.fair_data_point, release.path / name):
            release.problems["fdp"] = problem


def _load(graph: Graph, path: Path) -> str | None:
    try:
        triples = [quad.triple for quad in read_quads(path)]
    except SourceError as error:
        return str(error)
    if any(isinstance(triple.object, pyoxigraph.Triple) for triple in triples):
        return f"{path}: holds triple terms of RDF 1.2, which no checker reads yet"
    lines = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    graph.parse(data=lines, format="nt")
    return None


def _read_page(release: CheckedRelease) -> None:
    if "index.html" not in release.files:
        release.problems["index.html"] = "there is no index.html"
        return
    page = _Page()
    page.feed((release.path / "index.html").read_text(encoding="utf-8", errors="replace"))
    release.links = page.links
    if not page.scripts:
        release.problems["index.html"] = 'it embeds no <script type="application/ld+json">'
        return
    try:
        objects = [each for script in page.scripts for each in _json_objects(json.loads(script))]
    except (ValueError, RecursionError) as error:
        release.problems["index.html"] = f"its embedded JSON-LD is not valid JSON: {error}"
        return
    datasets = [each for each in objects if "Dataset" in _types(each)]
    if objects:
        release.dataset = (datasets or objects)[0]
    else:
        release.problems["index.html"] = "its embedded JSON-LD describes nothing"


def _read_json_descriptions(release: CheckedRelease) -> None:
    for name in _JSON_DESCRIPTIONS:
        if name not in release.files:
            if release.should_have(name):
                release.problems[name] = f"there is no {name}"
            continue
        try:
            document = json.loads((release.path / name).read_bytes())
        except (ValueError, RecursionError) as error:
            release.problems[name] = f"it is not valid JSON: {error}"
            continue
        described = _describing_object(document)
        if described:
            release.json_descriptions[name] = described
        else:
            release.problems[name] = "it does not describe the release"


def _describing_object(document: object) -> Mapping[str, Any] | None:
    """Return the object that describes the release: of the graph of a crate its root, else the document."""
    if not isinstance(document, dict):
        return None
    graph = document.get("@graph", [document])
    objects = [each for each in graph if isinstance(each, dict)] if isinstance(graph, list) else []
    return next((each for each in objects if each is document or each.get("@id") == "./"), None)


def _types(item: Mapping[str, Any]) -> list[Any]:
    types = item.get("@type")
    return types if isinstance(types, list) else [types]


def _json_objects(document: object, context: object = None) -> Iterator[dict[str, Any]]:
    """Yield the objects at the top of a JSON-LD document, each with the context that holds for it."""
    if isinstance(document, list):
        for each in document:
            yield from _json_objects(each, context)
    elif isinstance(document, dict):
        context = document.get("@context", context)
        if "@graph" in document:
            yield from _json_objects(document["@graph"], context)
        yield {**document, "@context": context} if context is not None else document


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.links: list[dict[str, str]] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "link":
            self.links.append(attributes)
        self._in_script = tag == "script" and attributes.get("type", "").lower() == "application/ld+json"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


def _read_checksums(release: CheckedRelease) -> None:
    if SUMS_NAME not in release.files:
        release.problems[SUMS_NAME] = f"there is no {SUMS_NAME}"
        return
    for number, line in enumerate(read_sums(release.path / SUMS_NAME), 1):
        if line is None:
            release.problems[SUMS_NAME] = f"line {number} is not a SHA-256, two spaces and a name"
            return
        release.checksums[line.name] = line.sha256

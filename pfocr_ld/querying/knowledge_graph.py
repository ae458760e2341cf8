"""An answer as a knowledge graph of KGX: a folder with ``nodes.tsv`` and ``edges.tsv``.

The columns ``subject``, ``predicate``, ``object`` and whatever else there is are those of an edge;
``subject_category``, ``subject_name``, ``object_category`` and ``object_name`` are of its ends. IRIs become
CURIEs of Biolink Model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from pyoxigraph import QuerySolutions

from pfocr_ld.errors import OutputError
from pfocr_ld.messages import shown
from pfocr_ld.own_folders import folder_error, require_own_files
from pfocr_ld.querying.blank_labels import labelled_rows
from pfocr_ld.querying.plain_terms import plain_text, require_columns
from pfocr_ld.querying.queries import Results
from pfocr_ld.querying.streams import FormulaCount, notify_of_formulas
from pfocr_ld.querying.tab_separated import name_cell, tab_separated, text_cell
from pfocr_ld.summarising.kgx import biolink_name, edge_id
from pfocr_ld.writing.output import open_output

_NODE_COLUMNS = ("id", "category", "name", "iri")
_EDGE_COLUMNS = ("subject", "predicate", "object")
_ENDS = ("subject", "object")
_BEGINNINGS = {"nodes.tsv": b"id\tcategory\t", "edges.tsv": b"id\t"}
_OF_NODES = {f"{end}_{part}" for end in _ENDS for part in ("category", "name")}


def write_kgx(results: Results, folder: Path, notify: Callable[[str], None] | None = None) -> bool:
    """Write the nodes and edges of a knowledge graph into a folder.

    An edge has the id of a column ``id``, or where that gives none an id of its ends and its predicate; rows
    that come out the same are one edge. A node has all its categories, and of its names the first in the
    order of characters.

    :param notify: called with a line for a person, where a spreadsheet would run what is written.
    :return: whether there was an edge.
    :raises OutputError: the results are no edges, two edges have the same id, a cell cannot hold a name, or
        the folder cannot be written or is a store, or has files
        of others.
    """
    if not isinstance(results, QuerySolutions):
        raise OutputError("kgx is a format for the answer of SELECT only")
    columns = require_columns(results, _EDGE_COLUMNS, "kgx")
    try:
        require_own_files(folder, _BEGINNINGS, "a knowledge graph")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise folder_error(folder, error) from error
    with open_output(folder / "nodes.tsv") as node_stream, open_output(folder / "edges.tsv") as edge_stream:
        node_file, edge_file = FormulaCount(node_stream), FormulaCount(edge_stream)
        nodes, edges = _Nodes(), _Edges(cast(BinaryIO, edge_file), columns)
        for labelled in labelled_rows(results):
            terms = dict(zip(columns, labelled, strict=True))
            row = {column: plain_text(term, biolink_name) for column, term in terms.items()}
            edges.write(row)
            for end in _ENDS:
                nodes.add(row, end, plain_text(terms[end], str))
        nodes.write(cast(BinaryIO, node_file))
    notify_of_formulas(node_file.count + edge_file.count, notify)
    return edges.found


class _Edges:
    """Writes edges, each once."""

    def __init__(self, stream: BinaryIO, columns: Iterable[str]) -> None:
        self._stream = stream
        self._further = [one for one in columns if one not in {"id", *_EDGE_COLUMNS, *_OF_NODES}]
        self._written: dict[str, int] = {}
        """The id of each edge → the hash of its line, since the lines of millions would fill the memory."""
        stream.write(tab_separated(["id", *_EDGE_COLUMNS, *self._further]))

    @property
    def found(self) -> bool:
        """Whether there was an edge."""
        return bool(self._written)

    def write(self, row: Mapping[str, str]) -> None:
        """Write the edge of a row, unless that has been done.

        :raises OutputError: another edge has its id, or a cell cannot hold a name.
        """
        named = [row[column] for column in _EDGE_COLUMNS]
        identifier = row.get("id") or edge_id(*named)
        line = tab_separated([identifier, *named, *(text_cell(row[column]) for column in self._further)])
        known = self._written.get(identifier)
        if known is None:
            for column, name in zip(_EDGE_COLUMNS, named, strict=True):
                name_cell(name, f"the {column} of an edge")
            self._written[name_cell(identifier, "an edge")] = hash(line)
            self._stream.write(line)
        elif known != hash(line):
            raise OutputError(
                f"rows that differ are the edge {shown(identifier)}: give each edge an id of its own,"
                " in a column ?id"
            )


class _Nodes:
    """Collects the nodes of edges."""

    def __init__(self) -> None:
        self._iris: dict[str, str] = {}
        self._categories: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}

    def add(self, row: Mapping[str, str], end: str, iri: str) -> None:
        """Take what a row says of one end of its edge."""
        node = row[end]
        self._iris.setdefault(node, iri)
        self._categories.setdefault(node, set()).add(row.get(f"{end}_category", ""))
        self._names.setdefault(node, set()).add(row.get(f"{end}_name", ""))

    def write(self, stream: BinaryIO) -> None:
        """Write the nodes, in the order in which they came.

        :raises OutputError: a cell cannot hold the name of a category.
        """
        stream.write(tab_separated(_NODE_COLUMNS))
        for node, iri in self._iris.items():
            categories = [name_cell(one, "a category") for one in sorted(self._categories[node] - {""})]
            name = text_cell(min(self._names[node] - {""}, default=""))
            stream.write(tab_separated([node, "|".join(categories), name, iri]))

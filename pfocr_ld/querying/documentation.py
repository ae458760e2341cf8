"""The queries for other programs and for readers: plain ``.rq``, SIB examples, and a page of Markdown.

SIB's SPARQL examples are Turtle, a node for each query, which their tools list, test and draw
(https://github.com/sib-swiss/sparql-examples). The defaults are filled in everywhere but in the page's list
of parameters, so that what is copied runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from textwrap import fill as wrap

from pfocr_ld.errors import QueryError
from pfocr_ld.leftovers import part_folder, synchronise_folder
from pfocr_ld.own_folders import folder_error, require_own_files
from pfocr_ld.querying.federation import service_urls
from pfocr_ld.querying.queries import Query, fill
from pfocr_ld.sparql_tokens import first_word, services_by_iri
from pfocr_ld.stores.endpoint import query_form
from pfocr_ld.terms import language_literal, literal
from pfocr_ld.vocabulary import EXAMPLES, SITE, further_prefixes, prefixes
from pfocr_ld.web_addresses import check_web_address

DEFAULT_TARGET = SITE + "/sparql"
"""The endpoint that the SIB examples name as theirs, unless another is given."""

_PREFIX_NODE = "_:sparql_examples_prefixes"
_EXAMPLE_PREFIXES = {
    "ex": EXAMPLES,
    **{name: further_prefixes()[name] for name in ("owl", "rdfs", "schema", "sh", "spex", "xsd")},
    "schema": prefixes(schema_org="https")["schema"],  # as SIB has it, whatever the graph itself uses
}
_EXECUTABLES = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
}


def export_queries(queries: Iterable[Query], folder: Path, target: str = DEFAULT_TARGET) -> list[Path]:
    """Write queries into a folder, and give the files that were written.

    ``sparql/<category>/<name>.rq``, ``examples/<category>/<name>.ttl`` with ``examples/prefixes.ttl``, all of
    these in one as ``examples.ttl``, and ``queries.md``.

    :param target: the endpoint that the SIB examples are for.
    :raises OutputError: the endpoint is no plain http or https address, or the folder cannot be
        written or is a store.
    :raises QueryError: a parameter has no default, or SIB has no form for a query.
    """
    listed = list(queries)
    examples = [_render_example(query, target) for query in listed]
    files = {
        "queries.md": render_page(listed),
        "examples.ttl": _join_examples(examples),
        "examples/prefixes.ttl": f"{_turtle_header()}\n{_render_prefixes()}",
    }
    for query, example in zip(listed, examples, strict=True):
        place = f"{_folder_name(query.category)}/{query.name}"
        files[f"sparql/{place}.rq"] = render_plain(query)
        files[f"examples/{place}.ttl"] = f"{_turtle_header()}\n{example}"
    try:
        require_own_files(folder, {}, "queries")
        _write_files({name: text.encode() for name, text in files.items()}, folder)
    except OSError as error:
        raise folder_error(folder, error) from error
    return [folder / name for name in files]


def _write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder: all of them elsewhere on its disk, before the first takes its place.

    :raises OSError: there is no room, or they may not be written there; the folder is as it was.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with part_folder(folder / "queries") as made:
            for name, content in files.items():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_bytes(content)
            synchronise_folder(made)
            for name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).replace(folder / name)
    except OSError:
        if is_new:
            with suppress(OSError):  # what is in it stays
                folder.rmdir()
        raise


def render_plain(query: Query) -> str:
    """Return a query for any SPARQL front end: title and description above, the defaults filled in."""
    lines = (query.title, *([query.description] if query.description else []))
    header = "".join(
        wrap(line, 110, initial_indent="# ", subsequent_indent="# ", break_long_words=False) + "\n"
        for line in lines
    )
    return f"{header}\n{_filled_body(query)}"


def render_examples(queries: Iterable[Query], target: str = DEFAULT_TARGET) -> str:
    """Return all queries as SIB examples in one file of Turtle.

    :raises OutputError: the endpoint is no plain http or https address.
    """
    return _join_examples(_render_example(query, target) for query in queries)


def _join_examples(examples: Iterable[str]) -> str:
    return "\n".join([_turtle_header(), _render_prefixes(), *examples])


def render_page(queries: Iterable[Query]) -> str:
    """Return the documentation of queries as Markdown."""
    listed = sorted(queries, key=lambda query: (query.category, query.name))
    introduction = (
        "# Queries\n\n"
        "Each of these answers a question over a dump, an embedded store or any SPARQL endpoint that holds "
        "the graph:\n\n"
        "```\n"
        "pfocr-ld query figures-mentioning-gene -p gene=IL6 --data DUMP\n"
        "```\n\n"
        "DUMP is an RDF file, a release folder, or PFOCR records. The SPARQL below each runs as it stands, "
        "with the default values in it.\n"
    )
    parts = [introduction]
    for category, members in groupby(listed, key=lambda query: query.category):
        of_category = list(members)
        parts.append(f"\n## {_heading(category)}\n\n")
        parts += [f"- [{query.title}](#{query.name}): `{query.name}`\n" for query in of_category]
        parts += [_render_section(query) for query in of_category]
    return "".join(parts)


def render_query(query: Query, width: int) -> str:
    """Return a query for a reader at a terminal: what it is, its parameters, and its SPARQL.

    :param width: characters of a line of the text above the SPARQL.
    """
    lines = [f"{query.name}: {query.title}", f"category: {query.category or 'none'}"]
    if query.keywords:
        lines.append(wrap(f"keywords: {', '.join(query.keywords)}", width, subsequent_indent="  "))
    if query.description:
        lines += ["", wrap(query.description, width)]
    if query.parameters:
        lines += ["", "Parameters:"]
    for one in query.parameters:
        default = f"default {one.default}" if one.default else "no default"
        text = f"{one.name} ({one.type}, {default}): {one.label}"
        lines.append(wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False))
    return "\n".join([*lines, "", query.body.rstrip()]) + "\n"


def _render_section(query: Query) -> str:
    parts = [f'\n<a id="{query.name}"></a>\n\n### {query.title}\n\n']
    if query.description:
        parts.append(f"{query.description}\n\n")
    if query.parameters:
        parts.append("| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n")
        for one in query.parameters:
            cells = (
                f"`{one.name}`",
                f"`{one.type}`",
                f"`{one.default}`" if one.default else "none",
                one.label,
            )
            parts.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n")
        parts.append("\n")
    options = "".join(f" -p {one.name}={_quote(one.default or 'VALUE')}" for one in query.parameters[:1])
    parts.append(f"```\npfocr-ld query {query.name}{options} --data DUMP\n```\n\n")
    parts.append(f"```sparql\n{_filled_body(query).rstrip()}\n```\n")
    return "".join(parts)


def _render_example(query: Query, target: str) -> str:
    check_web_address(target, "endpoint")
    text = _filled_body(query)
    # Without a parser, of which the import is dear: the queries of this package need none.
    form = first_word(text)
    if form not in _EXECUTABLES:
        form = query_form(text)
    if form not in _EXECUTABLES:
        raise QueryError(f"{query.place}: there is no SIB example of {form}")
    executable, predicate = _EXECUTABLES[form]
    lines = [
        f"ex:{query.name} a sh:SPARQLExecutable, {executable} ;",
        f"\tsh:prefixes {_PREFIX_NODE} ;",
        f"\trdfs:label {language_literal(query.title, 'en')} ;",
        f"\trdfs:comment {language_literal(_comment(query), 'en')} ;",
        f"\t{predicate} {_long_literal(text)} ;",
    ]
    if query.keywords:
        lines.append(f"\tschema:keywords {', '.join(map(literal, query.keywords))} ;")
    services = services_by_iri(text)  # in a thousandth of the time that parsing the query takes
    if services is None:
        services = service_urls(text)
    if services:
        lines.append(f"\tspex:federatesWith {', '.join(f'<{url}>' for url in services)} ;")
    return "\n".join([*lines, f"\tschema:target <{target}> .\n"])


def _comment(query: Query) -> str:
    return f"{query.title}. {query.description}" if query.description else query.title


def _turtle_header() -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in _EXAMPLE_PREFIXES.items())


def _render_prefixes() -> str:
    """Return the prefixes of the queries, which SIB's tools add to a query that lacks them."""
    declared = " ,\n".join(
        f'\t\t[ sh:prefix "{prefix}" ; sh:namespace "{iri}"^^xsd:anyURI ]'
        for prefix, iri in prefixes().items()
    )
    return f"{_PREFIX_NODE} a owl:Ontology ;\n\tsh:declare\n{declared} .\n"


def _long_literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if escaped.endswith('"'):
        escaped = escaped[:-1] + '\\"'
    return f'"""{escaped}"""'


def _filled_body(query: Query) -> str:
    """Return the SPARQL below the header, its parameters at their defaults."""
    return fill(replace(query, text=query.body)).rstrip() + "\n"


def _folder_name(category: str) -> str:
    return category.replace(" ", "-") or "other"


def _heading(category: str) -> str:
    return category[:1].upper() + category[1:] if category else "Other"


def _quote(value: str) -> str:
    return value if all(character.isalnum() or character in "-_.,:/" for character in value) else f'"{value}"'

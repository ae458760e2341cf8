"""The queries as other programs take them, and as a page."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from support.in_process import Command
from support.small_disk import SmallDisk

from pfocr_ld.errors import OutputError, QueryError
from pfocr_ld.querying.documentation import (
    export_queries,
    render_examples,
    render_page,
    render_plain,
    render_query,
)
from pfocr_ld.querying.queries import fill, list_queries
from pfocr_ld.querying.query_files import parse_query
from pfocr_ld.stores.endpoint import query_form
from pfocr_ld.vocabulary import EXAMPLES

pytestmark = pytest.mark.slow

QUERIES = {query.name: query for query in list_queries()}
SH = "http://www.w3.org/ns/shacl#"
AWKWARD = r'''# title: A "title" with \ in it
# category: odd ones
# description: One line
# description: and | another.
# keywords: a "word", b
# param: text | string | "x"\ | A | label
# param: endpoint | uri | https://example.org/sparql | Where

# a comment with """ in it
SELECT ?a { ?a ?b {{text}}, 'q"""', "\\" SERVICE {{endpoint}} { ?a ?c "end" } } # "'''


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_queries(list_queries(), folder, "https://example.org/sparql")
    return folder


def test_a_full_disk_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    disk = SmallDisk(tmp_path)
    if os.geteuid() != 0 or not disk.mount(1):
        pytest.skip("only root may mount a small file system")
    try:
        (tmp_path / "filling").write_bytes(bytes(900_000))
        (tmp_path / "old").mkdir()
        (tmp_path / "old" / "queries.md").write_text("before")
        for name in ("old", "new"):
            with pytest.raises(OutputError, match=f"{name}: cannot be written: No space left on device"):
                export_queries(list_queries(), tmp_path / name)
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["filling", "old", "queries.md"]
        assert (tmp_path / "old" / "queries.md").read_text() == "before"
    finally:
        disk.unmount()


def objects(store: Store, subject: str, predicate: str) -> list[str]:
    found = store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
    return sorted(getattr(quad.object, "value", "") for quad in found)


def test_each_query_is_exported_in_each_form(exported: Path) -> None:
    written = {path.relative_to(exported).as_posix() for path in exported.rglob("*") if path.is_file()}
    places = {f"{query.category.replace(' ', '-')}/{query.name}" for query in list_queries()}
    assert written == {
        "queries.md",
        "examples.ttl",
        "examples/prefixes.ttl",
        *(f"sparql/{place}.rq" for place in places),
        *(f"examples/{place}.ttl" for place in places),
    }


def below_comments(text: str) -> str:
    """Return a query without the comments and blank lines that it begins with."""
    return re.sub(r"\A(?:\s|#[^\n]*\n)*", "", text).rstrip()


def test_the_plain_queries_run_in_other_front_ends(exported: Path) -> None:
    """They are the queries of which test_query_answers has two engines compile each."""
    for path in (exported / "sparql").rglob("*.rq"):
        text = path.read_text(encoding="utf-8")
        assert "{{" not in text, path
        assert below_comments(text) == below_comments(fill(QUERIES[path.stem]))


def test_the_examples_are_those_of_sib(exported: Path) -> None:
    compiled, single = Store(), Store()
    compiled.load(path=exported / "examples.ttl", format=RdfFormat.TURTLE)
    for path in (exported / "examples").rglob("*.ttl"):
        single.load(path=path, format=RdfFormat.TURTLE)
    assert len(compiled) == len(single)
    for query in list_queries():
        node = EXAMPLES + query.name
        form = query_form(fill(query))
        texts = {verb: objects(compiled, node, SH + verb) for verb in ("select", "ask", "construct")}
        assert [verb for verb, found in texts.items() if found] == [form.lower()], query.name
        types = objects(compiled, node, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        assert set(types) == {f"{SH}SPARQLExecutable", f"{SH}SPARQL{form.capitalize()}Executable"}
        assert below_comments(texts[form.lower()][0]) == below_comments(fill(query))
        assert objects(compiled, node, "https://schema.org/target") == ["https://example.org/sparql"]
        assert objects(compiled, node, "https://schema.org/keywords") == sorted(query.keywords)
        assert objects(compiled, node, SH + "prefixes") != []
        federates = objects(compiled, node, "https://purl.expasy.org/sparql-examples/ontology#federatesWith")
        assert bool(federates) == (query.category == "federated"), query.name


@pytest.mark.parametrize(
    "endpoint", ["http://x/a b>", "http://x/<>", "urn:x", "http://u:p@x/", "x.org/sparql"]
)
def test_an_endpoint_is_a_plain_address(tmp_path: Path, command: Command, endpoint: str) -> None:
    for write in (render_examples, lambda queries, target: export_queries(queries, tmp_path / "new", target)):
        with pytest.raises(OutputError, match=r"the endpoint .* is no plain http or https address"):
            write(list_queries(), endpoint)
    run = command("queries", "export", "-o", tmp_path / "new", "--endpoint", endpoint)
    assert run.status == 2 and f"the endpoint {endpoint!r} is no plain http or https address" in run.err
    assert not (tmp_path / "new").exists()


def test_awkward_texts_survive() -> None:
    query = parse_query(AWKWARD, "odd.rq", "odd")
    store = Store()
    store.load(render_examples([query], "https://example.org/sparql").encode(), format=RdfFormat.TURTLE)
    node = f"{EXAMPLES}odd"
    body = 'SELECT ?a { ?a ?b "\\"x\\"\\\\", \'q"""\', "\\\\" SERVICE <https://example.org/sparql> { ?a ?c "end" } } # "\n'  # noqa: E501
    assert objects(store, node, SH + "select") == [f'# a comment with """ in it\n{body}']
    assert objects(store, node, "http://www.w3.org/2000/01/rdf-schema#comment") == [
        'A "title" with \\ in it. One line and | another.'
    ]
    assert render_plain(query) == (
        f'# A "title" with \\ in it\n# One line and | another.\n\n# a comment with """ in it\n{body}'
    )
    assert '| `text` | `string` | `"x"\\` | A \\| label |' in render_page([query])


def test_the_page_has_each_query_with_its_parameters(exported: Path) -> None:
    page = (exported / "queries.md").read_text(encoding="utf-8")
    for query in list_queries():
        assert page.count(f'<a id="{query.name}"></a>') == 1
        assert f"(#{query.name})" in page
        for parameter in query.parameters:
            assert f"| `{parameter.name}` | `{parameter.type}` |" in page
    assert "{{" not in page
    assert "seeds" not in page, "which who has downloaded a release does not have"


def test_an_example_needs_a_form_and_defaults() -> None:
    with pytest.raises(QueryError, match="no SIB example of DESCRIBE"):
        render_examples([parse_query("DESCRIBE <http://x/>", "own.rq", "own")])
    with pytest.raises(QueryError, match="needs the parameter 'a'"):
        render_plain(parse_query("# param: a | string | | A\n\nASK { ?s ?p {{a}} }", "own.rq", "own"))


def test_a_query_is_shown_within_the_width() -> None:
    text = render_query(parse_query(AWKWARD, "odd.rq", "odd"), 40)
    above = text.split("# a comment")[0]
    assert above.startswith('odd: A "title" with \\ in it\ncategory: odd ones\n')
    assert max(map(len, above.splitlines())) <= 40
    assert text.endswith('{{endpoint}} { ?a ?c "end" } } # "\n')

"""RDF, or a query, that is nested deeply is refused, before a parser's stack ends and the program with it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import QuerySolutions, Store
from support.in_process import Command

from pfocr_ld.errors import QueryError, SourceError
from pfocr_ld.nesting import ShallowJson, ShallowTerms
from pfocr_ld.querying.queries import run_text
from pfocr_ld.rdf_files import open_rdf, read_quads
from pfocr_ld.vocabulary import RDF

TERM = "<http://a/a> <http://a/b> "
DEEP = {
    "objects.jsonld": '{"http://a/b":' * 20_000 + "1" + "}" * 20_000,
    "lists.jsonld": '{"http://a/b":' + "[" * 20_000 + "]" * 20_000 + "}",
    "terms.nt": TERM + f"<<( {TERM}" * 20_000 + "<http://a/c>" + " )>>" * 20_000 + " .\n",
    "terms.ttl": TERM + f"<<({TERM}\n" * 20_000 + "<http://a/c>" + ")>>" * 20_000 + " .\n",
    "terms.trig": "{" + TERM + f"<<( {TERM}" * 20_000 + "<http://a/c>" + " )>>" * 20_000 + " }\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(DEEP[name])
    with pytest.raises(SourceError, match="nested deeper than 200 levels"):
        list(read_quads(path))
    with pytest.raises(SourceError, match="nested deeper than 200 levels"), open_rdf(path) as stream:
        stream.read(1 << 30)


BRACKETS = "<<( " * 300
HARMLESS = {
    "opened-and-closed.nt": f'{TERM}"{"<<( >>" * 500}" .\n',
    "one-in-each-text.nt": "".join(f'{TERM}"{number} << {number + 1}" .\n' for number in range(201)),
    "escaped-quote.nt": f'{TERM}"\\"{BRACKETS}" .\n',
    "escaped-backslash.nt": f'{TERM}"\\\\" .\n{TERM}"{BRACKETS}" .\n',
    "comment.nt": f"# {BRACKETS}\n{TERM}<http://a/c> . # it's {BRACKETS}\n",
    "short.ttl": f"""{TERM}"{BRACKETS}'", '{BRACKETS}"' .\n""",
    "long.ttl": f"""{TERM}\"\"\"{BRACKETS}"\n""{BRACKETS}\\"\"\"\", '''{BRACKETS}\n''{BRACKETS}''' .\n""",
    "iri.ttl": f"<a:#'> <a:#'> <a:#'> . # {BRACKETS}\n",
    "names.trig": f"PREFIX a: <http://a/> a:\\'b a:\\#c a:d . # {BRACKETS}\n",
    "entity.rdf": f'''<rdf:RDF xmlns:rdf="{RDF}" xmlns:a="http://a/"><!-- <!ENTITY --><rdf:Description rdf:about="http://a/a">
        <a:b><![CDATA[<!ENTITY]]></a:b></rdf:Description></rdf:RDF>''',
}


@pytest.mark.parametrize("name", HARMLESS)
def test_brackets_in_texts_are_none(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(HARMLESS[name])
    assert list(read_quads(path))


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("a.nt", f'{TERM}"\\\\" . # it\'s "\n'),
        ("a.nt", f"# it's\r{TERM}"),
        ("a.ttl", f"{TERM}'\"' , '''a\n'\"\"\"''\\'''' , <#'> , \"\", ''. # \"\"\"\n"),
        ("a.ttl", "PREFIX a: <http://a/> a:\\'b a:\\#c a:d .\n"),
    ],
)
def test_no_text_hides_what_is_nested(tmp_path: Path, name: str, before: str) -> None:
    path = tmp_path / name
    path.write_text(before + DEEP["terms.nt"])
    with pytest.raises(SourceError, match="nested deeper than 200 levels"):
        list(read_quads(path))


texts = some.text(some.sampled_from('[]{}"\\a'), max_size=12)


@given(some.lists(texts, max_size=30), some.integers(1, 20))
def test_any_strings_however_they_are_cut(strings: list[str], size: int) -> None:
    content = json.dumps([*strings, "[" * 300]).encode()
    stream = ShallowJson(io.BytesIO(content))
    assert b"".join(iter(lambda: stream.read(size), b"")) == content
    assert stream._depth == 0


class FewBytes(io.BytesIO):
    """Gives no more than a few bytes at a time, as a connection may."""

    size = 1

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.size)


def quoted(text: str, quote: str) -> str:
    """Return a string of Turtle; in three quotes, one or two of them stand as they are."""
    escaped = text.replace("\\", "\\\\").replace(quote, "".join(f"\\{one}" for one in quote))
    return f"{quote}{escaped}.{quote}" if len(quote) == 3 else f"{quote}{escaped}{quote}".replace("\n", "")


parts = some.text(some.sampled_from("<>\"'#\\\n a"), max_size=8)
tokens = some.one_of(
    some.builds(quoted, parts, some.sampled_from(['"', "'", '"""', "'''"])),
    some.builds(lambda text: f"<http://a/{text}>", some.text(some.sampled_from("'#a"), max_size=4)),
    some.builds(lambda text: f"#{text}\n", some.text(some.sampled_from("<>\"'#\\a"), max_size=8)),
    some.sampled_from(["a:\\'", "a:\\#", "\n", ">>"]),
)


@given(some.lists(tokens, max_size=20), some.integers(1, 20))
def test_any_tokens_however_they_are_cut(between: list[str], size: int) -> None:
    """Each is followed by a bracket, and these are all that is counted."""
    closed = sum(token == ">>" for token in between)
    content = " ".join(["<<", *(token + " <<" for token in between)]).encode()
    stream = FewBytes(content)
    stream.size = size
    shallow = ShallowTerms(stream)
    assert b"".join(iter(lambda: shallow.read(size), b"")) == content
    assert shallow._depth == 1 + len(between) - closed


NESTED: dict[str, Callable[[int], str]] = {
    "groups": lambda levels: f"SELECT * {{ {'{' * levels}{'}' * levels} }}",
    "brackets of a FILTER": lambda levels: f"SELECT * {{ FILTER({'(' * levels}1{')' * levels}) }}",
    "EXISTS in BIND": lambda levels: (
        f"SELECT * {{ ?s ?p ?o {'BIND(EXISTS {' * (levels // 2)}{'} AS ?x)' * (levels // 2)} }}"
    ),
    "calls": lambda levels: f"SELECT * {{ BIND({'CONCAT(' * levels}'a'{')' * levels} AS ?x) }}",
    "paths": lambda levels: f"SELECT * {{ ?s {'^(' * levels}<urn:p>{')' * levels} ?o }}",
    "lists": lambda levels: f"SELECT * {{ ?s ?p {'( ' * levels}1{' )' * levels} }}",
    "blank nodes": lambda levels: f"SELECT * {{ ?s ?p {'[ <urn:p> ' * levels}1{' ]' * levels} }}",
    "triple terms": lambda levels: (
        f"SELECT * {{ ?s ?p {'<<( ?s ?p ' * (levels // 2)}1{' )>>' * (levels // 2)} }}"
    ),
    "sub-selects": lambda levels: (
        f"SELECT * {{ {'{ SELECT * {' * (levels // 2)}?s ?p ?o{'} }' * (levels // 2)} }}"
    ),
}
# What the engine nests though it stands in a row.
ROWS: dict[str, Callable[[int], str]] = {
    "signs": lambda number: f"SELECT * {{ FILTER({'!' * number}true) }}",
    "sums": lambda number: f"SELECT (1{'+1' * number} AS ?x) {{ }}",
    "conditions": lambda number: f"SELECT * {{ FILTER(?x{' && ?x' * number}) }}",
    "conditions of HAVING": lambda number: f"SELECT (COUNT(*) AS ?n) {{ }} HAVING{' (true)' * number}",
    "filters": lambda number: f"SELECT * {{ {' FILTER(true)' * number} }}",
    "paths": lambda number: f"SELECT * {{ ?s <urn:p>{'|<urn:p>' * number} ?o }}",
    "groups": lambda number: f"SELECT * {{ {'MINUS { ?s ?p ?o } ' * (number // 3)} }}",
    "names": lambda number: f"SELECT * {{ {' '.join(f'BIND(1 AS ?x{one})' for one in range(number // 3))} }}",
}


@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED)
def test_a_query_that_is_nested_deeply_is_refused(make: Callable[[int], str]) -> None:
    with pytest.raises(QueryError, match="nested deeper than 200 levels: take some of its brackets away"):
        run_text(make(5000), Store())


@pytest.mark.parametrize("make", ROWS.values(), ids=ROWS)
def test_a_query_of_too_many_parts_is_refused(make: Callable[[int], str]) -> None:
    with pytest.raises(QueryError, match="more than 4000 operators"):
        run_text(make(20_000), Store())


RUN = """
import sys
from pyoxigraph import Store
from pfocr_ld.querying.engine import ask_engine
for query in sys.stdin.read().split("\\0"):
    results = ask_engine(query, Store())
    list(results)
"""


def test_what_is_not_refused_is_not_too_much_for_the_engine() -> None:
    """In a process of its own, with the stack that systems give: it would end with it."""
    few = {"lists", "blank nodes"}  # of which the engine takes hours to read 100
    queries = [make(8 if name in few else 190) for name, make in NESTED.items()]
    queries += [make(3900) for make in ROWS.values()]
    worst = f"?s ?p ?o BIND(1{'+1' * 3500} AS ?y)"
    queries.append(f"SELECT * {{ {worst.join(['BIND(EXISTS {' * 60, '} AS ?x)' * 60])} }}")
    done = subprocess.run(
        [sys.executable, "-c", RUN], input="\0".join(queries), stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


ONE_OF_MANY = ", '1'^^<urn:a>"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ ?s ?p '{'{' * 5000}' }}",
        f"SELECT * {{ ?s ?p <urn:{'(' * 5000}> }}",
        f"SELECT * {{ ?s ?p ?o }} # {'[' * 5000}",
        f"SELECT * {{ VALUES (?x ?y) {{ {'(<urn:a/b-c> -1) ' * 5000} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({', '.join(['1'] * 5000)})) }}",
        f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({', '.join(['-1'] * 5000)})) }}",
        f"SELECT * {{ ?s ?p ?o FILTER(?o IN ('1'{ONE_OF_MANY * 5000})) }}",
    ],
    ids=[
        "a text",
        "an IRI",
        "a comment",
        "rows",
        "a list of values",
        "a list of negative numbers",
        "a list of literals",
    ],
)
def test_what_only_looks_nested_is_not_refused(query: str) -> None:
    assert isinstance(run_text(query, Store()), QuerySolutions)


def test_a_nested_query_is_one_line_for_whoever_asks(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.nt").write_text("<urn:a> <urn:b> <urn:c> .\n")
    (tmp_path / "n.rq").write_text(NESTED["groups"](2500))
    done = command("query", tmp_path / "n.rq", "--data", tmp_path / "a.nt")
    assert done.status == 1
    assert done.err.count("\n") == 1 and "n.rq: the query is nested deeper than 200 levels" in done.err

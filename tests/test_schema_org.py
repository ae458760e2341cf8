"""The JSON-LD block: expanded as pyld expands it, offline, and nothing else is ever opened."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from pfocr_ld.bundled import read_bundled
from pfocr_ld.errors import RecordError
from pfocr_ld.mapping.schema_org import MappedBlock, read_block
from pfocr_ld.model import NoValue, is_no_value
from pfocr_ld.schema_context import CONTEXT_URLS
from pfocr_ld.vocabulary import CC0, FIGURES, SCHEMA

ID = f"{FIGURES}PMC1__a.html"
CONTEXT = json.loads(read_bundled("ontologies", "schemaorg-context.jsonld"))["@context"]
URL = "https://schema.org/"
HEAD = {"@context": URL, "@id": ID, "@type": "Dataset"}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be fetched: a connection of any kind fails the test."""

    def refuse(*_arguments: object) -> None:
        raise AssertionError("a block made the exporter open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def triples_of(block: dict[str, Any], base: str = ID, **options: Any) -> set[tuple[str, str, str]]:
    read = read_block(block, base, **{"title": "A title", "repair": False, **options})
    return set(all_of(read, base))


def all_of(read: MappedBlock, page: str = ID) -> list[tuple[str, str, str]]:
    """Return what a block says, of whatever, as triples."""
    return [*((f"<{page}>", *said) for said in read.own), *read.others]


def expanded_by_pyld(block: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return the triples as pyld itself makes them of the block under the same context;
    blank nodes without labels.
    """
    lines: str = jsonld.to_rdf({**block, "@context": CONTEXT}, {"base": ID, "format": "application/n-quads"})
    quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS)
    return unlabelled((str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads)


def with_values(part: Any) -> Any:
    """Return a block without the texts that stand for "no value"."""
    if isinstance(part, list):
        return [with_values(item) for item in part if not is_no_value(item)]
    if not isinstance(part, dict):
        return part
    return {
        key: value if key.startswith("@") else with_values(value)
        for key, value in part.items()
        if key.startswith("@") or not is_no_value(value)
    }


def unlabelled(triples: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    label = re.compile(r"_:\S+|<https://pfocr\.wikipathways\.org/\.well-known/genid/[0-9a-f]+>")
    return {(label.sub("_:", s), p, o if o[0] == '"' else label.sub("_:", o)) for s, p, o in triples}


TEXTS = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    ["CC0", '"', "\\", "\n", "@id", "~", "NA", NoValue("NA"), NoValue(".na.character")]
)
PEOPLE = st.fixed_dictionaries({"@type": st.just("Organization"), "name": TEXTS})


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("name", "description", "abstract", "wrod", "schema:name"), TEXTS),
            "keywords": st.lists(TEXTS, max_size=4),
            "creator": PEOPLE | st.lists(PEOPLE, max_size=2),
            "license": st.sampled_from(["CC0", "https://example.org/a", "../a", "dct:title"]),
            "sameAs": st.sampled_from(["https://example.org/a", "#b"]),
            "dateCreated": st.sampled_from(["2019", "long ago"]),
            "about": st.fixed_dictionaries({"@id": st.just("https://example.org/x"), "name": TEXTS}),
            "citation": st.fixed_dictionaries({"@list": st.lists(TEXTS, max_size=2)}),
            "version": st.fixed_dictionaries({"@value": TEXTS, "@language": st.just("en")}),
        },
    )
)
def test_every_block_says_what_pyld_makes_of_it(said: dict[str, Any]) -> None:
    block = HEAD | said
    assert unlabelled(triples_of(block)) == expanded_by_pyld(with_values(block))


@pytest.mark.parametrize("context", sorted(CONTEXT_URLS))
def test_every_name_of_the_context_is_the_bundled_one(context: str) -> None:
    block = {**HEAD, "@context": context, "name": "a", "license": "https://example.org/l"}
    assert triples_of(block) == expanded_by_pyld(block)


@pytest.mark.parametrize(
    ("block", "url"),
    [
        pytest.param({"@context": "file:///etc/passwd"}, "file:///etc/passwd", id="file"),
        pytest.param({"@context": "http://localhost:1/x"}, "http://localhost:1/x", id="local-service"),
        pytest.param({"@context": "https://schema.org/../x"}, "https://schema.org/x", id="another-path"),
        pytest.param({"@context": "https://schema.org.evil.example/"}, "evil", id="another-host"),
        pytest.param({"@context": "schema.jsonld"}, f"{FIGURES}schema.jsonld", id="relative"),
        pytest.param(
            {"@context": ["https://schema.org/", "http://localhost:1/x"]},
            "http://localhost:1/x",
            id="in-a-list",
        ),
        pytest.param(
            {"creator": {"@context": "http://localhost:1/x", "name": "a"}},
            "http://localhost:1/x",
            id="nested",
        ),
        pytest.param({"@context": {"@import": "http://localhost:1/x"}}, "http://localhost:1/x", id="import"),
        pytest.param(
            {"@context": {"name": {"@id": SCHEMA.name, "@context": "http://localhost:1/x"}}},
            "http://localhost:1/x",
            id="scoped-to-a-property",
        ),
        pytest.param(
            {
                "@context": {"Dataset": {"@id": SCHEMA.Dataset, "@context": "http://localhost:1/x"}},
                "@type": "Dataset",
            },
            "http://localhost:1/x",
            id="scoped-to-a-type",
        ),
    ],
)
def test_no_other_context_is_opened(block: dict[str, Any], url: str) -> None:
    with pytest.raises(RecordError, match="nothing is ever fetched") as caught:
        read_block({**HEAD, "name": "a", **block}, ID, "", repair=True)
    assert url in caught.value.reason


@pytest.mark.parametrize(
    "context",
    [
        pytest.param({"@foo": "http://x/"}, id="keyword-that-is-none"),
        pytest.param({"a": {"@id": "b"}, "b": {"@id": "a"}}, id="circle"),
    ],
)
def test_what_is_no_context(context: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="not valid JSON-LD") as caught:
        read_block({**HEAD, "x": "y", "@context": context}, ID, "", repair=True)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        pytest.param({"@type": {"a": "b"}}, "not valid JSON-LD", id="object-for-a-type"),
        pytest.param({"@value": "a"}, "not valid JSON-LD", id="value-with-an-id"),
        pytest.param({"@included": "a"}, "not", id="text-among-nodes"),
        pytest.param({"sameAs": "http://[::x/"}, "Invalid character", id="bad-iri"),
        pytest.param({"sameAs": "@wikipathways"}, "not an IRI", id="handle"),
        pytest.param(
            {"sameAs": ["@wikipathways", "https://example.org/a"]}, "not an IRI", id="handle-in-a-list"
        ),
        pytest.param(
            {"creator": {"@type": "Organization", "name": "N", "url": "@wikipathways"}},
            "not an IRI",
            id="nested",
        ),
        pytest.param({"url": "http://pfocr.wikipathways.org:port/x"}, "", id="port"),
        pytest.param({"name": {"@value": "a", "@type": "http://[::/"}}, "", id="datatype"),
        pytest.param(
            {"name": {"@value": "a", "@language": "not a tag"}},
            "'not a tag' is not a language",
            id="language",
        ),
        pytest.param({"name": {"@value": "a", "@type": "rdf:langString"}}, "langString", id="no-language"),
        pytest.param({"@language": []}, '"@language" value must be a string', id="list-that-may-not-be"),
        pytest.param({"@language": ["en"]}, '"@language" value must be a string', id="list-of-one"),
        pytest.param(
            {"author": {"@id": ["a"], "name": "N"}}, '"@id" value must be a string', id="nested-list"
        ),
    ],
)
def test_a_value_that_is_wrong_costs_that_value_only(block: dict[str, Any], reason: str) -> None:
    read = read_block({**HEAD, "abstract": "y", **block, "version": "z"}, ID, "", repair=True)
    assert read.is_complete is False
    assert reason in read.problems[0]
    assert not [problem for problem in read.problems if "\n" in problem]
    said = set(all_of(read))
    assert (f"<{ID}>", f"<{SCHEMA}abstract>", '"y"') in said
    assert (f"<{ID}>", f"<{SCHEMA}version>", '"z"') in said
    assert not [term for triple in said for term in triple if "[::" in term or "@wikipathways" in term]
    if "creator" in block or "author" in block:
        assert [triple[2] for triple in said if triple[1] == f"<{SCHEMA.name}>"] == ['"N"']
    if isinstance(block.get("sameAs"), list):
        assert (f"<{ID}>", f"<{SCHEMA.sameAs}>", "<https://example.org/a>") in said


@pytest.mark.slow
def test_a_block_full_of_wrong_values_ends() -> None:
    block = {f"sameAs{number}": {"@id": "@wikipathways", "x": "http://[::"} for number in range(2_000)}
    read = read_block({**HEAD, "name": "a", **block}, ID, "", repair=True)
    assert (f"<{ID}>", f"<{SCHEMA.name}>", '"a"') in all_of(read)


def test_a_block_has_to_name_its_context() -> None:
    with pytest.raises(RecordError, match="has no @context"):
        read_block({"@id": ID, "name": "a"}, ID, "", repair=True)


@pytest.mark.parametrize(
    ("block", "complete"),
    [
        pytest.param({"name": "a", "wrod": "b"}, True, id="all-of-it"),
        pytest.param({"a b": "c"}, False, id="property-that-no-iri-is-made-of"),
        pytest.param({"@foo": "c"}, False, id="keyword-that-is-none"),
        pytest.param({"creator": {"a b": "c"}}, False, id="nested"),
        pytest.param({"name": {"@value": "a", "@language": "ar"}}, True, id="language"),
        pytest.param(
            {"name": {"@value": "a", "@language": "ar", "@direction": "rtl"}}, False, id="direction"
        ),
        pytest.param({"@context": [URL, {"@direction": "rtl"}], "x": "y"}, False, id="direction-of-all"),
        pytest.param({"name": {"@language": "ar"}}, False, id="language-of-no-text"),
        pytest.param({"name": {"@value": "a", "@index": "i"}}, False, id="index"),
        pytest.param({"name": {"@set": ["a"], "@index": "i"}}, False, id="index-of-a-set"),
        pytest.param({"name": {"@list": ["a"], "@index": "i"}}, False, id="index-of-a-list"),
        pytest.param({"creator": {"name": "a", "@index": "i"}}, False, id="index-of-a-node"),
        pytest.param(
            {"@context": [URL, {"x": {"@id": "urn:x:y", "@container": "@index"}}], "x": {"i": "a"}},
            False,
            id="index-by-the-context",
        ),
        pytest.param({"name": {"@set": ["a"]}, "wrod": {"@list": ["a"]}}, True, id="set-and-list"),
        pytest.param({"@nest": {"name": "a"}}, True, id="nest"),
        pytest.param({"position": {"@value": "007", "@type": "xsd:integer"}}, True, id="number"),
        pytest.param(
            {"name": {"@value": "1.0", "@type": "xsd:string"}}, True, id="text-that-is-said-to-be-one"
        ),
        pytest.param({"sameAs": "https://example.org/a%20b"}, True, id="iri"),
        pytest.param({"sameAs": "https://example.org/a b"}, False, id="iri-with-a-space"),
        pytest.param({"sameAs": "a b"}, False, id="relative-iri-with-a-space"),
        pytest.param({"sameAs": "../a"}, True, id="relative-iri"),
        pytest.param({"creator": {"@id": "https://example.org/<a>"}}, False, id="node-with-brackets"),
        pytest.param({"@type": ["Dataset", "https://example.org/{a}"]}, False, id="type-with-braces"),
        pytest.param({"https://example.org/{a}": "b"}, False, id="property-with-braces"),
        pytest.param({"@reverse": {"urn:x:{a}": {"@id": "urn:x:y"}}}, False, id="reverse-with-braces"),
        pytest.param({"name": {"@value": "a", "@type": "urn:x:{a}"}}, False, id="datatype-with-braces"),
        pytest.param({"https://schema.org/name": "a"}, False, id="other-scheme"),
        pytest.param({"sameAs": "https://identifiers.org/ncbigene:207"}, False, id="compact-form"),
        pytest.param({"@included": [{"name": "a"}]}, True, id="included"),
        pytest.param({"@graph": [{"name": "a"}]}, False, id="name-of-a-graph"),
        pytest.param({"@context": URL, "@graph": ["a"]}, False, id="text-in-a-graph"),
        pytest.param({"@graph": [{"@id": "urn:x:y"}]}, False, id="node-of-which-nothing-is-said"),
    ],
)
def test_a_block_tells_whether_its_triples_are_all_it_says(block: dict[str, Any], complete: bool) -> None:
    assert read_block(HEAD | block, ID, "", repair=True).is_complete is complete


# --- blocks of one form are expanded once: what each of them says is not changed by that

KEYS = st.sampled_from(
    [
        "name",
        "wrod",
        "@id",
        "@type",
        "@graph",
        "@included",
        "@reverse",
        "@list",
        "@set",
        "@value",
        "@language",
        "@index",
        "@nest",
        "author",
        "sameAs",
        "dateCreated",
        "mentions",
        "schema:name",
        "id",
        "http://schema.org/name",
        "https://schema.org/name",
        "urn:x:y",
    ]
) | st.sampled_from(["", "a b"])
PAGES = [ID, f"{FIGURES}PMC1__a/b.html", f"{FIGURES}PMC1__a%20b.html"]
NODES = st.sampled_from(
    [*PAGES, f"{FIGURES}PMC1__a b.html", "./PMC1__a b.html", "", "_:b"]
) | st.sampled_from(
    [
        "PMC1__a.html",
        "b.html",
        "#x",
        "?x",
        "../x",
        "//example.org/x",
        "https://example.org/x",
        "http://schema.org/Gene",
        "Gene",
        "dct:title",
    ]
)
VALUES = st.recursive(
    TEXTS | NODES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.fixed_dictionaries({"@id": NODES}, optional={"name": TEXTS, "author": inner})
        | st.fixed_dictionaries({"@value": TEXTS}, optional={"@language": st.just("EN"), "@index": TEXTS})
    ),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.sampled_from(PAGES))
@example({"name": "n", "": "b"}, ID)
@example({"": ["b", "c"], "author": {"": "d"}}, ID)
@example({"author": {"@id": ID, "name": "q"}}, ID)
@example({"author": {"@id": "PMC1__a.html", "name": "q"}}, ID)
@example({"@graph": [{"@id": "", "name": "q"}]}, ID)
@example({"author": {"@id": f"{FIGURES}PMC1__a b.html", "name": "q"}}, PAGES[2])
@example({"sameAs": "c"}, PAGES[1])
def test_a_block_says_the_same_alone_and_among_blocks_of_its_form(said: dict[str, Any], page: str) -> None:
    block = {**HEAD, **said, "@id": page}
    of_its_kind = {**block, "@context": [block["@context"]]}  # which means the same
    assert read_block(block, page, "", repair=True) == read_block(of_its_kind, page, "", repair=True)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("where", ["", "absolute", "relative", "in-another-way"])
def test_a_block_may_speak_of_its_record_in_a_nested_node(where: str, page: str) -> None:
    name = {
        "": "",
        "absolute": page,
        "relative": page.rpartition("/")[2],
        "in-another-way": page.replace("%20", " "),
    }[where]
    said: dict[str, Any]
    for said in ({"author": {"@id": name, "name": "q"}}, {"@graph": [{"@id": name, "name": "q"}]}):
        read = read_block({**HEAD, **said, "@id": page}, page, "", repair=True)
        assert (f"<{SCHEMA.name}>", '"q"') in read.own
        assert read.problems == ()


def test_a_text_under_the_empty_key_is_that_of_its_block() -> None:
    for text in ("b", "c"):
        triples = triples_of(HEAD | {"name": "n", "": text})
        assert [o for _, p, o in triples if p == f"<{SCHEMA}>"] == [f'"{text}"']


# --- the subject, and nodes without a name


@pytest.mark.parametrize(
    ("identifier", "block_id"),
    [
        pytest.param(None, "", id="none"),
        pytest.param(ID, "", id="the-page"),
        pytest.param("PMC1__a.html", "", id="relative"),
        pytest.param("b.html", "b.html", id="another-figure"),
        pytest.param(ID.removesuffix(".html"), ID.removesuffix(".html"), id="no-html"),
        pytest.param("https://example.org/a b", "https://example.org/a b", id="foreign"),
        pytest.param("urn:uuid:1", "urn:uuid:1", id="no-url"),
        pytest.param("javascript:alert(1)", "javascript:alert(1)", id="script"),
        pytest.param("http://[::x/", "http://[::x/", id="no-iri"),
        pytest.param("@wikipathways", "@wikipathways", id="handle"),
        pytest.param(["a"], '["a"]', id="list"),
        pytest.param("https://pfocr.invalid/subject", "https://pfocr.invalid/subject", id="placeholder"),
    ],
)
def test_a_block_describes_its_record_whatever_it_calls_itself(identifier: object, block_id: str) -> None:
    block = {key: value for key, value in {**HEAD, "@id": identifier, "name": "a"}.items() if value}
    read = read_block(block, ID, "", repair=True)
    assert {triple[0] for triple in all_of(read)} == {f"<{ID}>"}
    assert read.block_id == block_id
    assert bool(read.problems) == bool(block_id)


@pytest.mark.parametrize(
    "said",
    [
        {"sameAs": "https://pfocr.invalid/subject"},
        {"version": ["\0text of name", {"@id": "http://a.example/"}]},
        {"version": "\0text of version"},
    ],
)
def test_a_value_that_looks_like_a_placeholder_is_itself(said: dict[str, Any]) -> None:
    block = HEAD | said | {"name": "a"}
    assert triples_of(block) == expanded_by_pyld(block)


@pytest.mark.parametrize("identifier", [ID, None])
def test_a_block_of_nothing_but_its_id(identifier: str | None) -> None:
    block = {"@context": "https://schema.org/"} | ({"@id": identifier} if identifier else {})
    assert all_of(read_block(block, ID, "", repair=True)) == []


def test_wikipathways_has_its_own_iri_and_other_nodes_are_named_by_what_they_say() -> None:
    def creators(*names: str) -> set[str]:
        people = [{"@type": "Organization", "name": name} for name in names]
        triples = triples_of(HEAD | {"creator": people})
        return {o for _, p, o in triples if p == "<http://schema.org/creator>"}

    assert creators("WikiPathways") == {"<https://www.wikipathways.org/>"}
    (other,) = creators("Other", "Other")
    assert other.startswith("<https://pfocr.wikipathways.org/.well-known/genid/")
    assert creators("Other") == {other} != creators("Another")


def test_no_blank_node_is_left_and_a_label_is_that_of_its_block() -> None:
    block = {**HEAD, "about": [{"@id": "_:b", "name": "x"}, {"name": "y"}], "citation": {"@list": ["a", "b"]}}
    triples = triples_of(block)
    assert not [term for triple in triples for term in triple if term.startswith("_:")]
    (here,) = [s for s, _, o in triples if o == '"x"']
    (there,) = [s for s, _, o in triples_of(block, base=f"{FIGURES}PMC2__b.html") if o == '"x"']
    assert here != there


# --- repairs


@pytest.mark.parametrize(
    ("block", "title", "repaired", "licence", "name"),
    [
        pytest.param(
            {"license": "CC0", "name": "CreativeWork"}, "T", ("license", "name"), CC0, "T", id="both"
        ),
        pytest.param({"license": "CC0", "name": "N"}, "T", ("license",), CC0, "N", id="licence"),
        pytest.param({"license": CC0, "name": "CreativeWork"}, "T", ("name",), CC0, "T", id="name"),
        pytest.param(
            {"license": CC0, "name": "CreativeWork"}, "", (), CC0, "CreativeWork", id="no-title-to-put-in"
        ),
    ],
)
def test_placeholders_are_repaired(
    block: dict[str, Any], title: str, repaired: tuple[str, ...], licence: str, name: str
) -> None:
    read = read_block(HEAD | block, ID, title, repair=True)
    assert read.repaired == repaired
    assert (f"<{ID}>", f"<{SCHEMA.license}>", f"<{licence}>") in all_of(read)
    assert (f"<{ID}>", f"<{SCHEMA.name}>", f'"{name}"') in all_of(read)


def test_without_repair_a_placeholder_is_what_json_ld_makes_of_it() -> None:
    read = read_block(HEAD | {"license": "CC0", "name": "CreativeWork"}, ID, "T", repair=False)
    assert read.repaired == ()
    assert (f"<{ID}>", f"<{SCHEMA.license}>", f"<{FIGURES}CC0>") in all_of(read)
    assert (f"<{ID}>", f"<{SCHEMA.name}>", '"CreativeWork"') in all_of(read)

"""The ``schema-jsonld`` block of a record → triples, offline.

pyld expands the block; what remains is the last step of JSON-LD 1.1 API, section 8 (Deserialize JSON-LD to
RDF), done here on the expanded form: ``pyld.to_rdf`` would expand it again and takes three times as long.

The document loader knows the bundled schema.org context and refuses any other document, so a record cannot
make the exporter open a URL or a file.

Expansion takes 0.6 ms a block, and 110,000 blocks differ in little but their texts. A text under a term that
is not coerced becomes a value object whatever it says (JSON-LD 1.1 API, section 5.3), so it can be put in
afterwards: a block is expanded with its texts left out, once for each form that blocks have, and each block's
own texts fill the result.

A block that is no JSON-LD, or holds what RDF cannot, is read without the values that are wrong.
"""

from __future__ import annotations

import json
import warnings
from ast import literal_eval
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple
from urllib.parse import urljoin

from pyld import jsonld

from pfocr_ld.errors import RecordError
from pfocr_ld.mapping.block_nodes import NodeReader
from pfocr_ld.mapping.block_sieve import RefusedContext, Sieve
from pfocr_ld.model import is_no_value
from pfocr_ld.schema_context import CONTEXT_URLS, schema_context
from pfocr_ld.terms import Term, Triple, foreign_iri, iri, literal, literals, text_of
from pfocr_ld.vocabulary import CC0, FIGURES

PLACEHOLDER_LICENSE = "CC0"
PLACEHOLDER_NAME = "CreativeWork"

# What stands in a block's form for its page and its texts.
_PLACE = "https://pfocr.invalid/"
_SUBJECT = _PLACE + "subject"
_PLACEHOLDER = "\0text of "
_PLACEHOLDER_IN_FORM = repr(_PLACEHOLDER)[1:-1]
_LONGEST_FORM = 10_000  # letters of a form that another block may have, too; real ones have 300
_FOLDER = FIGURES.removesuffix("/")
_BASE = FIGURES + "pfocr-ld.invalid.html"


class MappedBlock(NamedTuple):
    """What a block says of its record, and what of it could not be said."""

    own: Sequence[tuple[Term, Term]]
    """What it says of the record: predicates and objects."""
    others: Sequence[Triple]
    """What it says of other nodes."""
    is_complete: bool
    """Whether these say all of it."""
    block_id: str
    """What it calls itself, where that is not the record's page."""
    problems: tuple[str, ...]
    """What is wrong with it, for people."""
    repaired: tuple[str, ...]


class _Said(NamedTuple):
    """What a block says: triples, its name where that is not the page, the nodes it has no say in, and all
    that it names.
    """

    triples: list[Triple]
    is_complete: bool
    called: str
    left_out: tuple[str, ...]
    nodes: frozenset[Term]
    used_labels: bool


class _RefusedDocument(Exception):
    """A context other than schema.org's was asked for."""


def _load_document(url: str, _options: object) -> dict[str, Any]:
    """Stand in for the network: the bundled context, or nothing."""
    if url not in CONTEXT_URLS:
        raise _RefusedDocument(url)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": schema_context()},
    }


def read_block(block: Mapping[str, Any], page: str, title: str, repair: bool) -> MappedBlock:
    """Return the triples of a record's block.

    :param page: the IRI of the figure's page: what the block describes, and what
        relative IRIs are relative to.
    :param title: the figure's title, which replaces the placeholder name.
    :param repair: whether placeholders are replaced (data model, section 3).
    :raises RecordError: the block has no context that could be used.
    """
    repaired = []
    block = _drop_no_values(block)
    if repair:
        if block.get("license") == PLACEHOLDER_LICENSE:
            block = {**block, "license": CC0}
            repaired.append("license")
        if title and block.get("name") == PLACEHOLDER_NAME:
            block = {**block, "name": title}
            repaired.append("name")
    form, texts = _take_texts(block, page)
    written = repr(form)  # half of the work of JSON's encoder
    subject = iri(page)
    # One that names its page again has no form that another has.
    is_shared = form and len(written) < _LONGEST_FORM and page not in written
    template = _template_of(written) if is_shared else None
    if template is not None and subject not in template.nodes:
        own, others = template.fill(subject, texts)
        return MappedBlock(own, others, template.is_complete, "", template.problems, tuple(repaired))
    block_id = _block_id(block, page)
    said, dropped = _read_leniently({**block, "@id": page} if "@id" in block else block, page)
    block_id = block_id or said.called
    problems = (*_problems_of(said, block_id), *dropped)
    own = [triple[1:] for triple in said.triples if triple[0] == subject]
    others = [triple for triple in said.triples if triple[0] != subject]
    is_complete = said.is_complete and not dropped
    return MappedBlock(own, others, is_complete, block_id, problems, tuple(repaired))


def _problems_of(said: _Said, block_id: str) -> tuple[str, ...]:
    problems = []
    if block_id:
        problems.append(f"the schema-jsonld block calls itself {block_id!r}, which is not the figure's page")
    if said.left_out:
        nodes = ", ".join(said.left_out)
        problems.append(
            f"the schema-jsonld block speaks of {nodes}, which is not for this record to describe"
        )
    return tuple(problems)


def _block_id(block: Mapping[str, Any], page: str) -> str:
    """Return the block's ``@id`` where it is not the record's page, however that is written."""
    identifier = block.get("@id", page)
    if identifier == page:
        return ""
    if not isinstance(identifier, str):
        return json.dumps(identifier, ensure_ascii=False, sort_keys=True)
    try:
        return "" if foreign_iri(urljoin(page, identifier)) == iri(page) else identifier
    except ValueError:
        return identifier


def _drop_no_values(part: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what stands for "no value", as a field or as an item of a list (data model, section 1)."""
    kept: dict[str, Any] = {}
    for key, value in part.items():
        if key[:1] == "@" or (type(value) is str and value):
            kept[key] = value
        elif isinstance(value, list):
            if set(map(type, value)) == {str} and "" not in value:  # as nearly all
                kept[key] = value
                continue
            kept[key] = [_drop_in_node(item) for item in value if not is_no_value(item)]
        elif not is_no_value(value):
            kept[key] = _drop_in_node(value)
    return kept


def _drop_in_node(value: Any) -> Any:
    return _drop_no_values(value) if isinstance(value, dict) else value


def _take_texts(block: Mapping[str, Any], page: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Split a block into its form and the texts that can be put into the expanded form afterwards.

    :return: the block with a placeholder for each text, and the texts by key; nothing where the block's
        context, its ``@id`` or the folder of its page makes it one of a kind.
    """
    context = block.get("@context")
    if not (isinstance(context, str) and context in CONTEXT_URLS) or block.get("@id") != page:
        return {}, {}
    if page.rpartition("/")[0] != _FOLDER:
        return {}, {}
    form: dict[str, Any] = {}
    texts: dict[str, list[str]] = {}
    coerced = schema_context()
    for key, value in block.items():
        values = value if isinstance(value, list) else [value]
        if key == "@id":
            form[key] = _SUBJECT
        elif key[:1] == "@" or ":" in key or key in coerced or set(map(type, values)) != {str}:
            form[key] = value
        else:
            form[key], texts[key] = _PLACEHOLDER + key, values
    return form, texts


class _Template(NamedTuple):
    """What blocks of one form say."""

    own: list[tuple[Term, Term, str | None]]
    """Of the record: predicate, object, and the key (any text) of the texts that stand for the object; None
    where it stands for itself.
    """
    others: list[Triple]
    is_complete: bool
    problems: tuple[str, ...]
    nodes: frozenset[Term]
    """What they name: to a page that is among them they say something else."""

    def fill(
        self, subject: Term, texts: Mapping[str, list[str]]
    ) -> tuple[list[tuple[Term, Term]], list[Triple]]:
        """Return what a block says of the record, and of other nodes."""
        place = iri(_SUBJECT)
        own: list[tuple[Term, Term]] = []
        for predicate, value, key in self.own:
            if key is None:
                own.append((predicate, subject if value == place else value))
            else:
                own += zip(repeat(predicate), literals(texts[key]))
        return own, [(s, p, subject if value == place else value) for s, p, value in self.others]


@lru_cache(maxsize=256)
def _template_of(form: str) -> _Template | None:
    """Return what a block's form says; None where it depends on the block's address, or is wrong.

    :param form: the form as Python writes it.
    """
    block = literal_eval(form)
    holes = [key for key, value in block.items() if value == _PLACEHOLDER + key]
    if form.count(_PLACE) != 1 or form.count(_PLACEHOLDER_IN_FORM) != len(holes):  # a value looks like them
        return None
    try:
        said = _read(block, _SUBJECT, _BASE)
    except (RecordError, ValueError):
        return None
    if said.used_labels or any(_BASE in node for node in said.nodes):
        return None
    place, start = iri(_SUBJECT), literal(_PLACEHOLDER)[:-1]
    own = [
        (predicate, value, text_of(value).removeprefix(_PLACEHOLDER) if value.startswith(start) else None)
        for subject, predicate, value in said.triples
        if subject == place
    ]
    others = [triple for triple in said.triples if triple[0] != place]
    return _Template(own, others, said.is_complete, _problems_of(said, ""), said.nodes)


def _read_leniently(block: dict[str, Any], page: str) -> tuple[_Said, tuple[str, ...]]:
    """Read a block, without the values that are wrong.

    :return: what it says, and a line for each value that was left out.
    :raises RecordError: it is not the values that are wrong.
    """
    try:
        return _read(block, page, page), ()
    except RefusedContext:
        raise
    except (RecordError, ValueError):
        frame: dict[str, Any] = {key: block[key] for key in ("@context", "@id") if key in block}
        said = _read(frame, page, page)  # or there is nothing to be done
        sieve = Sieve(lambda trial: _read(trial, page, page))
        kept = sieve.keep(frame, block)
        return (_read(kept, page, page) if kept != frame else said), tuple(sieve.dropped)


def _read(block: Mapping[str, Any], page: str, base: str) -> _Said:
    """Return what a block says.

    :raises RecordError: it is no JSON-LD.
    :raises ValueError: it holds what RDF cannot.
    """
    if "@context" not in block:
        raise RecordError("the schema-jsonld block has no @context")
    dropped: list[str | None] = []
    options = {"base": base, "documentLoader": _load_document}
    reader = NodeReader(page)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # what looks like a keyword would be ignored
            nodes: list[Any] = jsonld.expand(dict(block), options, on_property_dropped=dropped.append)
    except _RefusedDocument as error:
        raise _refusal(error) from error
    except jsonld.JsonLdError as error:
        raise _json_ld_error(error) from error
    except (TypeError, AttributeError, KeyError, RecursionError, SyntaxWarning) as error:
        # pyld trips over some malformed keywords, such as a text where it expects a mapping.
        raise RecordError(f"the schema-jsonld block is not valid JSON-LD: {error!r}") from error
    called = reader.read(nodes)
    left_out = tuple(reader.left_out)
    is_complete = reader.says_all and not (dropped or left_out or _drops_silently(block))
    return _Said(reader.triples, is_complete, called, left_out, frozenset(reader.nodes), reader.used_labels)


def _drops_silently(part: Any, is_floating: bool = False) -> bool:
    """Return whether expansion drops something of a part of a block and tells nobody: the index of a set, a
    language of no text, or what is a value of nothing (JSON-LD 1.1 API, section 5.1.2).

    :param is_floating: whether the part stands in a graph, and so is a value of nothing if it is no node.
    """
    if isinstance(part, list):
        return any(_drops_silently(item, is_floating) for item in part)
    if not isinstance(part, dict):
        return is_floating
    keys = part.keys()
    if "@index" in keys or keys == {"@language"}:
        return True
    if is_floating and (keys <= {"@id"} or not keys.isdisjoint(("@value", "@list"))):
        return True
    floating = ("@graph", "@set") if is_floating else ("@graph",)
    return any(_drops_silently(value, key in floating) for key, value in part.items())


def _refusal(error: _RefusedDocument) -> RefusedContext:
    return RefusedContext(
        f"the schema-jsonld block asks for the context {error.args[0]!r}; only https://schema.org/ is known, "
        "and nothing is ever fetched"
    )


def _json_ld_error(error: jsonld.JsonLdError) -> RecordError:
    deepest: BaseException = error
    while deepest.__cause__ or getattr(deepest, "cause", None):
        deepest = deepest.__cause__ or deepest.cause  # type: ignore[attr-defined]
        if isinstance(deepest, _RefusedDocument):
            return _refusal(deepest)
    reason = str(getattr(deepest, "message", None) or deepest.args[0]).splitlines()[0].rstrip(".")
    return RecordError(f"the schema-jsonld block is not valid JSON-LD: {reason}")

"""RDF that is nested deeply is refused, before a parser's stack ends and the program with it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pfocr_ld.errors import SourceError
from pfocr_ld.nesting import ShallowJson, ShallowTerms
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

"""RDF that is nested deeply is refused, before a parser's stack ends and the program with it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pfocr_ld.errors import SourceError
from pfocr_ld.nesting import ShallowJson
from pfocr_ld.rdf_files import open_rdf, read_quads

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


def test_brackets_in_texts_are_none(tmp_path: Path) -> None:
    path = tmp_path / "texts.nt"
    path.write_text(f'{TERM}"{"<<( >>" * 500}" .\n')
    assert len(list(read_quads(path))) == 1


texts = some.text(some.sampled_from('[]{}"\\a'), max_size=12)


@given(some.lists(texts, max_size=30), some.integers(1, 20))
def test_any_strings_however_they_are_cut(strings: list[str], size: int) -> None:
    content = json.dumps([*strings, "[" * 300]).encode()
    stream = ShallowJson(io.BytesIO(content))
    assert b"".join(iter(lambda: stream.read(size), b"")) == content
    assert stream._depth == 0

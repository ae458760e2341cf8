"""Whatever is written beside SERVICE, and however, nobody is asked who may not be."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, Store
from support.fuzz_rounds import Rounds
from support.sparql_endpoint import serve_sparql

from pfocr_ld.errors import PfocrError
from pfocr_ld.querying.engine import ask_engine

pytestmark = pytest.mark.slow

NODE = NamedNode("http://here/a")
QUERIES_OF_A_ROUND = 200
PREFIXES = "".join(f"PREFIX {prefix}: <ADDRESS> " for prefix in ("", "a", "service", "a·b", "a.b"))
ASKING = (
    *(
        "SERVICE:b { ?a ?b ?c }",
        "SERVICE <ADDRESS> { ?a ?b ?c }",
        "service:b { ?a ?b ?c }",
        "SERVICE SILENT :b{}",
    ),
    *("SERVICE a:b #\n{ }", "SERVICEa·b:c { ?a ?b ?c }", "SERVICESILENTa.b:c{}", "SERVICE ?z { ?a ?b ?c }"),
)
BEFORE = (
    *(
        "",
        "?s ?p ",
        "?s :p :x",
        "?s :p :x.",
        "?s ?p 1",
        "?s ?p true",
        '?s ?p "x"@en ',
        '?s ?p "x"^^:y',
        "?s :p?",
    ),
    *("?s :p/:p", "?s :p*", "?s :p :b.", "_:b ?p _:c", "{ } UNION ", "OPTIONAL ", "FILTER(true)", "?s ?p :."),
    *("BIND(1 AS ?z)", "VALUES ?z { <ADDRESS> }", "?s ?p ::", "?s ?p a:", "?s ?p a:x.", "?s ?p a:x.y."),
    *("?s ?p a:x.y:z.", "?s ?p a.b:x.", "?s ?p :x.y:", "?s ?p _:b.c.", "?s ?p _:b.", "?s ?p a·b:x.y."),
    *("?s ?p :x\\-", "?s ?p :\\-.", "?s ?p :%41", "?s ?p :%41.x."),
)
PIECES = (
    *(
        "SERVICE",
        "service",
        "SErvice",
        "SILENT",
        "SERVICESILENT",
        "<ADDRESS>",
        ":b",
        "a:b",
        "service:",
        "service:b",
    ),
    *(
        "a·b:c",
        "a.b:",
        "a:x.y",
        ".y",
        "b.c:d",
        "x.y:z",
        ":",
        "::",
        "?x",
        "$x",
        "?",
        ".",
        "-",
        "1",
        "1.5",
        "1e5",
    ),
    *(" ", "\n", "\t", "\x0c", "\xa0", "\u200b", "#x\n", "#\r", "true", '"s"', "'service'", '"""SERVICE""'),
    *(
        '"""',
        "'",
        '"',
        "\\u0053",
        "\\U00000053",
        "\\u0022",
        "\\",
        "\\-",
        "%41",
        "%4",
        "·",
        "é",
        "ſ",
        "_:b",
        "_",
    ),
    *(
        "@en",
        "^^",
        "{ }",
        "{ ?a ?b ?c }",
        "{",
        "}",
        "(",
        ")",
        ";",
        ",",
        "<<",
        ">>",
        "<",
        ">",
        "|",
        "/",
        "*",
        "+",
    ),
    *(
        "!",
        "^",
        "=",
        "OPTIONAL {",
        "UNION",
        "FILTER",
        "EXISTS {",
        "GRAPH ?g {",
        "SELECT * {",
        "?s ?p ?o",
        "?s a",
    ),
)


def make_query(random: Random) -> str:
    """Return something like a query that asks a service at ADDRESS."""
    asking = random.choice(ASKING)
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        place = random.randint(0, len(asking))
        asking = asking[:place] + random.choice(PIECES) + asking[place:]
    before = random.choice(BEFORE) + "".join(random.choices(PIECES, k=random.choice([0, 0, 0, 1, 2])))
    after = random.choice([*PIECES, *[""] * len(PIECES)])
    return f"{PREFIXES}SELECT * {{ {before}{asking}{after} }}"


def test_nobody_is_asked(rounds: Rounds) -> None:
    with serve_sparql(Store()) as there:
        here = Store()
        for name in ("", "x", "b", "x.y"):
            here.add(Quad(NODE, NamedNode(f"{there.url}p"), NamedNode(there.url + name)))
        for value in (Literal(1), Literal(True), Literal("x", language="en")):
            here.add(Quad(NODE, NamedNode(f"{there.url}p"), value))
        for random in rounds():
            for _ in range(QUERIES_OF_A_ROUND):
                query = make_query(random).replace("ADDRESS", there.url)
                print(repr(query))
                with suppress(SyntaxError, PfocrError):
                    results = ask_engine(query, here)
                    assert not isinstance(results, QueryBoolean)
                    list(results)
                assert there.asked == []

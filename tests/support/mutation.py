"""Spoils texts and bytes for fuzzing: what a disk, a transfer, an editor or an enemy does to a file."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

HOSTILE = [
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\r",
        b"\r\n",
        b"\t",
        b"\x1f",
        b"\x85",
    ),
    *(
        b"---\n",
        b"\n---\n",
        b"...\n",
        b"\n---z: 1\n",
        b"%TAG ! x:\n",
        b"&a ",
        b"*a",
        b"<<: *a\n",
        b"!!binary ",
        b"! x",
    ),
    *(
        b"- " * 300,
        b"-  " * 990,
        b"[" * 2000,
        b"{a: " * 990,
        b"? " * 500,
        b"|\n",
        b">-9\n",
        b"''",
        b'"',
        b"'",
        b"#",
    ),
    *(
        b"~",
        b"null",
        b".na",
        b".na.character",
        b"NaN",
        b"1e999",
        b"-0",
        b"0x1F",
        b"1_0",
        b"on",
        b"2020-01-01",
    ),
    *(
        b"<",
        b">",
        b"<<( ",
        b" )>>",
        b'"^^<',
        b'"@en_US',
        b"\\u0000",
        b"\\uD800",
        b"\\U00110000",
        b"_:b",
        b"_:",
    ),
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"]]>", b"<?", b"@prefix : <x> .", b"PREFIX ", b"GRAPH "),
    *(
        b"https://pfocr.invalid/",
        b"javascript:a",
        b"doi:10.1/a",
        b"@type",
        b"@id",
        b"@context",
        b"../" * 9,
        b"%2F",
        b" ",
    ),
    *(
        b"=cmd|'/c'!A1",
        b"\x1b[31m",
        "\u202e".encode(),
        "\u2028".encode(),
        "e\u0301".encode(),
        "\U0001f600".encode(),
    ),
]
"""What has been misread somewhere, by one tool or another."""


def mutate(data: bytes, random: Random) -> bytes:
    """Return ``data`` with one to four changes."""
    for _ in range(random.choice([1, 1, 1, 2, 3, 4])):
        data = random.choice(_CHANGES)(data, random)
    return data


def _flip(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data) or 1)
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


def _insert(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data) + 1)
    return data[:place] + random.choice(HOSTILE) + data[place:]


def _replace_word(data: bytes, random: Random) -> bytes:
    words = data.split(b" ")
    words[random.randrange(len(words))] = random.choice([*HOSTILE, b"", random.choice(words)])
    return b" ".join(words)


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _drop(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start + random.choice([1, 2, 16, 512]) :]


def _repeat(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    piece = data[start : start + random.choice([1, 16, 512])]
    return data[:start] + piece * random.choice([2, 3, 50]) + data[start:]


def _change_lines(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    here, there = random.randrange(len(lines)), random.randrange(len(lines))
    how = random.randrange(3)
    if how == 0:
        lines[here], lines[there] = lines[there], lines[here]
    elif how == 1:
        lines.insert(here, lines[there])
    else:
        del lines[here]
    return b"".join(lines)


_CHANGES: list[Callable[[bytes, Random], bytes]] = [
    *(_flip, _insert, _insert, _replace_word, _replace_word),
    *(_cut, _drop, _repeat, _change_lines, _change_lines),
]

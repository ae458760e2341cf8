"""What stands between the writing of results and the file or terminal that gets them."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from pyoxigraph import Triple

from pfocr_ld.errors import OutputError, RecordError, printable
from pfocr_ld.writing.rdf_xml import check_property

# XML 1.0, section 2.2: what no document may hold, not even escaped; in UTF-8.
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# A cell, quoted or not, that spreadsheets take for a formula; a number is none, but what only begins with one
# is (-2+3).
_NUMBER = rb"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_FORMULA = re.compile(rb'(?:^|[,\t])"?(?:[=@]|[+-](?!' + _NUMBER + rb'"?(?:[,\t\r]|$)))', re.MULTILINE)


class Between(io.RawIOBase):
    """Passes bytes on."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # any bytes will do
        self._pass_on(bytes(data))
        return len(data)

    def _pass_on(self, data: bytes) -> None:
        self._stream.write(data)


class Measured(Between):
    """Counts the bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.length = 0

    def _pass_on(self, data: bytes) -> None:
        self.length += len(data)
        self._stream.write(data)


class XmlText(Between):
    """XML as every parser reads it: a carriage return is escaped, since a parser makes a
    line feed of it otherwise.

    :raises OutputError: on writing what XML cannot hold.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._end = b""

    def _pass_on(self, data: bytes) -> None:
        found = _NOT_XML.search(self._end + data)
        if found:
            character = found.group().decode()
            raise OutputError(
                f"XML cannot hold the character U+{ord(character):04X}, which a value has: use another format"
            )
        self._end = (self._end + data)[-2:]
        self._stream.write(data.replace(b"\r", b"&#13;"))


def xml_triples(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield triples that RDF/XML has a way to write.

    :raises OutputError: there is one with a property that is the name of no element.
    """
    for triple in triples:
        try:
            check_property(str(triple.predicate))
        except RecordError as error:
            raise OutputError(error.reason) from error
        yield triple


class FormulaCount(Between):
    """Counts the cells of CSV, TSV or GMT that a spreadsheet takes for formulas (CWE-1236)."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._line = b""
        self.count = 0

    def _pass_on(self, data: bytes) -> None:
        lines, feed, rest = (self._line + data).rpartition(b"\n")
        if feed:
            self.count += len(_FORMULA.findall(lines))
            self._line = rest
        else:
            self._line += data
        self._stream.write(data)


def notify_of_formulas(count: int, notify: Callable[[str], None] | None) -> None:
    """Say that cells look like formulas: they stay as they are, since what reads the
    file may want them whole.
    """
    if count and notify:
        cells = "1 cell begins" if count == 1 else f"{count} cells begin"
        notify(f"{cells} with =, +, - or @: a spreadsheet would run that, so import the columns as text.")


class TerminalText(Between):
    """Text for a terminal: what it would obey instead of showing is written as an escape (``\\x1b``)."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def _pass_on(self, data: bytes) -> None:
        text = self._held + self._decoder.decode(data)
        self._held = "\r" if text.endswith("\r") else ""  # half of the end of a line of CSV, perhaps
        text = text[: len(text) - len(self._held)].replace("\r\n", "\n")
        parts = re.split(r"([\n\t])", text)
        self._stream.write("".join(part if part in "\n\t" else printable(part) for part in parts).encode())

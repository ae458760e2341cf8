"""The fields of a record by name and shape: texts, lists of texts, identifiers, organisms.

What is taken is gone; whatever has another shape than the model knows stays for the unknown fields (data
model, sections 1 and 3).
"""

from __future__ import annotations

from typing import Any

from pfocr_ld.curies import bare_doi
from pfocr_ld.errors import RecordError
from pfocr_ld.model import BLOCK, NO_VALUES, Annotation, NoValue, is_no_value
from pfocr_ld.reading.front_matter import FrontMatter
from pfocr_ld.reading.identifiers import IdentifierTest, is_pmcid

_ANNOTATION_CELLS = ("type", "value", "id")
_BETWEEN_ORGANISMS = ", "
_OF_THE_TEMPLATE = {"seo": "CreativeWork"}
"""A setting of PFOCR's site that stands in every record and says nothing of the figure."""


def read_block_fields(front: FrontMatter) -> tuple[str, dict[str, Any]]:
    """Return a record's figid and block.

    :raises RecordError: one of them is missing or of the wrong shape.
    """
    figid = front.fields.get("figid")
    if not isinstance(figid, str) or is_no_value(figid):
        raise RecordError("no figid", line=front.lines.get("figid", 1))
    block = front.fields.get(BLOCK)
    if isinstance(block, list) and len(block) == 1:  # as the first records had it
        block = block[0]
    if not isinstance(block, dict):
        missing = block is None or is_no_value(block)
        reason = f"no {BLOCK} block" if missing else f"{BLOCK} is not an object"
        raise RecordError(reason, line=front.lines.get(BLOCK, 1))
    return figid, block


class Fields:
    """What is left of a record's fields."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = dict(fields)
        self.kept: list[tuple[str, str]] = []
        """Fields whose text the values that were taken do not give back."""
        self.invalid: dict[str, int] = {}
        """Fields of identifiers → how often something else stands there."""

    def take(self, name: str) -> Any:
        """Take a field of any shape; the empty text where there is none."""
        return self._fields.pop(name, "")

    def unknown(self) -> tuple[tuple[str, Any], ...]:
        """Return the fields that are left and have a value."""
        return tuple(
            (name, value)
            for name, value in self._fields.items()
            if value and not is_no_value(value) and _OF_THE_TEMPLATE.get(name) != value
        )

    def text(self, name: str) -> str:
        """Take a text."""
        value = self._fields.get(name, "")
        if type(value) is str:
            self._fields.pop(name, None)
            return value
        if type(value) is NoValue:
            del self._fields[name]
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a text or a list of texts, each once."""
        value = self._fields.get(name, "")
        if isinstance(value, str):
            self._fields.pop(name, None)
            return () if is_no_value(value) else (value,)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return ()
        del self._fields[name]
        return tuple(dict.fromkeys([item for item in value if not is_no_value(item)]))

    def identifiers(self, name: str, is_valid: IdentifierTest) -> tuple[str, ...]:
        """Take a field's identifiers; what is none is kept as it stands."""
        texts = self.texts(name)
        invalid = [text for text in texts if not is_valid(text)]
        if not invalid:
            return texts
        self.kept += [(name, text) for text in invalid]
        self.invalid[name] = len(invalid)
        return tuple(text for text in texts if text not in invalid)

    def pmcid(self) -> str:
        """Take the PMC id of the paper."""
        return self._identifier_of_paper("pmcid", is_pmcid)

    def doi(self) -> str:
        """Take the DOI of the paper, as it is written there."""
        return self._identifier_of_paper("doi", bare_doi)

    def _identifier_of_paper(self, name: str, is_valid: IdentifierTest) -> str:
        """Take a field's identifier; of several none, since a figure is from one paper."""
        ids = self.identifiers(name, is_valid)
        if len(ids) < 2:
            return "".join(ids)
        self.kept += [(name, text) for text in ids]
        self.invalid[name] = self.invalid.get(name, 0) + len(ids)
        return ""

    def organisms(self, name: str, placeholders: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Take a field's names of organisms; where a text holds several, the whole field
        is kept as it stands, too.
        """
        texts = tuple([text for text in self.texts(name) if text not in placeholders])
        if _BETWEEN_ORGANISMS not in "\n".join(texts) and texts == tuple(map(str.strip, texts)):
            return texts  # as nearly always
        named: dict[str, None] = {}
        for text in texts:
            parts = [part.strip() for part in text.split(_BETWEEN_ORGANISMS)]
            joined = len(parts) > 1
            named.update(dict.fromkeys(part for part in parts if part and not (joined and part in NO_VALUES)))
        for placeholder in placeholders:
            named.pop(placeholder, None)
        if tuple(named) != texts:
            self.kept += [(name, text) for text in texts]
        return tuple(named)

    def annotations(self) -> tuple[Annotation, ...]:
        """Take the annotations; none where they have a shape that the model does not know."""
        items = self._fields.get("annotations", "")
        if not isinstance(items, list) or not all(is_no_value(item) or _is_row(item) for item in items):
            return ()
        del self._fields["annotations"]
        rows = [item for item in items if not is_no_value(item)]
        return tuple(dict.fromkeys(filter(any, map(_read_annotation, rows))))


def _is_row(item: Any) -> bool:
    return isinstance(item, dict) and all(isinstance(cell, str) for cell in item.values())


def _read_annotation(row: dict[str, str]) -> Annotation:
    cells = {key: cell for key, cell in row.items() if not is_no_value(cell)}
    extra = tuple(sorted((key, cell) for key, cell in cells.items() if key not in _ANNOTATION_CELLS))
    kind, value, identifier = (cells.get(name, "") for name in _ANNOTATION_CELLS)
    return Annotation(kind, value, identifier, extra)

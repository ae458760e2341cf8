"""What was read, written, repaired and rejected; the totals reconcile (data model, section 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pfocr_ld.errors import MissingFile, RecordError

MENTION_KINDS = ("gene", "chemical", "disease")
_ODDITIES = ("unknown_fields", "unknown_columns", "invalid_identifiers", "unknown_lexicons")


@dataclass
class MentionCounts:
    """The rows of one kind that were read, the nodes they became, and how many of these name no entity."""

    rows: int = 0
    nodes: int = 0
    without_entity: int = 0


@dataclass
class Report:
    """The report of an export; parts of it are made by the workers and added up."""

    read: int = 0
    exported: int = 0
    rejected: list[RecordError] = field(default_factory=list)
    mentions: dict[str, MentionCounts] = field(
        default_factory=lambda: {kind: MentionCounts() for kind in MENTION_KINDS}
    )
    triples: int = 0
    repairs: dict[str, int] = field(default_factory=lambda: {"license": 0, "name": 0})
    unknown_fields: dict[str, int] = field(default_factory=dict)
    unknown_columns: dict[str, int] = field(default_factory=dict)
    """Columns of tables and lists → how many rows have a value there."""
    invalid_identifiers: dict[str, int] = field(default_factory=dict)
    """Columns and fields of identifiers → how often something else stands there."""
    unknown_lexicons: dict[str, int] = field(default_factory=dict)
    warnings: list[RecordError] = field(default_factory=list)

    def __repr__(self) -> str:
        counts = f"{self.exported:,} of {self.read:,} records, {self.triples:,} triples"
        return f"<Report: {counts}, {len(self.rejected)} rejected>"

    def add(self, other: Report) -> None:
        """Add the report of another part of the same export."""
        self.read += other.read
        self.exported += other.exported
        self.triples += other.triples
        self.rejected += other.rejected
        self.warnings += other.warnings
        for kind, counts in other.mentions.items():
            mine = self.mentions[kind]
            mine.rows += counts.rows
            mine.nodes += counts.nodes
            mine.without_entity += counts.without_entity
        for name in ("repairs", *_ODDITIES):
            add_counts(getattr(self, name), getattr(other, name))

    def reject(self, error: RecordError) -> None:
        """Take a record that cannot be exported."""
        self.rejected.append(error)

    @property
    def missing(self) -> list[RecordError]:
        """The rejections over files that have gone since the export began."""
        return [error for error in self.rejected if isinstance(error, MissingFile)]

    def counts(self) -> tuple[Any, ...]:
        """Return the counts as plain data; the records that were rejected are no part of them."""
        mentions = tuple((kind, tuple(vars(counts).values())) for kind, counts in self.mentions.items())
        odd = (getattr(self, name) for name in _ODDITIES)
        return self.read, self.exported, self.triples, mentions, self.repairs, *odd

    @classmethod
    def from_counts(cls, counts: tuple[Any, ...]) -> Report:
        """Return the report that :meth:`counts` was asked of."""
        read, exported, triples, mentions, repairs, *odd = counts
        by_kind = {kind: MentionCounts(*numbers) for kind, numbers in mentions}
        return cls(read, exported, [], by_kind, triples, dict(repairs), *odd)

    def as_json(self) -> str:
        """Return the report as JSON text: the same for the same source."""
        content: dict[str, Any] = {
            "records": {"read": self.read, "exported": self.exported, "rejected": len(self.rejected)},
            "rejected": [_as_object(error) for error in self.rejected],
            "mentions": {kind: vars(counts) for kind, counts in self.mentions.items()},
            "triples": self.triples,
            "repairs": self.repairs,
            **{name: dict(sorted(getattr(self, name).items())) for name in _ODDITIES},
            "warnings": [_as_object(error) for error in self.warnings],
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def add_counts(totals: dict[str, int], counts: Mapping[str, int]) -> None:
    """Add counts by name to totals."""
    for name, count in counts.items():
        totals[name] = totals.get(name, 0) + count


def _as_object(error: RecordError) -> dict[str, Any]:
    return {"file": error.file, "line": error.line, "reason": error.reason}

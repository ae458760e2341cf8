"""What a validation found."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from pfocr_ld.validating.shapes import Finding, Severity


@dataclass
class FindingGroup:
    """All findings with one message."""

    count: int = 0
    examples: list[Finding] = field(default_factory=list)
    """The first of them."""


@dataclass
class ValidationReport:
    """What a validation found; a message and its severity belong to one rule of the shapes."""

    figures: int = 0
    triples: int = 0
    kinds: dict[tuple[Severity, str], FindingGroup] = field(default_factory=dict)
    examples: int = 10
    """How many findings of a kind are kept."""

    def __repr__(self) -> str:
        counts = f"{self.count('violation'):,} violations, {self.count('warning'):,} warnings"
        return f"<ValidationReport: {counts} in {self.figures:,} figures>"

    def count(self, severity: Severity) -> int:
        """Return the number of violations or warnings."""
        return sum(kind.count for (level, _), kind in self.kinds.items() if level == severity)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it if it is among the first of its kind."""
        kind = self.kinds.setdefault((finding.severity, finding.message), FindingGroup())
        kind.count += 1
        if len(kind.examples) < self.examples:
            kind.examples.append(finding)

    def as_json(self) -> str:
        """Return the report for programs: the counts, and each kind of finding with its first examples."""
        kinds = [
            {
                "severity": severity,
                "message": message,
                "count": kind.count,
                "examples": [{"focus": one.focus.strip("<>"), "value": one.value} for one in kind.examples],
            }
            for (severity, message), kind in sorted(self.kinds.items())
        ]
        counts = {"violations": self.count("violation"), "warnings": self.count("warning")}
        document = {"figures": self.figures, "triples": self.triples, **counts, "findings": kinds}
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    def merge(self, other: ValidationReport) -> None:
        """Add what was found in the part of a graph that follows."""
        self.figures += other.figures
        self.triples += other.triples
        for key, kind in other.kinds.items():
            mine = self.kinds.setdefault(key, FindingGroup())
            mine.count += kind.count
            mine.examples = (mine.examples + kind.examples)[: self.examples]

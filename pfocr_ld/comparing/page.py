"""A comparison for people (a page, a few lines on a terminal) and for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pfocr_ld.comparing.changes import DIRECTIONS, TIERS, Changes, Comparison, Direction, FigureChange
from pfocr_ld.curies import short_name
from pfocr_ld.markdown import escape_markdown_block

LISTED = 25
"""Items of a list on the page; JSON has all."""

_MEANING = (
    "A mention is *changed* when the same row of the same figure is described otherwise; a figure when "
    "anything "
    "that is said of it or of its mentions differs."
)
_KINDS = ("gene", "chemical", "disease")


def render_json(comparison: Comparison) -> str:
    """Return the comparison as JSON, with every list whole and sorted."""
    changes = comparison.changes
    document = {
        "old": comparison.old,
        "new": comparison.new,
        "statements": _by_direction(changes.statements, ("added", "removed")),
        "figures": {
            "added": _named(changes.figures_added),
            "removed": _named(changes.figures_removed),
            "changed": [_figure(iri, change) for iri, change in changes.figures_changed.items()],
        },
        "papers": {
            "added": _named(changes.papers_added),
            "removed": _named(changes.papers_removed),
            "changed": [
                {"iri": iri, "properties": sorted(properties)}
                for iri, properties in changes.papers_changed.items()
            ],
        },
        "genes": {"appeared": _named(changes.genes_appeared), "vanished": _named(changes.genes_vanished)},
        "mentions": {
            kind: {
                direction: {tier: changes.mentions[kind, direction, tier] for tier in TIERS}
                for direction in DIRECTIONS
            }
            for kind in _KINDS
        },
        "others": [
            {"class": name, **_by_direction({way: changes.others[name, way] for way in DIRECTIONS})}
            for name in sorted({name for name, _ in changes.others})
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def render_text(comparison: Comparison) -> str:
    """Return the counts as a table for a terminal of 80 columns."""
    if comparison.changes.empty:
        return f"{comparison.old} and {comparison.new} say the same.\n"
    rows = [["", *DIRECTIONS], *_count_rows(comparison.changes)]
    lines = [f"From {comparison.old} to {comparison.new}", ""]
    lines += [f"{name:<32}" + "".join(f"{number:>14}" for number in numbers) for name, *numbers in rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def render_markdown(comparison: Comparison) -> str:
    """Return the comparison as a page in Markdown, with lists of at most :data:`LISTED` items."""
    changes = comparison.changes
    old, new = escape_markdown_block(comparison.old), escape_markdown_block(comparison.new)
    lines = [f"# Changes from {old} to {new}", ""]
    if changes.empty:
        return "\n".join([*lines, f"{old} and {new} say the same.", ""])
    lines += ["| | added | removed | changed |", "|---|---:|---:|---:|"]
    lines += [f"| {' | '.join(row)} |" for row in _count_rows(changes)]
    lines += ["", _MEANING]
    lines += _list("Figures added", _links(changes.figures_added))
    lines += _list("Figures removed", _links(changes.figures_removed))
    lines += _list(
        "Figures changed",
        [f"{_link(iri)}: {_tell(change)}" for iri, change in changes.figures_changed.items()],
    )
    lines += _list("Papers added", _links(changes.papers_added))
    lines += _list("Papers removed", _links(changes.papers_removed))
    lines += _list(
        "Papers changed",
        [f"{_link(iri)}: {_tell_properties(names)}" for iri, names in changes.papers_changed.items()],
    )
    lines += _list("Genes that appeared", _links(changes.genes_appeared))
    lines += _list("Genes that vanished", _links(changes.genes_vanished))
    return "\n".join(lines) + "\n"


def _count_rows(changes: Changes) -> list[list[str]]:
    rows: list[tuple[str, list[int]]] = [
        ("figures", _sizes(changes.figures_added, changes.figures_removed, changes.figures_changed)),
        ("papers", _sizes(changes.papers_added, changes.papers_removed, changes.papers_changed)),
        ("genes", _sizes(changes.genes_appeared, changes.genes_vanished)),
    ]
    for kind in _KINDS:
        rows.append((f"{kind} mentions", [changes.count_mentions(kind, way) for way in DIRECTIONS]))
        for tier in TIERS:
            counts = [changes.mentions[kind, way, tier] for way in DIRECTIONS]
            if any(counts):
                rows.append((f"- {tier if tier != 'none' else 'no tier'}", counts))
    rows.extend(
        (short_name(name) or "of no class", [changes.others[name, way] for way in DIRECTIONS])
        for name in sorted({name for name, _ in changes.others})
    )
    rows.append(("statements", [changes.statements["added"], changes.statements["removed"]]))
    return [[name, *(f"{number:,}" for number in counts), *[""] * (3 - len(counts))] for name, counts in rows]


def _sizes(*items: Mapping[str, object]) -> list[int]:
    return [len(each) for each in items]


def _by_direction(
    counts: Mapping[Direction, int], directions: Iterable[Direction] = DIRECTIONS
) -> dict[str, int]:
    return {direction: counts.get(direction, 0) for direction in directions}


def _named(items: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"iri": iri, "name": name} for iri, name in items.items()]


def _figure(iri: str, change: FigureChange) -> dict[str, object]:
    return {
        "iri": iri,
        "mentions": _by_direction(change.mentions),
        "properties": sorted(change.properties),
        "parts": change.parts,
    }


def _list(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    lines = ["", f"## {title}", "", *(f"- {item}" for item in items[:LISTED])]
    if len(items) > LISTED:
        lines += ["", f"and {len(items) - LISTED:,} more, all in `changes.json`"]
    return lines


def _links(items: Mapping[str, str]) -> list[str]:
    return [
        f"{escape_markdown_block(name)} ({_link(iri)})" if name else _link(iri) for iri, name in items.items()
    ]


def _link(iri: str) -> str:
    return f"[{escape_markdown_block(short_name(iri))}](<{iri}>)"


def _tell(change: FigureChange) -> str:
    parts = [
        f"{change.mentions[way]:,} mention{'' if change.mentions[way] == 1 else 's'} {way}"
        for way in DIRECTIONS
        if change.mentions[way]
    ]
    if change.properties:
        parts.append(_tell_properties(change.properties))
    if change.parts:
        parts.append("counts or annotations")
    return ", ".join(parts)


def _tell_properties(properties: Iterable[str]) -> str:
    return ", ".join(f"`{short_name(iri)}`" for iri in sorted(properties))

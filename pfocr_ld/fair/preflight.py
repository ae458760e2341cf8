"""The preflight of a release folder: every rule that can be checked before publication, with its remedy."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from pfocr_ld.checksums import SUMS_NAME
from pfocr_ld.errors import SourceError
from pfocr_ld.fair.checked_release import CheckedRelease, Input, read_release
from pfocr_ld.fair.checks import Rule
from pfocr_ld.fair.fuji_score import BEST, PredictedScore, predict_score
from pfocr_ld.fair.page_rules import ONLY_ONLINE
from pfocr_ld.fair.rules import RULES
from pfocr_ld.release_descriptions import DESCRIPTION_NAME

Status = Literal["pass", "fail", "skip"]

_INDENT = " " * 17
_SHOWN = 3  # problems of one rule: the first tell what it is about

_INPUTS: dict[Input, str] = {
    DESCRIPTION_NAME: f"describe the release in {DESCRIPTION_NAME} (HCLS, VoID, DCAT)",
    "fdp": "describe the release for a FAIR Data Point in fdp/*.ttl",
    "index.html": "make a page with embedded JSON-LD",
    "datacite.json": "describe the release for a DOI in datacite.json (DataCite)",
    "ro-crate-metadata.json": "describe the release in ro-crate-metadata.json (RO-Crate)",
    "tables/croissant.json": "describe the tables in tables/croissant.json (Croissant)",
    SUMS_NAME: f"list the SHA-256 of every file in {SUMS_NAME}",
}


@dataclass(frozen=True)
class RuleOutcome:
    """What became of a rule; ``problems`` tells why it failed or could not be checked."""

    rule: Rule
    status: Status
    problems: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether the release must not be published like this."""
        return self.status == "fail" and self.rule.force.startswith("MUST")


def check_release(folder: Path) -> list[RuleOutcome]:
    """Check a release folder against all rules; nothing is fetched or changed.

    :raises SourceError: there is no such folder, nothing in it, or a file that may not be read.
    """
    try:
        release = read_release(folder)
        findings = [
            _check_input(release, name, remedy)
            for name, remedy in _INPUTS.items()
            if release.should_have(name)
        ]
        return findings + [_check_rule(release, rule) for rule in RULES]
    except OSError as error:
        raise SourceError(f"{error.filename or folder}: cannot be read: {error.strerror or error}") from error


def _check_input(release: CheckedRelease, name: Input, remedy: str) -> RuleOutcome:
    rule = Rule(f"FILES {name}", "MUST", f"{name} is there and can be read", remedy, lambda _: ())
    problem = release.problems.get(name)
    return (
        RuleOutcome(rule, "pass") if problem is None else RuleOutcome(rule, "fail", (f"{name}: {problem}",))
    )


def _check_rule(release: CheckedRelease, rule: Rule) -> RuleOutcome:
    if rule.needs is not None and rule.needs in release.problems:
        return RuleOutcome(rule, "skip", (f"{rule.needs} cannot be used",))
    if rule.part is not None and not rule.part.find(release):
        return RuleOutcome(rule, "skip", (f"no {rule.part.name} is described",))
    problems = tuple(islice(rule.check(release), _SHOWN + 1))
    if len(problems) > _SHOWN:
        problems = (*problems[:_SHOWN], "and more")
    return RuleOutcome(rule, "fail" if problems else "pass", problems)


def render_findings(findings: list[RuleOutcome], failed_only: bool = False) -> str:
    """Return a line a rule, with problems and remedy below those that failed, then the totals."""
    lines = []
    for finding in findings:
        if failed_only and finding.status != "fail":
            continue
        rule = finding.rule
        told = f": {rule.says}" if rule.says else ""
        lines.append(_fill(f"{finding.status:<6}{rule.force:<11}{rule.id}{told}"))
        if finding.status == "fail":
            lines += [_fill(f"{_INDENT}{problem}") for problem in finding.problems]
            lines.append(_fill(f"{_INDENT}remedy: {rule.remedy}"))
    blocking = sum(finding.blocks for finding in findings)
    counts = {status: sum(each.status == status for each in findings) for status in ("pass", "fail", "skip")}
    failed = f"{counts['fail']} failed ({blocking} of them binding)"
    lines += ["", f"{counts['pass']} passed, {failed}, {counts['skip']} could not be checked"]
    lines.append(_fill(f"F-UJI will give {_predict(findings)}, once all can be fetched where it says"))
    lines.append(_fill(f"left for after publication: {', '.join(ONLY_ONLINE)}"))
    return "\n".join(lines).lstrip("\n") + "\n"


def _predict(findings: list[RuleOutcome]) -> PredictedScore:
    return predict_score(finding.rule.id for finding in findings if finding.status == "pass")


def _fill(line: str) -> str:
    return textwrap.fill(
        line, 80, subsequent_indent=_INDENT + "  ", break_long_words=False, break_on_hyphens=False
    )


def render_findings_json(findings: list[RuleOutcome], failed_only: bool = False) -> str:
    """Return the findings for programs: the rules, or those that failed, and what follows from all."""
    score = _predict(findings)
    document = {
        "publishable": not any(finding.blocks for finding in findings),
        "rules": [
            {
                "id": finding.rule.id,
                "force": finding.rule.force,
                "status": finding.status,
                "says": finding.rule.says,
                "problems": list(finding.problems),
                "remedy": finding.rule.remedy,
            }
            for finding in findings
            if finding.status == "fail" or not failed_only
        ],
        "fuji": {"score": score.points, "of": BEST, "lost": score.lost},
        "after_publication": ONLY_ONLINE,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

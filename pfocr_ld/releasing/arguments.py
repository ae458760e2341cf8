"""What a steward says of a release, checked before the work that it would spoil."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from pathlib import Path

from pfocr_ld.curies import bare_doi
from pfocr_ld.errors import OutputError, SourceError
from pfocr_ld.rdf_files import find_dumps
from pfocr_ld.release_descriptions import DESCRIPTION_NAME, read_description
from pfocr_ld.web_addresses import check_web_address

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII).fullmatch
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_BEGINS_WITH_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])").match
_INSTANT = re.compile(r"([0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})").fullmatch
# Of today's DOIs nearly all (Crossref's pattern), and what readers of CITATION.cff and DataCite take for one.
_PLAIN_DOI = re.compile(r"10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]+").fullmatch


def check_version(version: str) -> None:
    """Check that a version can be a part of the release's address.

    :raises OutputError: it cannot, or it begins like a date and is none.
    """
    if not _VERSION(version):
        raise OutputError(f"version {version!r}: use letters, digits, dots, hyphens and underscores")
    match = _BEGINS_WITH_DAY(version)
    if match and not _is_day(match[1]):
        raise OutputError(f"version {version!r}: there is no such day")


def instant_of(moment: str, version: str) -> str:
    """Return when the release counts as made, in UTC: ``2026-11-01T00:00:00Z``.

    :param moment: a date, which means its midnight (UTC), or an instant; where it is
        empty the version counts.
    :raises OutputError: it is neither, or there is no such day or time.
    """
    said = moment or version
    if not moment and not _DAY(version):
        raise OutputError(
            f"version {version!r} is no date, so say when the release counts as made: --date 2026-11-01"
        )
    if _DAY(said) and _is_day(said):
        return f"{said}T00:00:00Z"
    match = _INSTANT(said)
    try:
        if match:
            offset = match[2].replace("Z", "+00:00")
            instant = datetime.fromisoformat(match[1] + offset).astimezone(timezone.utc)
            return f"{instant.replace(tzinfo=None).isoformat()}Z"
    except (ValueError, OverflowError):
        pass
    raise OutputError(f"date {said!r}: give a day, 2026-11-01, or an instant, 2026-11-01T00:00:00Z")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def doi_of(said: str) -> str:
    """Return the DOI of a release without ``https://doi.org/`` or ``doi:``.

    :raises OutputError: it is none, or has characters that not every reader takes.
    """
    doi = bare_doi(said)
    if not _PLAIN_DOI(doi):
        raise OutputError(f"DOI {said!r}: give it as 10.5281/zenodo.1234")
    return doi


def folder_address(base_url: str) -> str:
    """Return a base URL with the ``/`` at its end that the versions are appended to.

    :raises OutputError: it is no plain http or https address, or has a query.
    """
    address = base_url if base_url.endswith("/") else f"{base_url}/"
    check_web_address(address, "base URL")
    if "?" in address:
        raise OutputError(f"the base URL {base_url!r} has a query; give the address of a folder")
    return address


def check_previous(previous: Path, version: str, instant: str) -> None:
    """Check that a folder is an earlier release of another version.

    :param version: of the release to make.
    :param instant: when that one counts as made.
    :raises OutputError: it is not.
    """
    if not (previous / DESCRIPTION_NAME).is_file() or not find_dumps(previous):
        raise OutputError(
            f"--previous {previous}: is no release folder: it has no {DESCRIPTION_NAME} or no dump such as "
            "pfocr.ttl"
        )
    try:
        before = read_description(previous)
    except SourceError as error:
        raise OutputError(f"--previous {previous}: cannot be read as a release: {error}") from error
    if before.version == version:
        raise OutputError(f"--previous {previous}: is version {version} too; a version is released once")
    if before.issued > instant:
        raise OutputError(
            f"--previous {previous}: was made on {before.issued[:10]}, after this one ({instant[:10]})"
        )

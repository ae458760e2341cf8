"""The archives that GitHub serves: the same export as from the folder, and no harm
from hostile or damaged ones.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from support.checkout import block, front_matter

from pfocr_ld.errors import PfocrError, SourceError
from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.exporting.report import Report
from pfocr_ld.reading import archive_members
from pfocr_ld.reading.front_matter import MAX_FILE_BYTES
from pfocr_ld.reading.sources import open_sources
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

TOP = "pfocr-database-main/"
Members = dict[str, bytes]
Member = tarfile.TarInfo | tuple[str, bytes]
Pack = Callable[[Path, Members], Path]


def record(figid: str) -> bytes:
    return front_matter({"figid": figid, "pmcid": "PMC1", "schema-jsonld": block(figid)}).encode()


RECORD = {f"{TOP}_figures/a.md": record("a")}


def read_folder(folder: Path) -> Members:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def pack_zip(folder: Path, members: Members) -> Path:
    path = folder / "database.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def pack_infos(path: Path, members: Iterable[Member]) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return path


def pack_tar(folder: Path, members: Members) -> Path:
    return pack_infos(folder / "database.tar", members.items())


def pack_tar_gz(folder: Path, members: Members) -> Path:
    return pack_infos(folder / "database.tar.gz", members.items())


def export_lines(source: Path, **options: int) -> tuple[list[str], Report]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.nt"
        report = export(source, target, ExportOptions(Style("ntriples"), **options))  # type: ignore[arg-type]
        return target.read_text(encoding="utf-8").splitlines(), report


any_archive = pytest.mark.parametrize("pack", [pack_zip, pack_tar, pack_tar_gz])


@pytest.fixture(scope="module")
def expected(corpus: Path) -> tuple[list[str], Report]:
    return export_lines(corpus)


@any_archive
def test_an_archive_exports_as_its_folder_does(
    corpus: Path, expected: tuple[list[str], Report], tmp_path: Path, pack: Pack
) -> None:
    members = list(read_folder(corpus).items())
    random.Random(1).shuffle(members)
    archive = pack(tmp_path, {TOP + name: content for name, content in members})
    assert export_lines(archive, workers=2, batch_size=20) == expected


def test_reports_differ_in_the_label_only(tmp_path: Path) -> None:
    members = {**RECORD, f"{TOP}_figures/b.md": b"no record"}
    for name, content in members.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    sources = [tmp_path / TOP, pack_zip(tmp_path, members), pack_tar_gz(tmp_path, members)]
    reports = [export_lines(source)[1] for source in sources]
    assert [report.rejected[0].file for report in reports] == [
        f"{path.name}/_figures/b.md" for path in sources
    ]
    assert (
        len({report.as_json().replace(path.name, "") for report, path in zip(reports, sources, strict=True)})
        == 1
    )


@any_archive
@pytest.mark.parametrize(
    ("names", "records"),
    [
        (
            ["_figures/a.md", "_figures/x/b.md", "_figures/_drafts/c.md", "d.md"],
            ["_figures/a.md", "_figures/x/b.md"],
        ),
        (["top/_figures/a.md", "top/old/_figures/b.md"], ["_figures/a.md"]),
        (["top/_figures/a.md", "top/_figures/_figures/b.md"], ["_figures/a.md"]),
        (["top/_figures/a.md", "__MACOSX/top/_figures/._a.md"], ["_figures/a.md"]),
        (["top/a.md", "top/x/b.yaml", "top/.git/c.md"], ["a.md", "x/b.yaml"]),
        (["a.md", "x/b.md"], ["a.md", "x/b.md"]),
        (["x_figures/a.md", "x_figures/b.md"], ["a.md", "b.md"]),
        (["a/b/_figures/a.md", "README.md"], ["_figures/a.md"]),
        (["./_figures/a.md", "./README.md"], ["_figures/a.md"]),
        (["./top/.//_figures/./a.md", "top/./_organisms/x.md"], ["_figures/a.md"]),
    ],
)
def test_the_checkout_is_found_in_the_archive(
    tmp_path: Path, pack: Pack, names: list[str], records: list[str]
) -> None:
    with open_sources([pack(tmp_path, dict.fromkeys(names, b""))]) as (source,):
        assert source.records == records


@any_archive
def test_names_that_begin_with_a_dot_and_slash_are_those_of_the_folder(tmp_path: Path, pack: Pack) -> None:
    """As ``tar czf x.tar.gz .`` writes them."""
    members = {"./_figures/a.md": record("a"), "./_organisms/x.md": b"", "_data/./a-genes.tsv": b"cells"}
    with open_sources([pack(tmp_path, members)]) as (source,):
        assert (source.records, source.organisms) == (["_figures/a.md"], ["_organisms/x.md"])
        assert source.files.read("_figures/a.md") == record("a")
        assert source.files.read("_data/a-genes.tsv") == b"cells"


@any_archive
def test_tables_are_found_beside_records_without_a_checkout(tmp_path: Path, pack: Pack) -> None:
    table = b"word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
    _, report = export_lines(pack(tmp_path, {"top/a.md": record("a"), "top/_data/a-chemicals.tsv": table}))
    assert report.mentions["chemical"].rows == 1


@any_archive
@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["a/_figures/a.md", "b/_figures/a.md"], "holds several checkouts, a/ and b/"),
        (["top/a.csv", "top/_figures/a.tsv"], "no record in it"),
        ([], "no record in it"),
        (["top/../../a.md"], "'top/../../a.md' lies outside the archive"),
        (["top/_figures/a.md", "/etc/a.md"], "'/etc/a.md' lies outside the archive"),
        (["top/_figures/a.md", "top\\..\\a.md"], "lies outside the archive"),
        (["top/_figures/a.md", "C:/a.md"], "'C:/a.md' lies outside the archive"),
        (["top/_figures/a.md", "../README"], "'../README' lies outside the archive"),
    ],
)
def test_an_archive_is_refused(tmp_path: Path, pack: Pack, names: list[str], reason: str) -> None:
    archive = pack(tmp_path, dict.fromkeys(names, b"text"))
    with pytest.raises(SourceError) as error, open_sources([archive]):
        pass
    assert str(error.value).startswith(f"{archive}: ")
    assert reason in str(error.value)


@any_archive
@pytest.mark.parametrize(
    ("limit", "reason"), [("MAX_MEMBERS", "more than 2 members"), ("MAX_TOTAL_BYTES", "unpacks to more than")]
)
def test_the_limits_on_an_archive_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Pack, limit: str, reason: str
) -> None:
    archive = pack(tmp_path, dict.fromkeys(["a.md", "b.md", "c.jpg"], bytes(10_000)))
    monkeypatch.setattr(archive_members, limit, {"MAX_MEMBERS": 3, "MAX_TOTAL_BYTES": 30_000}[limit])
    with open_sources([archive]) as (source,):
        assert source.records == ["a.md", "b.md"]
    monkeypatch.setattr(archive_members, limit, {"MAX_MEMBERS": 2, "MAX_TOTAL_BYTES": 29_999}[limit])
    with pytest.raises(SourceError, match=f"refused: the archive .*{reason}"), open_sources([archive]):
        pass


@any_archive
def test_a_bomb_is_left_out_and_named(tmp_path: Path, pack: Pack) -> None:
    """A record and a table whose bytes, once unpacked, are more than any has; the archive itself is small."""
    bomb = bytes(MAX_FILE_BYTES + 1)
    members = {
        f"{TOP}_figures/bomb.md": bomb,
        f"{TOP}_figures/b.md": record("b"),
        f"{TOP}_data/b-genes.tsv": bomb,
    }
    _, report = export_lines(pack(tmp_path, {**RECORD, **members}))
    reason = "larger than 16 MiB: not a PFOCR record or table"
    assert report.exported == 1
    assert [(Path(str(error.file)).name, error.reason) for error in report.rejected] == [
        ("b-genes.tsv", reason),
        ("bomb.md", reason),
    ]


@any_archive
def test_of_two_members_with_one_name_the_later_counts(tmp_path: Path, pack: Pack) -> None:
    name = f"{TOP}_figures/a.md"
    other = name.replace("a.md", "b.md")
    path = pack(tmp_path, {name: record("early"), other: record("later")})
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(renamed_in_tar(gzip.decompress(path.read_bytes()), other, name)))
    elif path.suffix == ".tar":
        path.write_bytes(renamed_in_tar(path.read_bytes(), other, name))
    else:
        path.write_bytes(path.read_bytes().replace(other.encode(), name.encode()))
    lines, report = export_lines(path)
    assert (report.read, report.exported) == (1, 1)
    assert any("later" in line for line in lines)


@pytest.mark.parametrize("name", ["_figures/a.md", "_data/a-genes.tsv"])
def test_a_damaged_name_in_the_index_of_a_zip(tmp_path: Path, name: str) -> None:
    """It hides the member, since nobody asks for one of that name."""
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{TOP}_figures/b.md", record("b"))
        archive.writestr(f"{TOP}_figures/a.md", record("a"))
        archive.writestr(f"{TOP}_data/a-genes.tsv", "word\n")
    content = bytearray(path.read_bytes())
    content[content.rindex(f"{TOP}{name}".encode()) + len(TOP) + len(name) - 1] ^= 1
    path.write_bytes(content)
    with pytest.raises(SourceError, match=rf"damaged: its index has .* for its member '{TOP}{name}'"):
        export_lines(path)


@pytest.mark.parametrize("ending", [".md", ".png", ".tsv"])
def test_a_name_in_a_zip_that_is_not_in_utf_8_as_it_says(tmp_path: Path, ending: str) -> None:
    """A record of that name is rejected, and no other; a table would be one that nobody asks for."""
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{TOP}_figures/b.md", record("b"))
        archive.writestr(f"{TOP}_figures/\xe9{ending}", record("e"))
        archive.writestr(f"{TOP}_figures/c.md", record("c"))
    path.write_bytes(path.read_bytes().replace("\xe9".encode(), b"\xe9\xe9"))
    if ending == ".tsv":
        with pytest.raises(SourceError, match="a damaged one: 'utf-8' codec"):
            export_lines(path)
        return
    lines, report = export_lines(path)
    assert report.exported == 2 and any("b" in line for line in lines)
    names = [] if ending == ".png" else ["archive.zip/_figures/\u0398\u0398.md"]
    assert [error.file for error in report.rejected] == names
    assert all("utf-8" in error.reason for error in report.rejected)


def renamed_in_tar(data: bytes, old: str, new: str) -> bytes:
    """Rename a member; the checksum is a sum of bytes, and that of its name is one less."""
    header = data.index(old.encode())
    info = tarfile.TarInfo.frombuf(data[header : header + 512], "utf-8", "strict")
    info.name = new
    return data[:header] + info.tobuf() + data[header + 512 :]


@pytest.mark.parametrize("last", ["_figures/a.md", "./_figures/a.md"])
def test_of_two_spellings_of_one_name_the_later_counts(tmp_path: Path, last: str) -> None:
    first = "_figures/a.md" if last.startswith(".") else "./_figures/a.md"
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(first), record("early"))
        archive.writestr(zipfile.ZipInfo(last), record("later"))
    lines, report = export_lines(tmp_path / "x.zip")
    assert (report.read, report.exported) == (1, 1)
    assert any("later" in line for line in lines)


# Tarballs


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE], ids=["symbolic", "hard"])
@pytest.mark.parametrize("outside", ["absolute", "relative"])
def test_links_lead_nowhere_outside(tmp_path: Path, kind: bytes, outside: str) -> None:
    secret = tmp_path / "secret.md"
    secret.write_bytes(record("secret"))
    target = str(secret) if outside == "absolute" else os.path.relpath(secret, tempfile.gettempdir())
    members: list[Member] = [*RECORD.items(), link(f"{TOP}_figures/b.md", target, kind)]
    lines, report = export_lines(pack_infos(tmp_path / "x.tar.gz", members))
    assert [error.file for error in report.rejected] == ["x.tar.gz/_figures/b.md"]
    assert report.exported == 1 and not any("secret" in line for line in lines)


@pytest.mark.parametrize("target", [f"../{TOP}_figures", "nowhere", "/etc"])
def test_a_link_is_no_checkout_beside_one(tmp_path: Path, target: str) -> None:
    members: list[Member] = [*RECORD.items(), link("site/_figures", target, tarfile.SYMTYPE)]
    _, report = export_lines(pack_infos(tmp_path / "x.tar", members))
    assert (report.read, report.exported) == (1, 1)


def test_links_by_many_folders_are_not_followed(tmp_path: Path) -> None:
    path = "a/" * 800 + "../" * 800
    members: list[Member] = [*RECORD.items(), link(f"{TOP}_figures/b.md", f"{path}a.md", tarfile.SYMTYPE)]
    _, report = export_lines(pack_infos(tmp_path / "x.tar", members))
    (rejected,) = report.rejected
    assert rejected.file == "x.tar/_figures/b.md" and "which is no file of the archive" in rejected.reason


def test_a_folder_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    """The classic: a link to a folder, then a member below its name."""
    victim = tmp_path / "victim"
    victim.mkdir()
    members: list[Member] = [
        link(f"{TOP}_figures/x", str(victim), tarfile.SYMTYPE),
        (f"{TOP}_figures/x/b.md", record("b")),
    ]
    _, report = export_lines(pack_infos(tmp_path / "x.tar.gz", members))
    assert report.exported == 1
    assert list(victim.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.LNKTYPE, f"{TOP}a.tsv"),
        (tarfile.SYMTYPE, "../a.tsv"),
        (tarfile.SYMTYPE, ".././_figures/../a.tsv"),
    ],
    ids=["hard", "symbolic", "symbolic and winding"],
)
def test_a_link_inside_is_the_record_that_it_names(tmp_path: Path, kind: bytes, target: str) -> None:
    name = next(iter(RECORD))
    linked: list[Member] = [(f"{TOP}a.tsv", RECORD[name]), link(name, target, kind)]
    expected = export_lines(pack_tar_gz(tmp_path, RECORD))
    assert export_lines(pack_infos(tmp_path / "database.tar.gz", linked)) == expected


def write_linked(root: Path) -> None:
    """Write a checkout with each kind of link in it."""
    database = root / "database"
    for name in ("_figures/a.md", "_figures/b.md.orig", "c.yml", "other/d.bin", "other/not-followed/x.md"):
        (database / name).parent.mkdir(parents=True, exist_ok=True)
        (database / name).write_bytes(record(Path(name).name.partition(".")[0]))
    (database / "tables").mkdir()
    for figid in "abc":
        (database / f"tables/{figid}-chemicals.tsv").write_text(f"word\tmesh\nATP\tmesh:D{ord(figid)}\n")
    (database / "tables/d.rows").write_text("word\tmesh\nATP\tmesh:D1\n")
    (database / "tables/d-chemicals.tsv").symlink_to("d.rows")
    (database / "_data").symlink_to("tables")
    (database / "_figures/b.md").hardlink_to(database / "_figures/b.md.orig")
    for name, text in {
        "c.md": "b.txt.old",
        "b.txt.old": "../links/c",
        "../links": "other/../other",
        "../other/c": "../c.yml",
        "d.md": "../links/d.bin",
        "e.md": "./.././_figures/../other/d.bin",
        "gone.md": "gone-too.md",
        "out.md": "../../../x.md",
        "out-again.md": "out.md",
        "circle.md": "../_figures/circle.md",
        "circle": "circle",
        "folder.md": "../other",
        "not-followed": "../other/not-followed",
        ".hidden": "../other/not-followed",
        "../_organisms": "gone",
    }.items():
        (database / "_figures" / name).symlink_to(text)


def pack_links(root: Path, path: Path, backwards: bool) -> Path:
    names = sorted((each.relative_to(root).as_posix() for each in root.rglob("*")), reverse=backwards)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                if (root / name).is_symlink():
                    linked = zipfile.ZipInfo(name)
                    linked.external_attr = (stat.S_IFLNK | 0o777) << 16
                    archive.writestr(linked, os.readlink(root / name))
                else:
                    archive.write(root / name, name)
    else:
        with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as packed:
            for name in names:
                packed.add(root / name, name, recursive=False)
    return path


@pytest.mark.parametrize("name", ["database.zip", "database.tar", "database.tar.gz"])
@pytest.mark.parametrize("backwards", [False, True])
def test_links_give_what_they_give_in_the_folder(tmp_path: Path, name: str, backwards: bool) -> None:
    """Whatever the order of the members, and whatever the ending of the file that they name."""
    root = tmp_path / "root"
    write_linked(root)
    lines, expected = export_lines(root / "database")
    assert (expected.exported, expected.mentions["chemical"].rows) == (4, 4)
    found, report = export_lines(pack_links(root, tmp_path / name, backwards))
    assert found == lines
    assert [Path(str(error.file)).name for error in report.rejected] == [
        Path(str(error.file)).name for error in expected.rejected
    ]
    assert {error.reason for error in report.rejected} == {
        f"the figid 'd' is that of {name}/_figures/d.md, which counts",
        *(
            f"a link to {text!r}, which is no file of the archive"
            for text in ("../_figures/circle.md", "../other", "gone-too.md", "out.md", "../../../x.md")
        ),
    }
    assert [(Path(str(error.file)).name, error.reason) for error in report.warnings] == [
        ("_organisms", "a link to 'gone', where the archive holds no record or table"),
        ("not-followed", "a symbolic link to a folder, which is not followed"),
    ]


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("links", "exported"),
    [
        pytest.param({"top/_figures": "real/figures", "top/_data": "real"}, ["a"], id="records-and-tables"),
        pytest.param({"top/_figures": "real/figures", "top/_data": "../top/real/"}, ["a"], id="winding"),
        pytest.param(
            {"top/_figures": "more/figures", "top/more": "real", "top/_data": "more"}, ["a"], id="two"
        ),
        pytest.param({"top/_figures": "real/figures", "top/_data": "../../top/real"}, [], id="out"),
        pytest.param({"top/_figures": "real/figures", "top/_data": "/top/real"}, [], id="absolute"),
    ],
)
def test_folders_of_a_checkout_may_be_links(
    tmp_path: Path, name: str, backwards: bool, links: dict[str, str], exported: list[str]
) -> None:
    """A table that is not found is told, and its link is named."""
    root = tmp_path / "root"
    (root / "top/real/figures").mkdir(parents=True)
    (root / "top/real/figures/a.md").write_bytes(record("a"))
    (root / "top/real/a-chemicals.tsv").write_text("word\tmesh\nATP\tmesh:D1\n")
    for link_name, text in links.items():
        (root / link_name).symlink_to(text)
    _, report = export_lines(pack_links(root, tmp_path / name, backwards))
    assert (report.exported, report.mentions["chemical"].rows) == (1, len(exported))
    assert [error.file for error in report.warnings] == ([] if exported else [f"{name}/_data"])


def test_a_file_that_was_packed_twice_is_read(tmp_path: Path) -> None:
    """The second time tar writes a hard link to itself."""
    (name,) = RECORD
    members: list[Member] = [*RECORD.items(), link(name, name, tarfile.LNKTYPE)]
    expected = export_lines(pack_tar(tmp_path, RECORD))
    assert export_lines(pack_infos(tmp_path / "database.tar", members)) == expected


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("is_link_last", [False, True])
def test_of_a_link_and_a_file_with_one_name_the_later_counts(
    tmp_path: Path, kind: bytes, is_link_last: bool
) -> None:
    target = f"{TOP}other.bin"
    both: list[Member] = [
        (f"{TOP}_figures/a.md", record("file")),
        link(f"{TOP}_figures/a.md", "../other.bin" if kind == tarfile.SYMTYPE else target, kind),
    ]
    members: list[Member] = [(target, record("other")), *(both if is_link_last else both[::-1])]
    lines, report = export_lines(pack_infos(tmp_path / "x.tar", members))
    assert report.exported == 1
    assert any("other" in line for line in lines) == is_link_last


def zip_with_link(path: Path, members: Members, name: str, target: str) -> Path:
    link_in_zip = zipfile.ZipInfo(name)
    link_in_zip.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(link_in_zip, target)
    return path


def test_a_link_inside_a_zip_is_the_record_that_it_names(tmp_path: Path) -> None:
    name = next(iter(RECORD))
    expected = export_lines(pack_zip(tmp_path, RECORD))
    linked = zip_with_link(tmp_path / "database.zip", {f"{TOP}a.tsv": RECORD[name]}, name, "../a.tsv")
    assert export_lines(linked) == expected


@pytest.mark.parametrize("target", ["/secret.md", "../../secret.md", "b.md", "x" * 5000])
def test_a_link_in_a_zip_that_names_no_member_is_no_record(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.md").write_bytes(record("secret"))
    path = zip_with_link(tmp_path / "x.zip", RECORD, f"{TOP}_figures/b.md", target)
    _, report = export_lines(path)
    assert (report.exported, [error.file for error in report.rejected]) == (1, ["x.zip/_figures/b.md"])
    assert report.rejected[0].reason == f"a link to {target[:200]!r}, which is no file of the archive"


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_are_left_out_and_named(tmp_path: Path, kind: bytes) -> None:
    members: list[Member] = [*RECORD.items(), link(f"{TOP}_figures/b.md", "", kind)]
    _, report = export_lines(pack_infos(tmp_path / "x.tar", members))
    assert (report.exported, [error.file for error in report.rejected]) == (1, ["x.tar/_figures/b.md"])
    assert report.rejected[0].reason == "not a regular file"


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
@pytest.mark.parametrize("size", [2**36, -(2**36), -512])
def test_a_header_of_any_size_does_no_harm(tmp_path: Path, kind: bytes, size: int) -> None:
    """Names and attributes stand before a member, and tarfile by itself would read
    64 GiB of them into memory.
    """
    info = link("x", "", kind)
    info.size = size
    path = tmp_path / "x.tar.gz"
    path.write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10_000)))
    with pytest.raises(SourceError, match="not a tar archive, or a damaged one"), open_sources([path]):
        pass


def test_a_tarball_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    with open_sources([pack_tar_gz(tmp_path, RECORD)]) as (source,):
        assert source.files.read("_figures/a.md") == record("a")
        assert list(spool.iterdir()) == []  # not even while it is read


# Damage


def export_damaged(path: Path, data: bytes) -> str | Report:
    """Export what is left of an archive; only an expected error may come out."""
    path.write_bytes(data)
    try:
        return export_lines(path)[1]
    except PfocrError as error:
        return str(error)


@any_archive
def test_a_cut_archive_is_refused_wherever_it_is_cut(tmp_path: Path, pack: Pack) -> None:
    """Even between two members, where Python's tarfile takes the cut for the end."""
    path = pack(tmp_path, {**RECORD, f"{TOP}_figures/b.md": record("b")})
    data = path.read_bytes()
    end = len(data.rstrip(b"\0")) + 512 if path.suffix == ".tar" else len(data)
    cuts = range(0, end, 512) if path.suffix == ".tar" else range(0, end, 37)
    for cut in cuts:
        assert str(export_damaged(path, data[:cut])).startswith(f"{path}: not a "), cut


@pytest.mark.parametrize("pack", [pack_tar, pack_tar_gz])
def test_joined_tarballs_are_refused_and_not_read_by_half(tmp_path: Path, pack: Pack) -> None:
    path = pack(tmp_path, RECORD)
    data = path.read_bytes()
    expected = f"{path}: another archive follows its end mark: name the two as two sources"
    assert export_damaged(path, data + data) == expected


def test_any_padding_of_a_tarball_will_do(tmp_path: Path) -> None:
    path = pack_tar(tmp_path, RECORD)
    expected = export_lines(path)
    path.write_bytes(path.read_bytes() + bytes(700) + b"padding" * 300)
    assert export_lines(path) == expected


@any_archive
def test_a_damaged_archive_costs_no_more_than_what_is_damaged(tmp_path: Path, pack: Pack) -> None:
    """Whatever byte is wrong: a record that is named, an archive that is refused, or nothing of account."""
    path = pack(tmp_path, {**RECORD, f"{TOP}_figures/b.md": record("b")})
    data = path.read_bytes()
    order = random.Random(1)
    for _ in range(60):
        place = order.randrange(len(data))
        outcome = export_damaged(path, data[:place] + order.randbytes(1) + data[place + 1 :])
        assert isinstance(outcome, str) or outcome.read == outcome.exported + len(outcome.rejected)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
@pytest.mark.parametrize("is_link", [False, True])
def test_a_damaged_member_is_left_out_and_named(tmp_path: Path, method: int, is_link: bool) -> None:
    path, damaged = tmp_path / "x.zip", zipfile.ZipInfo(f"{TOP}_figures/b.md")
    damaged.compress_type = method
    damaged.external_attr = (stat.S_IFLNK if is_link else stat.S_IFREG) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{TOP}_figures/a.md", record("a"))
        archive.writestr(damaged, record("b"))
    data = bytearray(path.read_bytes())
    start = data.rindex(b"PK\x03\x04") + 30 + len(damaged.filename)
    data[start + 9 : start + 29] = bytes(20)  # after the properties of LZMA
    path.write_bytes(data)
    _, report = export_lines(path)
    assert (report.exported, [error.file for error in report.rejected]) == (1, ["x.zip/_figures/b.md"])
    assert report.rejected[0].reason.startswith("cannot be read from the archive: ")


def test_a_member_that_is_cut_off_is_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{TOP}_figures/a.md", record("a"))
        archive.writestr(f"{TOP}_figures/b.md", record("b"))
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):  # its size in the archive, and by itself
        start = data.rindex(mark) + place
        data[start : start + 8] = (100_000).to_bytes(4, "little") * 2
    path.write_bytes(data)
    _, report = export_lines(path)
    assert report.exported == 1
    assert report.rejected[0].reason == "cannot be read from the archive: it ends too early"


def test_an_encrypted_member_is_left_out_and_named(tmp_path: Path) -> None:
    path = pack_zip(tmp_path, {**RECORD, f"{TOP}_figures/b.md": record("b")})
    data = bytearray(path.read_bytes())
    for mark, place in (
        (b"PK\x03\x04", 6),
        (b"PK\x01\x02", 8),
    ):  # the flags of the last member, in both its headers
        data[data.rindex(mark) + place] |= 1
    path.write_bytes(data)
    _, report = export_lines(path)
    assert report.exported == 1
    assert "is encrypted" in report.rejected[0].reason


def test_a_member_larger_than_declared_is_left_out_and_named(tmp_path: Path) -> None:
    """The declared size is what the limit on an archive counts, so nothing beyond it is read."""
    path = pack_zip(tmp_path, {**RECORD, f"{TOP}_figures/b.md": record("b")})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.rindex(mark) + place
        data[start : start + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    _, report = export_lines(path)
    assert report.exported == 1
    assert report.rejected[0].reason.startswith("cannot be read from the archive: Bad CRC-32")


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tgz", "x.tar.gz"])
@pytest.mark.parametrize("content", [b"", b"text", bytes(2000)], ids=["empty", "text", "zeros"])
def test_what_is_no_archive_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    outcome = export_damaged(tmp_path / name, content)
    assert isinstance(outcome, str)
    assert outcome.startswith(f"{tmp_path / name}: ")

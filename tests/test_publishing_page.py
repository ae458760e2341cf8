"""The commands of the page on publishing, against a stand-in for the deposit API of Zenodo."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.places import ROOT

DEPOSITIONS = "/api/deposit/depositions"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(shutil.which(name) for name in ("bash", "curl", "jq", "zip")),
        reason="bash, curl, jq or zip is not installed",
    ),
]


class Zenodo(ThreadingHTTPServer):
    """A draft, 7, of a new record or of a new version of 1234567; what is sent to it is kept."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.sent: dict[str, bytes] = {}

    def answer(self, request: str) -> object:
        """Return the answer to a method and path; None where Zenodo has none (its developers' pages)."""
        draft = f"{self.address}{DEPOSITIONS}/7"
        deposition = {
            "id": 7,
            "links": {
                "self": draft,
                "bucket": f"{self.address}/api/files/b",
                "publish": f"{draft}/actions/publish",
            },
            "metadata": {"prereserve_doi": {"doi": "10.5281/zenodo.7", "recid": 7}},
        }
        if re.fullmatch(r"PUT /api/files/b/[^/]+", request):
            return {}
        return {
            f"POST {DEPOSITIONS}": deposition,
            f"POST {DEPOSITIONS}/1234567/actions/newversion": {
                "id": 1234567,
                "links": {"latest_draft": draft},
            },
            f"GET {DEPOSITIONS}/7": deposition,
            f"GET {DEPOSITIONS}/7/files": [{"id": "old-1"}, {"id": "old-2"}],
            f"DELETE {DEPOSITIONS}/7/files/old-1": {},
            f"DELETE {DEPOSITIONS}/7/files/old-2": {},
            f"PUT {DEPOSITIONS}/7": deposition,
            f"POST {DEPOSITIONS}/7/actions/publish": deposition,
        }.get(request)


class _Handler(BaseHTTPRequestHandler):
    server: Zenodo

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = f"{self.command} {self.path}"
        answer = self.server.answer(request) if self.headers["Authorization"] == "Bearer secret" else None
        self.send_response(404 if answer is None else 200)
        self.end_headers()
        if answer is not None:
            self.server.sent[request] = body
            self.wfile.write(json.dumps(answer).encode() if answer else b"")

    do_GET = do_PUT = do_POST = do_DELETE = _take

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def zenodo() -> Iterator[Zenodo]:
    with Zenodo() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run_page(zenodo: Zenodo, folder: Path, token: str) -> subprocess.CompletedProcess[str]:
    text = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert "https://zenodo.org" in blocks[0]
    script = "".join(blocks).replace("https://zenodo.org", zenodo.address)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "TOKEN": token},
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_commands_reserve_upload_describe_and_publish(zenodo: Zenodo, tmp_path: Path) -> None:
    release = tmp_path / "2026-11-01"
    release.mkdir()
    for name in ("pfocr.nt.gz", "SHA256SUMS", "CHANGES.md"):
        (release / name).write_text(name, encoding="utf-8")
    creators = [
        {"name": "A", "nameIdentifiers": [{"nameIdentifier": "https://orcid.org/0000-0002-1825-0097"}]},
        {"name": "B"},
    ]
    described = {"titles": [{"title": "T"}], "descriptions": [{"description": "D"}], "version": "2026-11-01"}
    (release / "datacite.json").write_text(json.dumps({**described, "creators": creators}), encoding="utf-8")
    done = run_page(zenodo, tmp_path, "secret")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "10.5281/zenodo.7\n" * 2
    files = {request.rpartition("/")[2] for request in zenodo.sent if request.startswith("PUT /api/files/")}
    assert files == {"pfocr-2026-11-01.zip", "pfocr.nt.gz", "SHA256SUMS", "CHANGES.md"}
    assert zenodo.sent["PUT /api/files/b/SHA256SUMS"] == b"SHA256SUMS"
    metadata = json.loads(zenodo.sent[f"PUT {DEPOSITIONS}/7"])["metadata"]
    assert metadata["creators"] == [{"name": "A", "orcid": "0000-0002-1825-0097"}, {"name": "B"}]
    assert (metadata["title"], metadata["version"], metadata["license"]) == ("T", "2026-11-01", "cc-zero")
    assert list(zenodo.sent)[-1] == f"POST {DEPOSITIONS}/7/actions/publish"


def test_a_token_that_is_refused_is_said(zenodo: Zenodo, tmp_path: Path) -> None:
    done = run_page(zenodo, tmp_path, "wrong")
    assert done.returncode != 0
    assert "404" in done.stderr
    assert zenodo.sent == {}

"""The guide from nothing to a server (docs/loading.md): its blocks, run as they stand
there in an empty folder.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from support.places import ROOT
from support.store_servers import PASSWORD, FusekiServer, free_port, store_programs

from pfocr_ld.stores.credentials import PASSWORD_VARIABLE, USER_VARIABLE

_PORTS = ("7878", "3030", "1111", "8890")  # of the guide, which may be taken here


def guide_block(kind: str) -> str:
    text = (ROOT / "docs" / "loading.md").read_text(encoding="utf-8")
    block = re.search(rf"^<!-- tested: {kind} -->\n```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block, f"docs/loading.md has no tested block for {kind}"
    commands = block[1]
    for port in _PORTS:
        commands = re.sub(rf"(?<=[:=]){port}\b", str(free_port()), commands)
    return commands


def test_the_guide_leads_from_nothing_to_an_answer(kind: str, tmp_path: Path) -> None:
    path = [str(Path(sys.executable).parent), str(store_programs() / "oxigraph" / "bin"), os.environ["PATH"]]
    environment = {**os.environ, "PATH": ":".join(path), USER_VARIABLE: "loader", PASSWORD_VARIABLE: PASSWORD}
    if kind == "fuseki":
        jar = FusekiServer._jar()
        (tmp_path / jar.name).symlink_to(jar)
    export: list[str | Path] = ["pfocr-ld", "export", ROOT / "seeds", "-q", "-o", "pfocr.ttl"]
    subprocess.run(export, cwd=tmp_path, env=environment, check=True)
    with (tmp_path / "said").open("w+") as said:
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", guide_block(kind)],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = shell.wait(120)
        finally:
            os.killpg(shell.pid, signal.SIGKILL)
    output = (tmp_path / "said").read_text(errors="replace")
    assert status == 0, output
    assert "is free" in output
    assert re.search(r"holds [\d,]+ triples", output)
    assert "PMC6966445__cancers-11-02002-g001" in output

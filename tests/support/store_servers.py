"""Real stores on loopback: each starts in a folder of its own on a free port, and is killed at the end.

``kill`` ends it as a power cut would (SIGKILL), ``start`` starts it again over the
same data.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

PASSWORD = "se:cret-Ж"
"""Of every account on every server: with a colon and a letter outside Latin-1, as real ones are."""

FUSEKI_VERSION = "5.6.0"  # the last series for Java 17 is 5


def store_programs() -> Path:
    """Return the folder where ``.ci/install-stores`` puts what comes neither from Debian
    nor into the environment.
    """
    default = Path.home() / ".cache" / "pfocr-ld-stores"
    return Path(os.environ.get("PFOCR_LD_STORES", default))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A store that runs on this machine; the subclasses say how."""

    kind: ClassVar[str]
    user: ClassVar[str | None] = None
    reader: ClassVar[str | None] = None
    """An account that may read only."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def installed(cls) -> bool:
        raise NotImplementedError

    @property
    def process_id(self) -> int:
        """That of the running server."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """What a person gives as ``--endpoint``."""
        return self.root

    @property
    def probe(self) -> str:
        return self.root

    @property
    def graph_store(self) -> str:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def prepare(self) -> None:
        """Do what has to be done once, after the first start."""

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        limit = time.monotonic() + 90
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                self.kill()
                raise RuntimeError(f"{self.kind} does not start: {self.log()[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Ask the server to end, and wait for it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._process = None

    def start_again(self) -> None:
        """End the server, whatever it is at, and start it over the same data, without plans of queries."""
        self.kill()
        self.start()

    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.probe, timeout=2):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False


class OxigraphServer(Server):
    kind = "oxigraph"

    @classmethod
    def _program(cls) -> str | None:
        installed = store_programs() / "oxigraph" / "bin" / "oxigraph"
        return str(installed) if installed.exists() else shutil.which("oxigraph")

    @classmethod
    def installed(cls) -> bool:
        return cls._program() is not None

    @property
    def graph_store(self) -> str:
        return f"{self.root}/store"

    def command(self) -> list[str]:
        action = "serve-read-only" if self.read_only else "serve"
        program = self._program() or "oxigraph"
        return [program, action, "--location", str(self.folder / "data"), "--bind", f"127.0.0.1:{self.port}"]

    def bulk_command(self, file: Path, graph: str) -> list[str]:
        location = str(self.folder / "data")
        return [
            self._program() or "oxigraph",
            "load",
            "--location",
            location,
            "--file",
            str(file),
            "--graph",
            graph,
        ]


class FusekiServer(Server):
    kind = "fuseki"
    user = "loader"
    reader = None

    @classmethod
    def _jar(cls) -> Path:
        return store_programs() / f"jena-fuseki-server-{FUSEKI_VERSION}.jar"

    @classmethod
    def installed(cls) -> bool:
        return cls._jar().exists() and shutil.which("java") is not None

    @property
    def endpoint(self) -> str:
        return f"{self.root}/pfocr"

    @property
    def probe(self) -> str:
        return f"{self.root}/$/ping"

    @property
    def graph_store(self) -> str:
        return f"{self.root}/pfocr/data"

    def command(self) -> list[str]:
        (self.folder / "passwords").write_text(f"{self.user}: {PASSWORD}\n", encoding="utf-8")
        (self.folder / "config.ttl").write_text(self._configuration(), encoding="utf-8")
        return [
            "java", "-Xmx1500m", "-jar", str(self._jar()), "--localhost", f"--port={self.port}", "--ping",
            f"--passwd={self.folder / 'passwords'}", "--auth=basic", f"--config={self.folder / 'config.ttl'}",
        ]  # fmt: skip

    def _configuration(self) -> str:
        """Anybody may ask, the loader may also write."""
        writing = (
            ""
            if self.read_only
            else f"""
    fuseki:endpoint [ fuseki:operation fuseki:update ; fuseki:name "update" ;
      fuseki:allowedUsers "{self.user}" ] ;
    fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ;
      fuseki:allowedUsers "{self.user}" ] ;"""
        )
        (self.folder / "data").mkdir(exist_ok=True)
        return f"""
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] rdf:type fuseki:Server .
<#service> rdf:type fuseki:Service ;
    fuseki:name "pfocr" ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;{writing}
    fuseki:endpoint [ fuseki:operation fuseki:gsp-r ; fuseki:name "get" ] ;
    fuseki:dataset <#dataset> .
<#dataset> rdf:type tdb2:DatasetTDB2 ; tdb2:location "{self.folder / "data"}" .
"""

    def bulk_command(self, file: Path, graph: str) -> list[str]:
        (self.folder / "data").mkdir(exist_ok=True)
        return [
            "java", "-Xmx1500m", "-cp", str(self._jar()), "tdb2.tdbloader", f"--loc={self.folder / 'data'}",
            f"--graph={graph}", str(file),
        ]  # fmt: skip


class VirtuosoServer(Server):
    kind = "virtuoso"
    user = "loader"
    reader = "reader"

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        super().__init__(folder, read_only=read_only)
        self.sql_port = free_port()

    @classmethod
    def installed(cls) -> bool:
        return shutil.which("virtuoso-t") is not None and shutil.which("isql-vt") is not None

    @property
    def endpoint(self) -> str:
        return f"{self.root}/sparql"

    @property
    def probe(self) -> str:
        return f"{self.root}/sparql"

    @property
    def graph_store(self) -> str:
        return f"{self.root}/sparql-graph-crud-auth"

    def command(self) -> list[str]:
        (self.folder / "virtuoso.ini").write_text(self._configuration(), encoding="utf-8")
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)
        return ["virtuoso-t", "-c", str(self.folder / "virtuoso.ini"), "+foreground"]

    def prepare(self) -> None:
        self.sql(
            f"""DB.DBA.USER_CREATE('{self.user}', '{PASSWORD}');
            grant SPARQL_UPDATE to "{self.user}";
            DB.DBA.USER_CREATE('{self.reader}', '{PASSWORD}');
            grant SPARQL_SELECT to "{self.reader}";"""
        )

    def start_again(self) -> None:
        self.sql("checkpoint;")  # what is killed may lose what it wrote since the last
        super().start_again()

    def sql(self, statements: str, timeout: float = 120) -> str:
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{self.sql_port}", "dba", "dba", "ERRORS=STDOUT"],
            input=statements.encode(), capture_output=True, timeout=timeout, check=False,
        )  # fmt: skip
        said = done.stdout.decode(errors="replace")
        if "*** Error" in said:
            raise RuntimeError(said)
        return said

    def _configuration(self) -> str:
        return f"""
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
; Joins lose rows at the ends of vectors, if at all: small ones bring that out.
VectorSize = 100
AdjustVectorSize = 0
ServerPort = 127.0.0.1:{self.sql_port}
LiteMode = 0
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
ThreadsPerQuery = 1
MaxClientConnections = 10
ServerThreads = 20
TransactionAfterImageLimit = 2000000000
DirsAllowed = {self.folder}
MaxSortedTopRows = 2000000
[HTTPServer]
ServerPort = 127.0.0.1:{self.port}
ServerThreads = 8
[SPARQL]
"""

    def bulk_load(self, file: Path, graph: str) -> None:
        """Load with the server's own loader; ``file`` is read by the server, so it
        is copied into its folder.
        """
        shutil.copy(file, self.folder / file.name)
        self.sql(
            f"ld_dir('{self.folder}', '{file.name}', '{graph}');\nrdf_loader_run();\ncheckpoint;", timeout=900
        )


@contextmanager
def running_server(server: Server) -> Iterator[Server]:
    """Start a server, and kill it when the block ends, however it ends."""
    try:
        server.start()
        server.prepare()
        yield server
    finally:
        server.kill()


SERVERS: dict[str, type[Server]] = {
    server.kind: server for server in (OxigraphServer, FusekiServer, VirtuosoServer)
}


StartServer = Callable[..., Server]

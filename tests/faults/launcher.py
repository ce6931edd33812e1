"""Programs under test: a PostgreSQL of our own, servers on it or on their private one, and their ends."""

from __future__ import annotations

import contextlib
import glob
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg

# What a service of systemd starts with: few open files at first, many when it asks.
OPEN_FILES = (1024, 524_288)


class Fault(Exception):
    """Something did not do what it must."""


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what: str, seconds: float, holds: Any, pause: float = 0.02) -> float:
    """Seconds until something holds."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise Fault(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
    return time.monotonic() - began


def end(process: subprocess.Popen[bytes] | None, patience: float = 30) -> None:
    """Asks a program to end, and ends it when it does not."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def memory(pid: int, field: str = "VmRSS") -> float:
    """Memory of a process, MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def forget_peak(pid: int) -> None:
    """Begins the peak of a process' memory (VmHWM) anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def open_files(pid: int) -> int:
    """How many files and sockets a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def _few_open_files() -> None:
    soft, hard = OPEN_FILES
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    hard = hard if most == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def template(program: str, work: Path) -> Path:
    """A data folder with made-up people, made once a run, in the folder above those of the faults."""
    made = work / "template"
    if not made.exists():
        unfinished = work / f"template-{os.getpid()}"
        unfinished.mkdir(mode=0o711)
        command = [program, "demo", "--people", "3000", "--data-dir", str(unfinished)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
        if done.returncode != 0:
            raise Fault(f"the demonstration cannot be made: {done.stderr[-1500:]}")
        with contextlib.suppress(OSError):
            unfinished.rename(made)
    return made


def copy(source: Path, target: Path) -> None:
    """A folder with its owners, which are not ours."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


class Postgres:
    """A PostgreSQL of one's own with the made-up people, or one that follows another, that can be killed and started again."""

    def __init__(
        self, program: str, folder: Path, address: str = "127.0.0.1", settings: dict[str, str] | None = None, following: Postgres | None = None
    ) -> None:
        self.folder, self.address, self.port = folder, address, free_port()
        self.settings = {
            "listen_addresses": address,
            "unix_socket_directories": "",
            "max_connections": "60",
            "fsync": "on",
            "shared_buffers": "128MB",
            "jit": "off",
            **(settings or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        given = os.environ.get("BANYAN_POSTGRES_BIN") or (found[-1] if found else os.path.dirname(shutil.which("postgres") or ""))
        self.programs = Path(given)
        if following:
            self.user, self.group = following.user, following.group
            self._follow(following)
            return
        made = template(program, folder.parent.parent)
        copy(made / "postgres", folder)
        copy(made / "secret.key", folder.parent / "secret.key")
        # As whom the server ran it: PostgreSQL refuses to be root.
        owner = folder.stat()
        self.user = owner.st_uid if owner.st_uid != os.geteuid() else None
        self.group = owner.st_gid if self.user is not None else None

    def _follow(self, primary: Postgres) -> None:
        """Becomes a replica of a running one."""
        self.folder.mkdir(mode=0o700)
        if self.user is not None:
            os.chown(self.folder, self.user, self.group if self.group is not None else -1)
        command = [str(self.programs / "pg_basebackup"), "-D", str(self.folder), "-d", primary.url(database="postgres"), "-R", "-c", "fast"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, user=self.user, group=self.group, cwd="/")
        if done.returncode != 0:
            raise Fault(f"the replica cannot be made: {done.stderr[-1500:]}")

    def url(self, address: str | None = None, port: int | None = None, database: str = "banyan") -> str:
        """Where the database is, for programs."""
        return f"postgresql://banyan_owner@{address or self.address}:{port or self.port}/{database}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [str(self.programs / "postgres"), "-D", str(self.folder), "-p", str(self.port)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open(f"{self.folder}.log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, user=self.user, group=self.group, cwd="/", start_new_session=True)
        wait_for("PostgreSQL answers", 60, self.answers)

    def answers(self) -> bool:
        """Whether it takes connections."""
        with contextlib.suppress(psycopg.Error):
            with psycopg.connect(self.url(database="postgres"), connect_timeout=2):
                return True
        return False

    def create(self, name: str) -> str:
        """Makes an empty database: its address."""
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as database:
            database.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            database.execute(f"CREATE DATABASE {name}")
        return self.url(database=name)

    def connect(self) -> psycopg.Connection[Any]:
        """As the owner."""
        return psycopg.connect(self.url(), autocommit=True, connect_timeout=5)

    def kill(self) -> None:
        """Kill -9 of the postmaster; returns when all of its children have noticed."""
        self._strike(signal.SIGKILL)

    def shut_down_at_once(self) -> None:
        """An immediate shutdown."""
        self._strike(signal.SIGQUIT)

    def _strike(self, sharpness: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(sharpness)
        self.process.wait(30)
        wait_for("PostgreSQL's processes are gone", 30, lambda: not living_in(self.folder))
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stops it in order."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def living_in(folder: Path) -> list[int]:
    """PostgreSQL's processes at work in a data folder."""
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and os.path.samefile(f"/proc/{name}/cwd", folder):
                found.append(int(name))
    return found


class Server:
    """The program under test."""

    def __init__(
        self,
        program: str,
        data: Path,
        *,
        database: str | None = None,
        prefix: list[str] | None = None,
        address: str = "127.0.0.1",
        port: int | None = None,
        options: list[str] | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        self.program, self.data, self.database = program, data, database
        self.address, self.port = address, port or free_port()
        self.prefix, self.options, self.variables = prefix or [], options or [], variables or {}
        self.log = Path(f"{data}.log")
        self.process: subprocess.Popen[bytes] | None = None

    def furnish(self) -> None:
        """Fills its private database with the made-up people."""
        copy(template(self.program, self.data.parent.parent), self.data)

    @property
    def origin(self) -> str:
        """Its address."""
        return f"http://{self.address}:{self.port}"

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process
        return self.process.pid

    def place(self) -> list[str]:
        """Where the database is, as options."""
        where = ["--data-dir", str(self.data)]
        if not self.database:
            return where
        # The keys lie beside the database that they have sealed.
        return [*where, "--database-url", self.database, "--key-file", str(self.data.parent / "secret.key")]

    def run(self, *arguments: str, prefix: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        """Another command on the same place."""
        command = [*(prefix or []), self.program, *arguments, *self.place()]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment())

    def must(self, *arguments: str) -> str:
        """Another command that succeeds: what it prints."""
        done = self.run(*arguments)
        if done.returncode != 0:
            raise Fault(f"banyan {' '.join(arguments)} ends with {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")
        return done.stdout.strip()

    def token(self, organization: str = "500000", role: str = "organization-administrator", write: bool = True) -> str:
        """A token for a new account of a machine."""
        return self.must("token", "--organization", organization, "--role", role, "--ttl", "12h", *(["--write"] if write else []))

    def start(self, patience: float = 60) -> float:
        """Starts it: seconds until it is ready."""
        began = time.monotonic()
        command = [*self.prefix, self.program, "serve", *self.place(), "--listen", f"{self.address}:{self.port}", *self.options]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**environment(), **self.variables}, preexec_fn=_few_open_files)
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() - began > patience:
                raise Fault(f"the server is not ready within {patience:g} s: {self.last_lines()}")
            time.sleep(0.01)
        return time.monotonic() - began

    def ready(self, patience: float = 5) -> bool:
        """Whether it says that it can answer."""
        try:
            with urllib.request.urlopen(self.origin + "/health/ready", timeout=patience) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def kill(self) -> None:
        """Kill -9."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Asks it to stop, and ends what it would leave of a private database."""
        end(self.process)
        self.process = None
        for pid in living_in(self.data / "postgres") if self.data.exists() else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
        if (self.data / "postgres").exists():
            wait_for("the private database ends", 30, lambda: not living_in(self.data / "postgres"))

    def connect(self) -> psycopg.Connection[Any]:
        """The database, as the owner."""
        if self.database:
            return psycopg.connect(self.database, autocommit=True, connect_timeout=5)
        folder = (self.data / "postgres.socket").read_text(encoding="utf-8").splitlines()[0]
        return psycopg.connect(f"postgresql://banyan_owner@/banyan?host={folder}", autocommit=True, connect_timeout=5)

    @property
    def postmaster(self) -> int:
        """The number of the private database's first process."""
        return int((self.data / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def last_lines(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-1500:]


def environment() -> dict[str, str]:
    """Without the settings of another installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANYAN_") or name in ("BANYAN_POSTGRES_BIN", "BANYAN_TEST_RUN")}
    # Writers send texts of their own, with a token.
    return {**kept, "BANYAN_LOG": os.environ.get("BANYAN_LOG", "warn"), "BANYAN_FREE_TEXT": "anyone"}

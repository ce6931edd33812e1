"""No key, token or password in the repository, nor in a log of servers through which all of them passed.

    python secret_scan.py ROOT ADDRESS PROGRAM DATA_DIR TOKEN LOGS

LOGS is the folder in which the logs of every server of this run lie; its databases' logs are in there too.

covers: SEC-K05
"""

from __future__ import annotations

import base64
import json
import math
import re
import subprocess
import sys
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import canaries

passed = 0
failed = 0


def note(name: str, reason: object = "") -> None:
    """Notes one check; the reason is empty when it passed."""
    global passed, failed
    if reason:
        failed += 1
        print(f"FAILED {name}: {reason}")
    else:
        passed += 1


# Name, pattern, and a sample in pieces, so that this file does not hold what it looks for.
KNOWN: list[tuple[str, str, tuple[str, ...]]] = [
    ("private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", ("-----BEGIN EC PRIV", "ATE KEY-----")),
    ("private key of age", r"AGE-SECRET-KEY-1[0-9A-Z]{50,}", ("AGE-SECRET-", "KEY-1", "Q" * 58)),
    ("key of a cloud", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b", ("AKIA", "IOSFODNN7EXAMPLE")),
    ("token of GitHub", r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,})", ("ghp", "_" + "a1" * 18)),
    ("token of GitLab", r"\bglpat-[0-9A-Za-z_-]{20,}", ("glp", "at-" + "a1" * 10)),
    ("token of a registry", r"\bnpm_[0-9A-Za-z]{36}\b|\bpypi-AgEI[0-9A-Za-z_-]{50,}|\bcio[0-9A-Za-z]{32}\b", ("np", "m_" + "a1" * 18)),
    ("token of npm", r"_authToken\s*=\s*[^$\s{]", ("//registry/:_auth", "Token=abc")),
    ("token of Slack or Stripe", r"\bxox[abprs]-[0-9A-Za-z-]{10,}|\b[sr]k_live_[0-9A-Za-z]{16,}", ("xo", "xb-" + "1234567890")),
    ("JSON web token", r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.", ("ey", "J" + "hbGciOiJI" * 2, ".ey", "J" + "zdWIiOiIx" * 2, ".x")),
    ("password in an address", r"\b[a-z][a-z0-9+]{2,}://[^\s/:@\"'`<>{}$]+:[^\s/:@\"'`<>{}$]+@", ("postgres://me:", "hunter2@host/db")),
    ("bearer token", r"[Bb]earer [0-9A-Za-z_-]{24,}", ("Bear", "er " + "a1" * 16)),
    ("session", r"\b(?:__Host-)?banyan=[0-9A-Za-z_-]{24,}", ("__Host-ban", "yan=" + "a1" * 16)),
    ("code of an enrolment", r"/enrol#[0-9A-Z]{5}-", ("/enr", "ol#AB1CD-")),
    ("key of a server", r"(?m)^\s*(?:\d+ )?[0-9a-f]{64}\s*$", ("1 ", "0a" * 32)),
    ("hash of a password", r"\$argon2(?:id|i|d)\$v=\d+\$[^\s$]+\$[0-9A-Za-z+/]{16,}\$|\$2[aby]\$\d\d\$\S{40,}", ("$argon", "2id$v=19$m=1,t=2,p=1$", "a1" * 12, "$x")),
]
ASSIGNED = re.compile(
    r"(?i)(?:password|passwd|secret|token|api_?key|private_?key|credential)[a-z_]*[\"']?\s*(?:[:=]|=>)\s*[\"']([^\s\"']{12,})[\"']"
)
NAMES = re.compile(r"(?:\.(?:pem|key|p12|pfx|jks|kdbx|der|ppk)|/(?:id_(?:rsa|ecdsa|ed25519)|\.env(?:\..+)?|\.netrc|\.pgpass|\.git-credentials))$")

# What stays: kind, path, and why. One that is not needed any more fails.
EXCEPTIONS: list[tuple[str, str, str]] = [
    ("code of an enrolment", "client-examples/web/e2e/sign-in.e2e.ts", "the first letters of the alphabet, which no server gave out"),
    ("code of an enrolment", "client-examples/web/src/shared/oneTimeCode.test.ts", "the same, for the reading of links"),
    ("assigned secret", "client-examples/web/e2e/newMember.ts", "chosen by a made-up member in a database that is thrown away"),
]


def is_random(value: str) -> bool:
    """Whether a value looks drawn and not written: letters and digits without an order."""
    if not (re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value)):
        return False
    entropy = -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
    return entropy > 3.6 and not re.search(r"[\s<>{}$()]", value)


def findings(text: str) -> Iterator[tuple[str, str]]:
    """Kind and beginning of every secret in a text."""
    for kind, pattern in COMPILED:
        for match in pattern.finditer(text):
            yield kind, match[0]
    for match in ASSIGNED.finditer(text):
        if is_random(match[1]):
            yield "assigned secret", match[0]


COMPILED = [(kind, re.compile(pattern)) for kind, pattern, _ in KNOWN]


def check_patterns() -> None:
    for kind, _, sample in KNOWN:
        found = {found for found, _ in findings("a line\n" + "".join(sample) + "\nanother")}
        note(f"a {kind} is found", "" if kind in found else f"not in {''.join(sample)!r}")
    drawn = "".join(("secret", " = ", '"', "k3Jx9Qv7", "Lw2Tz8Rb", '"'))
    note("an assigned secret is found", "" if list(findings(drawn)) else drawn)
    written = 'password = "correct horse"; token: "BANYAN_TOKEN"; secret = "aaaaaaaaaaaaaa1"'
    canary = "Ab1-金"
    unseen = [form for form, written in forms(canary).items() if form not in shown_in({"log": f"x {written} y"}, canary)]
    note("a canary is found in every form", ", ".join(unseen))
    note("a word is none", ", ".join(text for _, text in findings(written)))
    note("a key is known by its file", "" if NAMES.search("deploy/server.key") and not NAMES.search("keys/mod.rs") else "names")


def files_of(root: Path) -> list[str]:
    """What is in the repository, or about to be."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=False
    )
    if listed.returncode == 0:
        return [name for name in listed.stdout.decode().split("\0") if name and (root / name).is_file()]
    built = {"target", "node_modules", "dist", ".banyan", ".git", "__pycache__"}
    every = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [str(path) for path in every if not built.intersection(path.parts) and not any(part.startswith(".venv") for part in path.parts)]


def check_repository(root: Path) -> None:
    found: dict[tuple[str, str], str] = {}
    names = files_of(root)
    note("the repository has files", "" if len(names) > 100 else f"{len(names)} found")
    for name in names:
        if NAMES.search(f"/{name}"):
            found[("file", name)] = name
        text = (root / name).read_bytes().decode("utf-8", errors="replace")
        for kind, what in findings(text):
            found.setdefault((kind, name), what)
    allowed = {(kind, name) for kind, name, _ in EXCEPTIONS}
    for kind, _ in [*COMPILED, ("assigned secret", None), ("file", None)]:
        these = [f"{name}: {what[:24]}…" for (k, name), what in found.items() if k == kind and (k, name) not in allowed]
        note(f"repository: no {kind}", "\n  ".join(these))
    for kind, name, _ in EXCEPTIONS:
        note(f"exception {kind} in {name}", "" if (kind, name) in found else "nothing needs it any more")


def forms(secret: str) -> dict[str, str]:
    """A secret as it may be written in a log."""
    data = secret.encode("utf-8")
    plain = secret.replace("-", "")
    return {
        "as it is": secret,
        "without hyphens": plain,
        "in small letters": plain.lower(),
        "quoted for an address": urllib.parse.quote(secret),
        "as JSON": json.dumps(secret)[1:-1],
        "as base64": base64.b64encode(data).decode("ascii").rstrip("="),
        "as hexadecimal digits": data.hex(),
        "as bytes": ", ".join(str(byte) for byte in data),
    }


def shown_in(texts: dict[str, str], secret: str) -> dict[str, str]:
    """In which form a secret stands in which log."""
    return {form: name for form, written in forms(secret).items() for name, text in texts.items() if written in text}


def check_logs(logs: Path, secrets: dict[str, str]) -> None:
    texts = {
        str(path.relative_to(logs)): path.read_text(encoding="utf-8", errors="replace") for path in sorted(logs.rglob("*.log"))
    }
    note("servers have logged requests", "" if any(" request request_id=" in text for text in texts.values()) else list(texts))
    note("databases have logs", "" if any(name.endswith("postgres.log") for name in texts) else list(texts))
    for what, secret in secrets.items():
        note(f"logs: no {what}", ", ".join(f"{form} in {name}" for form, name in shown_in(texts, secret).items()))
    for name, text in texts.items():
        these = [f"{kind}: {what[:24]}…" for kind, what in findings(text)]
        note(f"log {name}: nothing that looks like a secret", "\n  ".join(these[:20]))


def main() -> int:
    root, address, program, data_dir, token, logs = sys.argv[1:]
    check_patterns()
    check_repository(Path(root))
    secrets = canaries.release(address, program, data_dir, token)
    for key in Path(logs).rglob("secret.key"):
        for line in key.read_text(encoding="utf-8").split():
            if len(line) == 64:
                secrets[f"key of {key.parent.name} {len(secrets)}"] = line
    check_logs(Path(logs), secrets)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

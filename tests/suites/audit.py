"""The commands of the operation log and of the keys, beside a running server.

    python audit.py PROGRAM DATA_DIR postgresql://banyan_owner@/banyan?host=FOLDER
"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

PROGRAM, DATA_DIR, URL = sys.argv[1], Path(sys.argv[2]), sys.argv[3]

passed = 0
failed = 0


def note(name: str, good: bool, output: object = "") -> None:
    """Notes one check."""
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {name}: {output}")


def run(*arguments: str, data_dir: Path = DATA_DIR) -> tuple[int, str]:
    done = subprocess.run(
        [PROGRAM, *arguments, "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def main() -> int:
    work = Path(tempfile.mkdtemp())
    # Something to seal: giving out a token is recorded.
    run("token", "--organization", "500101", "--role", "auditor", "--ttl", "1m")
    code, output = run("audit", "seal")
    note("sealing beside the server", code == 0 and "sealed" in output, output)
    code, output = run("audit", "verify")
    note("a whole log exits with 0", code == 0 and "日志完整 / the log is whole" in output, output)
    code, output = run("audit", "verify", "--tenant", "500000")
    note("one tenant", code == 0, output)
    code, output = run("audit", "verify", "--tenant", "nobody")
    note("an unknown tenant is refused in both languages", code == 1 and "没有" in output and "no tenant" in output, output)

    keys = work / "keys"
    code, output = run("audit", "keys")
    keys.write_text(output, encoding="utf-8")
    note("public keys", code == 0 and output.startswith("1 "), output)
    with psycopg.connect(URL, autocommit=True) as connection:
        entry = connection.execute("SELECT entry_id FROM journal_chain ORDER BY seq LIMIT 1").fetchone()
        assert entry
        proof = work / "proof.json"
        code, output = run("audit", "proof", "--entry", str(entry[0]))
        proof.write_text(output, encoding="utf-8")
        nowhere = work / "nowhere"
        offline = ("--public-keys", str(keys))
        code, output = run("audit", "verify", "--proof", str(proof), *offline, data_dir=nowhere)
        note("a proof is verified without a database", code == 0, output)
        forged = json.loads(proof.read_text(encoding="utf-8"))
        forged["entry"]["account_name"] = "another"
        proof.write_text(json.dumps(forged), encoding="utf-8")
        code, output = run("audit", "verify", "--proof", str(proof), *offline, data_dir=nowhere)
        note("a forged proof exits with 1", code == 1 and "was changed" in output, output)
        note("verifying makes no folder and no key", not nowhere.exists())
        code, output = run("audit", "verify", "--proof", str(proof), data_dir=nowhere)
        note("without a key there is no verdict", code == 1 and "没有密钥文件" in output, output)

        archive = work / "archive"
        wanted = ("audit", "archive", "--tenant", "500000", "--out", str(archive))
        code, output = run(*wanted, "--before", "2999-01-01", "--remove")
        note("young entries stay", code == 1 and "6个月" in output and not archive.exists(), output)
        code, output = run(*wanted, "--before", "2999-01-01", "--remove", "--retention-months", "5")
        note("fewer than six months cannot be set", code == 2 and not archive.exists(), output)
        code, output = run(*wanted, "--before", "2999-01-01")
        note("an archive is a copy", code == 0 and archive.exists(), output)
        code, output = run("audit", "verify", "--archive", str(archive), *offline, data_dir=nowhere)
        note("an archive is verified without a database", code == 0, output)

        code, output = run("audit", "verify", "--assertions")
        note("confirmations that hold exit with 0", code == 0 and "0 wrong" in output, output)
        forged_one = json.dumps({"kind": "key", "action": json.dumps({"account": None}), "credential": "AAAA"})
        connection.execute("UPDATE journal SET confirmation = %s::jsonb WHERE id = %s", (forged_one, entry[0]))
        code, output = run("audit", "verify", "--assertions")
        found = "确认签名不成立 / the confirmation does not hold" in output and "1 wrong" in output
        note("a confirmation that nobody signed exits with 1 and is named", code == 1 and found and "jou_" in output, output)
        connection.execute("UPDATE journal SET confirmation = NULL WHERE id = %s", entry)
        code, output = run("audit", "verify", "--assertions", "--tenant", "500000")
        note("and holds again", code == 0, output)

        connection.execute("UPDATE journal SET account_name = account_name || 'x' WHERE id = %s", entry)
        code, output = run("audit", "verify")
        note("a changed entry exits with 1 and is named", code == 1 and f"entry {entry[0]} (link" in output, output)
        connection.execute("UPDATE journal SET account_name = left(account_name, -1) WHERE id = %s", entry)
        code, output = run("audit", "verify")
        note("and is whole again", code == 0, output)

    code, output = run("rotate-key")
    note("a rotation beside the server", code == 0 and "sealed with key 2" in output, output)
    code, output = run("rotate-key", "--status")
    note("nothing is left under the old key", code == 0 and "people     密钥 key   1" not in output, output)
    mode = stat.S_IMODE((DATA_DIR / "secret.key").stat().st_mode)
    note("the key file is closed to others", mode == 0o600, oct(mode))
    code, output = run("audit", "keys")
    note("each key has its public half", len(output.splitlines()) == 2, output)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

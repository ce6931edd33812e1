"""Forged answers of security keys: WebAuthn level 3, registration and assertion, check by check.

A foreign authenticator (soft-webauthn) answers a running server. For every check there is one answer
in which only that part is wrong. It is refused; outside all refusals read the same but for the number
of the request; inside, the log of security events has the reason of that very check. After every
refusal an honest answer is accepted in the same place, so that no refusal is chance.

    python webauthn.py PROGRAM DATA_DIR http://localhost:PORT LOG
    python webauthn.py --maker FOLDER
    python webauthn.py --maker FOLDER PROGRAM DATA_DIR http://localhost:PORT LOG

With a maker the second form writes a list of key models into the folder, for `serve --key-models`; the
third looks at a server with that list.

covers: SEC-B02, SEC-B03, SEC-B04
"""

from __future__ import annotations

import argparse
from pathlib import Path

from security_keys.assertion import check_assertion
from security_keys.device import Maker
from security_keys.models import check_models
from security_keys.registration import check_registration
from security_keys.server import Server, counted


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--maker", type=Path)
    arguments.add_argument("server", nargs="*", metavar="PROGRAM DATA_DIR ORIGIN LOG")
    wanted = arguments.parse_args()
    if not wanted.server:
        Maker("Banyan Suites").keep(wanted.maker)
        return 0
    program, data_dir, origin, log = wanted.server
    server = Server(program, Path(data_dir), origin, Path(log))
    if wanted.maker:
        check_models(server, Maker("Banyan Suites", wanted.maker))
    else:
        check_assertion(server, check_registration(server))
    failed, passed = counted
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

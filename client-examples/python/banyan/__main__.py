"""Figures of an organization, and a workbook of its direct subordinates.

    python -m banyan figures 500101
    python -m banyan workbook 500101 figures.xlsx
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from banyan.api import Api, BanyanError
from banyan.organizations import Organization, find_by_code, iterate_subordinates
from banyan.workbook import write

TITLES = {
    "members": "Members",
    "full": "  full",
    "probationary": "  probationary",
    "candidates": "Candidates",
    "activists": "Activists",
    "applicants": "Applicants",
    "women": "Women among the members",
    "minority": "Members of ethnic minorities",
    "college_and_above": "Members with college and above",
}


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="banyan", description="Figures of organizations, from a Banyan server.")
    parser.add_argument("--address", default=os.environ.get("BANYAN_ADDRESS", "http://127.0.0.1:8080"))
    parser.add_argument("--token", default=os.environ.get("BANYAN_TOKEN"), help="better in BANYAN_TOKEN: others can read a command line")
    parser.add_argument("--language", default="en", choices=["en", "zh-CN"])
    commands = parser.add_subparsers(dest="command", required=True)
    figures = commands.add_parser("figures", help="print the headline figures of an organization and all below it")
    figures.add_argument("code")
    workbook = commands.add_parser("workbook", help="write the direct subordinates and their figures")
    workbook.add_argument("code")
    workbook.add_argument("file", type=Path)
    chosen = parser.parse_args(given)
    if not chosen.token:
        parser.error("a token is needed: set BANYAN_TOKEN, or give --token")
    return chosen


def show(organization: Organization) -> None:
    print(f"{organization.name} ({organization.code})")
    for name, title in TITLES.items():
        print(f"{title:<32}{getattr(organization.counts, name):>12,}")


def main(given: list[str] | None = None) -> int:
    chosen = arguments(given)
    try:
        with Api(chosen.address, chosen.token, language=chosen.language) as api:
            organization = find_by_code(api, chosen.code)
            if chosen.command == "figures":
                show(organization)
            else:
                lines = write(iterate_subordinates(api, organization), chosen.file)
                print(f"{chosen.file}: {lines} organizations below {organization.name}")
    except (BanyanError, OSError) as error:
        print(f"banyan: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

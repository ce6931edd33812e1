"""Organizations and their headline figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from banyan.api import Api, BanyanError, Json


class UnknownOrganization(BanyanError):
    """No organization of this code within the token's reach."""


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """Headline figures of an organization and everything below it."""

    members: int
    full: int
    probationary: int
    candidates: int
    activists: int
    applicants: int
    women: int
    minority: int
    college_and_above: int

    @classmethod
    def of(cls, counts: Json) -> Self:
        college = counts["collegeAndAbove"]
        others = {field.name: counts[field.name] for field in fields(cls) if field.name != "college_and_above"}
        return cls(college_and_above=college, **others)


@dataclass(frozen=True, slots=True)
class Organization:
    """A node of the tree."""

    id: str
    code: str
    name: str
    kind: str
    counts: MemberCounts

    @classmethod
    def of(cls, node: Json) -> Self:
        return cls(node["id"], node["code"], node["name"], node["kind"]["name"], MemberCounts.of(node["counts"]))


# A server in production knows this file and answers no other text, so it is sent as a whole.
DOCUMENT = Path(__file__).with_name("organizations.graphql").read_text(encoding="utf-8")


def find_by_code(api: Api, code: str) -> Organization:
    """The organization of a code. The filter finds the beginning of codes, so there may be others."""
    found = api.pages(DOCUMENT, "ByCode", {"code": code}, lambda data: data["organizations"], page_size=20)
    for node in found:
        if node["code"] == code:
            return Organization.of(node)
    raise UnknownOrganization(f"no organization with the code {code} within the reach of this token")


def iterate_subordinates(api: Api, organization: Organization, *, page_size: int = 100) -> Iterator[Organization]:
    """The active organizations directly below, in their own order."""
    nodes = api.pages(
        DOCUMENT, "Subordinates", {"id": organization.id}, lambda data: data["node"]["children"], page_size=page_size
    )
    return map(Organization.of, nodes)

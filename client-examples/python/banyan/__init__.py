"""A client of Banyan: figures of organizations, and a workbook of them."""

from banyan.api import Api, ApiError, BanyanError, Unreachable
from banyan.organizations import MemberCounts, Organization, UnknownOrganization, find_by_code, iterate_subordinates

__all__ = [
    "Api",
    "ApiError",
    "BanyanError",
    "MemberCounts",
    "Organization",
    "UnknownOrganization",
    "Unreachable",
    "find_by_code",
    "iterate_subordinates",
]

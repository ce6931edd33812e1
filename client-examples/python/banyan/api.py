"""The way to the server: one document in, its data out, and errors with code and number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]


class BanyanError(Exception):
    """Anything that keeps this client from an answer; its text is for people."""


class Unreachable(BanyanError):
    """There is no server, or something else answers at its address."""


@dataclass
class ApiError(BanyanError):
    """The server refused. The code never changes; the number finds the request in its logs."""

    code: str
    message: str
    request_id: str | None
    status: int

    def __str__(self) -> str:
        return f"{self.message} ({self.code}, request {self.request_id or 'without a number'})"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a connection."""

    nodes: list[Json]
    end_cursor: str | None

    @classmethod
    def of(cls, connection: Json) -> Self:
        info = connection["pageInfo"]
        return cls(connection["nodes"], info["endCursor"] if info["hasNextPage"] else None)


class Api:
    """A server and the token by which it is asked."""

    def __init__(self, address: str, token: str, *, language: str = "en", timeout: float = 15.0) -> None:
        self._client = httpx.Client(
            base_url=address.rstrip("/"),
            headers={
                "authorization": f"Bearer {token}",
                "accept": "application/graphql-response+json",
                "accept-language": language,
            },
            timeout=timeout,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def ask(self, document: str, variables: Mapping[str, object] | None = None, *, operation: str | None = None) -> Json:
        """The data of a query; of one operation where the document has several.

        Raises ApiError when the server refuses any part of it, and Unreachable when there is no answer.
        """
        try:
            question = {"query": document, "operationName": operation, "variables": dict(variables or {})}
            response = self._client.post("/graphql", json=question)
        except httpx.HTTPError as error:
            raise Unreachable(f"no answer from {self._client.base_url}: {error}") from error
        except httpx.InvalidURL as error:
            raise Unreachable(f"{self._client.base_url} is no address: {error}") from error
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or not ("data" in body or "errors" in body):
            raise Unreachable(f"{response.url} answers {response.status_code}, but not as Banyan does")
        if errors := body.get("errors"):
            extensions = errors[0].get("extensions", {})
            raise ApiError(
                code=extensions.get("code", "UNKNOWN"),
                message=errors[0]["message"],
                request_id=extensions.get("requestId") or response.headers.get("x-request-id"),
                status=response.status_code,
            )
        return body["data"]

    def pages(
        self,
        document: str,
        operation: str,
        variables: Mapping[str, object],
        connection_of: Callable[[Json], Json],
        *,
        page_size: int = 100,
    ) -> Iterator[Json]:
        """Every item of a connection, asked for page by page as they are needed.

        The operation takes `$first: Int!` and `$after: String`, and asks for
        `nodes` and `pageInfo { hasNextPage endCursor }`.
        """
        after: str | None = None
        while True:
            page = Page.of(connection_of(self.ask(document, {**variables, "first": page_size, "after": after}, operation=operation)))
            yield from page.nodes
            if page.end_cursor is None:
                return
            after = page.end_cursor

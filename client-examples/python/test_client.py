"""Tests against a running server: BANYAN_ADDRESS and BANYAN_TOKEN, the token an auditor's.

The workbook is read by another library than wrote it, and its figures are compared with what the
API says when it is asked without this client.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import threading
import unittest
import urllib.request
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from python_calamine import CalamineWorkbook

from banyan import Api, ApiError, MemberCounts, Organization, UnknownOrganization, Unreachable, find_by_code, iterate_subordinates
from banyan.__main__ import main
from banyan.workbook import HEADER, write

ADDRESS = os.environ["BANYAN_ADDRESS"]
TOKEN = os.environ["BANYAN_TOKEN"]
# A server of the same people that answers any text, where the one at ADDRESS answers listed documents only.
TEXT_ADDRESS = os.environ.get("BANYAN_TEXT_ADDRESS", ADDRESS)
CODE = os.environ.get("BANYAN_CODE", "500101")
FIGURES = "members full probationary candidates activists applicants women minority collegeAndAbove".split()


def directly(query: str, **variables: object) -> dict:
    """What the server says, by the standard library alone."""
    request = urllib.request.Request(
        f"{TEXT_ADDRESS}/graphql",
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={"content-type": "application/json", "authorization": f"Bearer {TOKEN}", "accept-language": "en"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["data"]


def run(*given: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["--address", ADDRESS, "--token", TOKEN, *given])
    return status, out.getvalue(), err.getvalue()


@contextlib.contextmanager
def something_else() -> Iterator[str]:
    """The address of a server that knows nothing of GraphQL."""

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1>It works!</h1>")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class AgainstAServer(unittest.TestCase):
    def setUp(self) -> None:
        self.api = Api(ADDRESS, TOKEN)
        self.addCleanup(self.api.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "figures.xlsx"

    def test_the_workbook_has_the_figures_of_the_api(self) -> None:
        status, out, err = run("workbook", CODE, str(self.file))
        self.assertEqual((status, err), (0, ""))

        top = find_by_code(self.api, CODE)
        answer = directly(
            f"""query ($id: ID!) {{ node(id: $id) {{ ... on Organization {{ childCount children(first: 200) {{ nodes {{
                code name kind {{ name }} counts {{ {" ".join(FIGURES)} }}
            }} }} }} }} }}""",
            id=top.id,
        )["node"]
        expected = [[node["code"], node["name"], node["kind"]["name"], *(node["counts"][name] for name in FIGURES)] for node in answer["children"]["nodes"]]
        rows = CalamineWorkbook.from_path(str(self.file)).get_sheet_by_name("Figures").to_python()

        self.assertEqual(rows[0], [name for name, _ in HEADER])
        self.assertEqual(rows[1:], expected)
        self.assertEqual(len(rows) - 1, answer["childCount"])
        self.assertGreater(sum(row[3] for row in rows[1:]), 0)
        for row in rows[1:]:
            self.assertTrue(all(isinstance(cell, str) for cell in row[:3]), row)
            self.assertTrue(all(isinstance(cell, float | int) for cell in row[3:]), row)
        self.assertIn(f"{len(expected)} organizations", out)

    def test_the_figures_of_a_subtree_are_those_of_its_parts(self) -> None:
        top = find_by_code(self.api, CODE)
        below = list(iterate_subordinates(self.api, top))
        self.assertEqual(top.counts.members, top.counts.full + top.counts.probationary)
        # A committee holds no members itself.
        self.assertEqual(top.counts.members, sum(organization.counts.members for organization in below))

        status, out, _ = run("figures", CODE)
        self.assertEqual(status, 0)
        self.assertIn(f"{top.name} ({CODE})", out)
        self.assertRegex(out, rf"Members +{top.counts.members:,}\n")

    def test_small_pages_give_the_same_list_as_a_large_one(self) -> None:
        top = find_by_code(self.api, CODE)
        large = list(iterate_subordinates(self.api, top, page_size=200))
        self.assertGreater(len(large), 7)
        self.assertEqual(list(iterate_subordinates(self.api, top, page_size=7)), large)
        self.assertEqual(len({organization.id for organization in large}), len(large))

    def test_the_header_stays_in_sight(self) -> None:
        run("workbook", CODE, str(self.file))
        with zipfile.ZipFile(self.file) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        self.assertIn('topLeftCell="C2"', sheet)
        self.assertIn('state="frozen"', sheet)

    def test_a_refusal_names_its_code_and_the_number_of_the_request(self) -> None:
        with Api(ADDRESS, "not-a-token") as stranger, self.assertRaises(ApiError) as refused:
            find_by_code(stranger, CODE)
        self.assertEqual(refused.exception.code, "UNAUTHENTICATED")
        self.assertRegex(refused.exception.request_id or "", "^[0-9a-f]{32}$")
        self.assertIn(str(refused.exception.request_id), str(refused.exception))

        with self.assertRaises(ApiError) as wrong:
            self.api.ask("{ nothing }")
        code = "BAD_DOCUMENT" if TEXT_ADDRESS == ADDRESS else "UNTRUSTED_DOCUMENT"
        self.assertEqual((wrong.exception.code, wrong.exception.status), (code, 400))

    def test_an_unknown_code_is_said_in_a_sentence(self) -> None:
        with self.assertRaises(UnknownOrganization):
            find_by_code(self.api, "0")
        status, out, err = run("figures", "0")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("no organization with the code 0", err)


class WithoutAServer(unittest.TestCase):
    def test_no_server_and_no_banyan_are_told_apart_from_refusals(self) -> None:
        with Api("http://127.0.0.1:9", TOKEN) as nobody, self.assertRaises(Unreachable):
            nobody.ask("{ __typename }")
        with something_else() as address, Api(address, TOKEN) as other, self.assertRaises(Unreachable):
            other.ask("{ __typename }")

    def test_texts_never_become_formulas(self) -> None:
        counts = MemberCounts(1, 2, 3, 4, 5, 6, 7, 8, 9)
        names = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1", "1234", "支部\x01委员会"]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "formulas.xlsx"
            write([Organization("x", "=2", name, "-3", counts) for name in names], file)
            rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
            with zipfile.ZipFile(file) as parts:
                sheet, styles = (parts.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
        self.assertEqual([row[1] for row in rows[1:]], [*names[:-1], "支部委员会"])
        self.assertEqual(rows[1][3:], [1, 2, 3, 4, 5, 6, 7, 8, 9])
        self.assertNotIn("<f>", sheet)
        self.assertIn('quotePrefix="1"', styles)


if __name__ == "__main__":
    program = unittest.main(exit=False)
    outcome = program.result
    bad = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - bad} passed, {bad} failed")
    raise SystemExit(0 if outcome.wasSuccessful() else 1)

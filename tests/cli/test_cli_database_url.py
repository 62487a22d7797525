"""`DATABASE_URL`: an address that leads nowhere is told in a line."""

from pathlib import Path

import pytest

from tests.support.children import run


@pytest.mark.parametrize("url", ["postgresql://nobody:secret@127.0.0.1:1/none", "no address"])
def test_an_address_that_leads_nowhere_is_told_without_its_password(tmp_path: Path, url: str) -> None:
    refused = run(["baton", "person", "list"], tmp_path, {"DATABASE_URL": url})
    assert refused.returncode == 2
    assert refused.stderr.startswith("baton: DATABASE_URL")
    assert len(refused.stderr.splitlines()) == 1
    assert "secret" not in refused.stderr

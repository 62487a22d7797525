"""An MCP server of a warehouse, over stdio: what it did stands as lines in the file that it is given."""

import json
import os
import sys
import time
from pathlib import Path

from mcp.server.fastmcp import FastMCP

server = FastMCP("stock")
done = Path(sys.argv[1])


def _did(**what: object) -> None:
    with done.open("a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")


@server.tool()
def stock_level(sku: str, warehouse: str = "any") -> dict[str, object]:
    """How many of an article lie in the warehouse."""
    return {"sku": sku, "warehouse": warehouse, "units": 7, "secret": os.environ.get("STOCK_SECRET", "")}


@server.tool()
def reserve(sku: str, units: int, customer: str, key: str) -> str:
    """Set an article aside for a customer for three days."""
    if units > 7:
        raise ValueError("there are only 7")
    _did(sku=sku, units=units, customer=customer, key=key)
    return f"{units} × {sku} are set aside"


@server.tool()
def slow_reserve(sku: str) -> str:
    """The same, but it never answers."""
    _did(sku=sku)
    time.sleep(60)
    return "late"


@server.tool()
def crash(sku: str) -> str:
    """The server ends in the middle."""
    _did(sku=sku)
    os._exit(1)


@server.tool()
def anything(options: dict[str, object]) -> str:
    """Takes whatever."""
    return str(options)


if __name__ == "__main__":
    server.run("stdio")

"""What the server says of itself: whether it is well, its graph, its schemas, and the demo's personas."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.auth import Anyone, Running
from api.demo import demo_of
from core.errors import NotAllowed, NotFound
from core.settings import EMBEDDED
from core.shapes import Json, Packet
from store.database import ping

router = APIRouter(tags=["about"])


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """The process answers."""
    return "ok"


@router.get("/readyz", response_model=None)
async def readyz(baton: Running) -> Response:
    """The store answers too: 200, else 503."""
    await baton.database.aread(ping)
    return JSONResponse({"status": "ready", "model": baton.model.name, "demo": baton.settings.demo})


@router.get("/v1/graph")
async def graph(baton: Running, caller: Anyone) -> Json:
    """Nodes and edges of the compiled graph."""
    if not baton.settings.demo and caller.person is None:
        raise NotAllowed("Send a person's key as a bearer.")
    drawn = baton.graph.get_graph()
    return {
        "nodes": [{"id": id, "name": node.name} for id, node in drawn.nodes.items()],
        "edges": [
            {"source": edge.source, "target": edge.target, "conditional": edge.conditional}
            for edge in drawn.edges
        ],
    }


@router.get("/v1/demo")
async def demo(baton: Running) -> Json:
    """Demo mode: personas with their tokens and orders, and the people with their keys."""
    secret = baton.secret
    if not baton.settings.demo or secret is None:
        raise NotFound("There is no demo here: BATON_DEMO is off, or another business is served.")
    about: Json = await baton.database.aread(lambda uow: demo_of(uow, baton.business, secret))
    shop = baton.business.shop
    return {
        **about,
        "shop": {"name": shop.name, "assistant": shop.assistant_name},
        "model": {"name": baton.model.name, "embedded": baton.settings.model_name == EMBEDDED},
    }


@router.get("/schemas/handover-packet.json")
async def packet_schema() -> Json:
    """The JSON schema of a case's brief."""
    return Packet.model_json_schema(by_alias=True, mode="serialization")

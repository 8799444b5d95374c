"""Whether every part answers. Names the parts, and nothing else about them."""
import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services import health as service


async def health(_request: Request) -> JSONResponse:
    """200 with each part `ok`, else 503."""
    parts = await asyncio.to_thread(service.parts)
    return JSONResponse(parts, status_code=200 if set(parts.values()) == {"ok"} else 503,
                        headers={"cache-control": "no-store"})


routes = [Route("/health", health)]

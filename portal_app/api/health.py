"""Whether every part answers. Names the parts, and nothing else about them."""
import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services import health as service

PATIENCE = 2  # seconds
# Threads of its own for each part: one that hangs keeps neither the others nor anybody's clicks waiting.
THREADS = {part: ThreadPoolExecutor(2, f"health-{part}") for part in service.CHECKS}


async def health(_request: Request) -> JSONResponse:
    """200 with each part `ok`, else 503 with `down` for those that aren't."""
    said = dict(zip(service.CHECKS, await asyncio.gather(*map(_ask, service.CHECKS)), strict=True))
    return JSONResponse(said, status_code=200 if set(said.values()) == {"ok"} else 503, headers={"cache-control": "no-store"})


async def _ask(part: str) -> str:
    try:
        asked = asyncio.get_running_loop().run_in_executor(THREADS[part], service.check, part)
        return "ok" if await asyncio.wait_for(asked, PATIENCE) else "down"
    except TimeoutError:
        return "down"


routes = [Route("/health", health)]

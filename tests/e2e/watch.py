"""What a page cost and complained of."""
from playwright.sync_api import Page, Request, WebSocket

VITALS = """() => new Promise(done => {
  let lcp = 0, cls = 0
  const watch = (type, see) =>
    new PerformanceObserver(list => list.getEntries().forEach(see)).observe({type, buffered: true})
  watch('largest-contentful-paint', e => lcp = e.startTime)
  watch('layout-shift', e => { if (!e.hadRecentInput) cls += e.value })
  const files = performance.getEntriesByType('resource').filter(e => !e.name.includes('/_event'))
  const js = files.filter(e => e.name.split('?')[0].endsWith('.js')).reduce((sum, e) => sum + e.encodedBodySize, 0)
  setTimeout(() => done({lcp, cls, js, requests: files.length + 1, wide: document.documentElement.scrollWidth - innerWidth}), 50)
})"""


class Watch:
    """Collects console errors, failed requests, and the socket's frames."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.frames: list[str] = []
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", self._failed)
        page.on("websocket", self._socket)

    def _failed(self, request: Request) -> None:
        # A navigation that overtakes another one is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"{request.failure}: {request.url}")

    def _socket(self, socket: WebSocket) -> None:
        for direction in ("framereceived", "framesent"):
            socket.on(direction, self._frame)

    def _frame(self, frame: str | bytes) -> None:
        self.frames.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    @property
    def frame_bytes(self) -> int:
        return sum(len(frame.encode()) for frame in self.frames)

    def vitals(self) -> dict[str, float]:
        """lcp in ms, cls, js in bytes as sent, requests, wide in px of sideways scrolling."""
        return self.page.evaluate(VITALS)

"""One transaction, one story: by its ID in the logs, and as one OpenTelemetry trace through every layer."""
import gzip
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from playwright.sync_api import expect

from portal_app.launch import environment
from portal_app.launch.running import running
from tests.e2e.conftest import Portal, person
from tests.e2e.journeys import sign_in_by_hand

EXPORT_SOON = {"OTEL_BSP_SCHEDULE_DELAY": "500"}  # ms
MISSED = "carelane.messages.target_missed"
Span = tuple[str, str, str]
"""Trace id, service name, span name."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Span], set[str]]]:
    """A server that speaks OTLP over HTTP, the spans it got, and the metrics' names."""
    spans: list[Span] = []
    metrics: set[str] = set()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            if self.path == "/v1/metrics":
                metrics.update(metric.name for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics
                               for scope in resource.scope_metrics for metric in scope.metrics)
            else:
                spans.extend(_spans(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The test's output stays readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", spans, metrics
    server.shutdown()


def _spans(body: bytes) -> Iterator[Span]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
        yield from ((span.trace_id.hex(), service, span.name) for scope in resource.scope_spans for span in scope.spans)


def test_one_trace_runs_from_the_event_to_the_sent_message(open_page, collector, browser):
    endpoint, spans, metrics = collector
    with tempfile.TemporaryDirectory(prefix="carelane-otel-") as folder:
        os.chmod(folder, 0o755)
        with running(Path(folder) / "state", env=EXPORT_SOON | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}) as address:
            portal = Portal(address, Path(folder) / "state")
            page = browser.new_context(base_url=address).new_page()
            sign_in_by_hand(page, portal, person("Alice"))
            page.context.close()
            wanted = {"carelane-web": "services.accounts.sign_in.start_sign_in", "carelane-urgent": "deliver_text"}
            until = time.monotonic() + 20
            while time.monotonic() < until and not (_together(spans, wanted) and MISSED in metrics):
                time.sleep(0.2)
    trace = _together(spans, wanted)
    assert trace, sorted({(service, name) for _, service, name in spans})
    assert MISSED in metrics, metrics
    names = {name for trace_id, _, name in spans if trace_id == trace}
    assert any(name.startswith(("INSERT", "SELECT", "UPDATE")) for name in names), "SQL is part of the trace"


def _together(spans: list[Span], wanted: dict[str, str]) -> str:
    """The trace that has every wanted span, or ""."""
    for trace_id in {trace_id for trace_id, _, _ in spans}:
        if all((trace_id, service, name) in spans for service, name in wanted.items()):
            return trace_id
    return ""


def test_one_id_leads_from_the_click_to_the_sandboxs_answer(open_page, portal: Portal, capsys):
    sign_in_by_hand(open_page(), portal, person("Grace"))
    (tx,) = portal.sql("SELECT transaction_id FROM text_message WHERE recipient = %s ORDER BY created_at DESC LIMIT 1",
                       person("Grace").mobile)[0]
    processes = {line["process"] for name in ("web", "urgent", "sandbox") for line in portal.log_lines(name)
                 if line["transaction_id"] == tx}
    assert processes == {"web", "urgent", "sandbox"}
    told = traced(portal, tx)
    for part in ("web", "audit", "outbox", "urgent", "sandbox", "sign_in.code_sent", "accepted by the provider", "delivered"):
        assert part in told, part


def test_a_fault_shows_a_reference_that_tells_the_story(open_page, portal: Portal):
    page = open_page(person("Alice"))
    portal.sql("REVOKE SELECT ON visit FROM carelane_app")
    try:
        page.goto("/visits")
        message = page.get_by_text("Something went wrong")
        expect(message).to_contain_text(re.compile(r"TX(-[0-9A-Z]{4}){4}"))
    finally:
        portal.sql("GRANT SELECT ON visit TO carelane_app")
    text = message.inner_text()
    assert "permission denied" not in page.content() and "Traceback" not in page.content()
    assert "services.scheduling.visits.visits" in traced(portal, re.search(r"TX(-[0-9A-Z]{4}){4}", text).group())


def traced(portal: Portal, tx: str) -> str:
    """What `./portal trace` prints."""
    command = [sys.executable, "-m", "portal_app.cli", "trace", tx, "--data-dir", str(portal.data_dir)]
    return subprocess.run(command, env=environment.clean(), capture_output=True, text=True, check=True,
                          timeout=60).stdout

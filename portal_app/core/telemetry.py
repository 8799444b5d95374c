"""Spans and metrics by OpenTelemetry: made in every layer, sent by OTLP where an endpoint is set, else not recorded at all."""
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from opentelemetry import metrics, propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span
from sqlalchemy import Engine

from portal_app.core import transaction_id
from portal_app.core.settings import settings

METRICS_EVERY = 10_000
"""Milliseconds between two sendings of metrics."""
tracer = trace.get_tracer("carelane")


def is_on() -> bool:
    return bool(settings().otel_exporter_otlp_endpoint)


def setup(process: str) -> None:
    """Starts recording in this process, once, where an endpoint is set."""
    if not is_on():
        return
    resource = Resource.create({"service.name": f"carelane-{process}"})
    endpoint = settings().otel_exporter_otlp_endpoint.rstrip("/")
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    trace.set_tracer_provider(provider)
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{endpoint}/v1/metrics"), METRICS_EVERY)
    metrics.set_meter_provider(MeterProvider([reader], resource))


def set_gauge(name: str, value: float, **attributes: str) -> None:
    """What the metric `name` is at this moment."""
    _gauge(name).set(value, attributes)


@cache
def _gauge(name: str) -> Any:
    return metrics.get_meter("carelane").create_gauge(name)


def instrument(engine: Engine) -> None:
    """A span for each SQL statement of `engine`."""
    if is_on():
        SQLAlchemyInstrumentor().instrument(engine=engine)


def span(name: str) -> AbstractContextManager[Span]:
    """A span named `name` that carries the transaction ID."""
    return tracer.start_as_current_span(name, attributes={"carelane.transaction_id": transaction_id.current()})


def traceparent() -> str:
    """The W3C trace context of now, to travel with a row or a request; "" where nothing is recorded."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent", "")


def resume(parent: str) -> Context:
    """The context that `parent` (a traceparent) names, for `tracer.start_as_current_span(context=…)`."""
    return propagate.extract({"traceparent": parent} if parent else {})

"""Reflex's configuration. What depends on the machine comes from the environment that `./portal up` gives."""
import reflex as rx

from portal_app.core.settings import settings
from portal_app.launch.reflex_build import FewFiles, InOneGo, SameOrigin

config = rx.Config(
    app_name="portal_app",
    api_url="http://localhost:3000",  # stands for "where the page came from": see SameOrigin
    cors_allowed_origins=settings().origins,
    trusted_proxy_hops=settings().trusted_proxy_hops,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[SameOrigin(), FewFiles(), InOneGo()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)

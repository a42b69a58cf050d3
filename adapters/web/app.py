"""The application: which address leads where, what every answer carries, and what is said when it fails."""

from collections.abc import Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.web import health, pages
from adapters.web.callbacks import Callbacks
from adapters.web.errors import LinkExpired, LinkForged
from adapters.web.files import Vault
from adapters.web.health import Readiness
from adapters.web.hooks import BODY_MAX_BYTES, Hooks, Receive
from adapters.web.metrics import Metrics, MetricsPage
from adapters.web.redirects import Redirects
from adapters.web.signed import Signer
from core.errors import ErrorKind, TandemError
from core.ids import new_code, new_trace
from core.ports import Observer
from core.public import Public

HEADERS = {
    "Content-Security-Policy": ("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Links are personal or counted: neither may be answered by somebody's cache.
    "Cache-Control": "no-store",
}
STATUS: dict[type[TandemError], int] = {LinkForged: 400, LinkExpired: 410}
ROBOTS = "User-agent: *\nDisallow: /\n"


def make_app(
    *,
    receive: Receive,
    public: Public,
    signer: Signer,
    vault: Vault,
    metrics: Metrics,
    observer: Observer,
    connected: Mapping[str, Callable[[], bool]],
) -> web.Application:
    """The web of one process. `connected`: for each enabled adapter whether it is."""
    checks: dict[str, health.Check] = {"database": public.database_state, "schedule": public.schedule_state}
    checks |= {name: health.connection(ask) for name, ask in connected.items()}
    app = web.Application(middlewares=[_answering(observer)], client_max_size=BODY_MAX_BYTES)
    app.on_response_prepare.append(_dress)
    app.add_routes(
        [
            web.get("/", _index),
            web.get("/robots.txt", _robots),
            web.get("/static/style.css", pages.style),
            web.get("/static/icon.svg", pages.icon),
            web.get("/healthz", health.alive),
            web.get("/readyz", Readiness(checks).show),
            web.get("/metrics", MetricsPage(metrics, public).show),
            web.post("/hooks/{name:[a-z0-9_.-]{1,40}}", Hooks(receive, metrics, observer).post),
            # A code is worth something once: whoever only looks must not spend it.
            web.get("/oauth/{platform:[a-z]{1,20}}", Callbacks(receive, metrics).show, allow_head=False),
            web.get("/r/{code:[A-Za-z0-9]{1,32}}", Redirects(public, signer).follow),
            web.get("/files/{token}", vault.show),
            web.get("/files/{token}/download", vault.download),
        ]
    )
    return app


async def _index(_request: web.Request) -> web.Response:
    return pages.index()


async def _robots(_request: web.Request) -> web.Response:
    return web.Response(text=ROBOTS)


async def _dress(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)


def _answering(observer: Observer) -> Middleware:
    """The one mapper from errors to pages."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        what, trace = f"web {_route(request)}", new_trace()
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            failure = pages.failure(request, error.status)
            if "Allow" in error.headers:
                failure.headers["Allow"] = error.headers["Allow"]
            return failure
        except TandemError as error:
            if error.kind is ErrorKind.OPERATIONAL:
                observer.operational(what, error, trace=trace)
                return pages.failure(request, 503)
            return pages.failure(request, STATUS.get(type(error), 400), words=error.text)
        except Exception as error:  # noqa: BLE001  a bug must not take the answer with it
            reference = new_code(4)
            observer.broken(what, error, trace=trace, reference=reference)
            return pages.failure(request, 500, reference=reference)

    return answer


def _route(request: web.Request) -> str:
    """The first part of the address as we wrote it: what follows may be somebody's token."""
    resource = request.match_info.route.resource
    return "unknown" if resource is None else "/" + resource.canonical.split("/")[1]

"""Letting people in, and what they are called."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linkreclaim.web.rendering import go_to, own_path, render, shared
from linkreclaim.web.sessions import TooManyAttemptsError, read_name


async def enter(request: Request) -> Response:
    """The address that the terminal shows: its token opens a session, once."""
    if request.state.session is not None:
        return go_to("/")
    if request.method == "HEAD":  # whoever only tries a link out must not use it up
        return Response()
    cookie = shared(request).sessions.enter(request.query_params.get("token", ""))
    if cookie is None:
        return render(request, "error.html", status=403, reason="locked", sentence="")
    return _let_in(request, cookie, "/")


async def show_login(request: Request) -> Response:
    """The form for the password."""
    if not shared(request).sessions.wants_password:
        return go_to("/")
    return _login_form(request, own_path(request.query_params.get("next", "/")))


async def log_in(request: Request) -> Response:
    """Compare the password and open a session."""
    async with request.form(max_files=0, max_fields=8) as form:
        password, name, then = (_field(form, key) for key in ("password", "name", "next"))
    try:
        cookie = await run_in_threadpool(shared(request).sessions.log_in, password, name)
    except TooManyAttemptsError:
        return _login_form(request, own_path(then), name, "many", 429)
    if cookie is None:
        return _login_form(request, own_path(then), name, "wrong", 403)
    return _let_in(request, cookie, own_path(then))


async def log_out(request: Request) -> Response:
    """End the session."""
    sessions = shared(request).sessions
    sessions.log_out(request.cookies)
    response = go_to("/")
    response.delete_cookie(sessions.cookie, httponly=True, samesite="strict")
    return response


async def change_name(request: Request) -> Response:
    """What the person who decides is called from now on."""
    async with request.form(max_files=0, max_fields=8) as form:
        name, then = read_name(_field(form, "name")), own_path(_field(form, "next"))
    if name:
        request.state.session.name = name
    return go_to(then)


def _let_in(request: Request, cookie: str, then: str) -> Response:
    response = go_to(then)
    secure = request.url.scheme == "https"
    name = shared(request).sessions.cookie
    response.set_cookie(name, cookie, httponly=True, samesite="strict", secure=secure)
    return response


def _login_form(request: Request, then: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    return render(request, "login.html", status=status, then=then, name=name, problem=problem)


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


ROUTES = [
    Route("/enter", enter, name="enter"),
    Route("/login", show_login, name="login"),
    Route("/login", log_in, methods=["POST"], name="log_in"),
    Route("/logout", log_out, methods=["POST"], name="log_out"),
    Route("/name", change_name, methods=["POST"], name="change_name"),
]

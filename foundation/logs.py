"""What is written down: one line of JSON for each event, and never what anybody wrote or asked.

A line holds what happened, where in the code, during which request or tick and for which file or
mail. It holds no address, no user agent, no text of a form and no value of a variable. While a silent request is served (one
under SILENT_PATHS or for the anonymous host) it does not even tell which page it was or when.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import time
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.http.request import split_domain_port
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from foundation import tracing
from foundation.tracing import is_silent, request_id

if TYPE_CHECKING:
    from collections.abc import Callable, ItemsView, Iterator, Mapping, MutableMapping

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


# Records of these carry what a visitor sent as arguments of their sentence.
TALKATIVE = ("django", "py")

events = logging.getLogger("dialogue_portal.requests")


# --- one line -------------------------------------------------------------------------


def line() -> logging.Formatter:
    """Return the formatter that makes one line of JSON out of a record."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[what_happened],
        pass_foreign_args=True,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def what_happened(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Return what may be told of a record, instead of what the record knows."""
    record = event["_record"]
    failure = record.exc_info[1] if record.exc_info else None
    told = {
        "at": moment_of(record),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": sentence_of(record, event["event"], failure),
        "_record": record,
        "_from_structlog": False,
    }
    if of_silent_request(record):
        told["silent"] = True
    else:
        told |= page_of(record) | task_of(event) | tracing.told()
    if failure:
        told["failures"] = [outline(error) for error in chain(failure)]
    return {name: value for name, value in told.items() if value is not None}


class NotSilent(logging.Filter):
    """Let nothing pass that a silent request says, but that it broke.

    Whoever keeps the lines knows when each one came.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR or not of_silent_request(record)


def of_silent_request(record: logging.LogRecord) -> bool:
    """Was it written while a silent request was served, or about one afterwards?"""
    request = getattr(record, "request", None)
    return is_silent.get() or (
        request is not None and hasattr(request, "META") and leaves_no_trace(request)
    )


def moment_of(record: logging.LogRecord) -> str:
    """Return when it happened; of a silent request no more than the week."""
    at = dt.datetime.fromtimestamp(record.created, dt.UTC)
    if of_silent_request(record):
        return "{}-W{:02}".format(*at.isocalendar())
    return at.isoformat(timespec="milliseconds")


def sentence_of(record: logging.LogRecord, sentence: str, failure: BaseException | None) -> str:
    """Return the sentence; without its arguments where they may come from a visitor."""
    if record.name.startswith("django.security."):
        return record.name.rpartition(".")[2]  # the sentence is what the visitor did wrong
    if record.name == "django.request" and hasattr(record, "status_code"):
        return HTTPStatus(record.status_code).phrase
    if failure or of_silent_request(record) or record.name.partition(".")[0] in TALKATIVE:
        sentence = str(record.msg)
    for error in chain(failure):
        if words := str(error):
            sentence = sentence.replace(words, "…")
    return sentence.strip()


def page_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is known of the request: names of our own, never its address or its form."""
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    return {
        "page": getattr(record, "page", None) or getattr(match, "view_name", None),
        "method": getattr(record, "method", None) or known_method(request),
        "status": getattr(record, "status_code", None),
        "milliseconds": getattr(record, "milliseconds", None),
        "request": request_id.get() or getattr(request, "event_id", None),
    }


def task_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return which doorbell it was, where the queue speaks of one."""
    about = event["positional_args"] if isinstance(event["positional_args"], dict) else {}
    return {"task": about.get("name"), "task_id": about.get("id")}


def known_method(request: HttpRequest | None) -> str | None:
    method = getattr(request, "method", None)
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else None


def outline(error: BaseException) -> dict[str, Any]:
    """Return the kind of an error and where it came from, not what it says.

    Its message may quote a form, and that of a database a whole row.
    """
    kind = type(error)
    frames = traceback.extract_tb(error.__traceback__)
    told = {
        "error": f"{kind.__module__}.{kind.__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    state = getattr(error, "sqlstate", None)
    return told | {"sqlstate": state} if state else told


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what caused it, innermost last."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


# --- one request ----------------------------------------------------------------------


class RequestEvents:
    """Give each request a name of its own and write one line when it was answered.

    A silent request gets neither.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        silence = is_silent.set(leaves_no_trace(request))
        event_id = "" if is_silent.get() else tracing.new_name()
        request.event_id = event_id  # type: ignore[attr-defined]  # a mark of ours on the request
        name = request_id.set(event_id)
        began = time.monotonic()
        try:
            response = self.get_response(request)
            tell(request, response, began)
            return response
        finally:
            request_id.reset(name)
            is_silent.reset(silence)


def leaves_no_trace(request: HttpRequest) -> bool:
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
    return host == settings.ANONYMOUS_HOST or any(
        re.search(path, request.path_info) for path in settings.SILENT_PATHS
    )


def tell(request: HttpRequest, response: HttpResponseBase, began: float) -> None:
    match = getattr(request, "resolver_match", None)
    events.info(
        "answered",
        extra={
            "page": getattr(match, "view_name", None),
            "method": known_method(request),
            "status_code": response.status_code,
            "milliseconds": round((time.monotonic() - began) * 1000),
        },
    )


# --- reports of a crash ---------------------------------------------------------------


class NothingOfTheRequest(SafeExceptionReporterFilter):
    """Hide everything a visitor sent and every value that code held, whatever DEBUG says."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:
        return {}.items()

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}


class CrashReporter(ExceptionReporter):
    """A report of a crash that names errors and lines of code, and nothing of the request."""

    def __init__(
        self,
        request: HttpRequest | None,
        exc_type: Any,
        exc_value: Any,
        tb: Any,
        is_email: bool = False,
    ) -> None:
        super().__init__(None, exc_type, exc_value, tb, is_email=is_email)
        self.filter = NothingOfTheRequest()

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        hidden = {"exception_value", "exception_notes", "unicode_hint", "lastframe"}
        return {name: value for name, value in data.items() if name not in hidden}

    def get_traceback_frames(self) -> list[Any]:
        return [frame | {"exc_cause": None} for frame in super().get_traceback_frames()]

"""One section of a draft, or one row of a table: shown, saved, with its evidence."""

import secrets
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hoso.base.errors import NotFound
from hoso.changes import actions, queries
from hoso.changes.queries import Work
from hoso.changes.rules import trace
from hoso.records import drafts
from hoso.records.forms.grammar import Leaf, Part
from hoso.records.paths import get
from hoso.web.http import Request
from hoso.web.templatetags.parts import vn_clock
from hoso.web.uploads import FILES_OF_A_PAGE, takes
from hoso.web.views.entry import pages, posted
from hoso.web.views.entry.fields import Reader, id_of, traces

if TYPE_CHECKING:
    from hoso.changes.models import Change


@takes(FILES_OF_A_PAGE * settings.HOSO_UPLOAD_LIMIT)
@require_http_methods(["GET", "POST"])
def section(request: Request, change_id: UUID, section: str) -> HttpResponse:
    """The page of a section; posting saves it, right or wrong."""
    change = queries.writable(change_id, request.user, on=request.today)
    reader = pages.opened(request, change, with_errors="kiem-tra" in request.GET)
    part = pages.part_of(reader.work, section)
    if request.method == "POST":
        return _save(request, reader, part, part.key, None)
    return _show(request, reader, part, None, "")


@takes(FILES_OF_A_PAGE * settings.HOSO_UPLOAD_LIMIT)
@require_http_methods(["GET", "POST"])
def row(request: Request, change_id: UUID, section: str, table: str, row: str) -> HttpResponse:
    """The page of one row of a table."""
    change = queries.writable(change_id, request.user, on=request.today)
    reader = pages.opened(request, change, with_errors="kiem-tra" in request.GET)
    part = pages.part_of(reader.work, section)
    leaf = _table(part, f"{section}.{table}")
    _require_row(row)
    if not reader.work.may_fill(f"{leaf.path}.{row}"):
        raise NotFound("no_such_page")
    if request.method == "POST":
        return _save(request, reader, part, f"{leaf.path}.{row}", leaf)
    return _show(request, reader, part, leaf, row)


@require_GET
def new_row(request: Request, change_id: UUID, section: str, table: str) -> HttpResponse:
    """A page for a row that is not there yet; nothing is kept before something is typed."""
    return redirect("entry-row", change_id, section, table, secrets.token_hex(3))


section.keeps_nul = True  # type: ignore[attr-defined]  # a draft keeps what was typed; the page says what is wrong
row.keeps_nul = True  # type: ignore[attr-defined]


def _restore(request: Request, work: Work, path: str) -> None:
    """Bring back a row of the record that was taken away in the draft."""
    typed = {}
    for name, value in (get(work.ground, path) or {}).items():
        typed[f"{path}.{name}"] = drafts.display(drafts.leaf_at(work.form, f"{path}.{name}"), value, work.on)
    actions.save(work.change.pk, typed=typed, seen={}, done={}, by=request.user, at=request.at)


def _page_of(change_id: UUID, scope: str) -> str:
    keys = scope.split(".")
    if len(keys) >= 3:
        return reverse("entry-row", args=[change_id, *keys[:3]])
    return reverse("entry-section", args=[change_id, keys[0]])


def _table(part: Part, path: str) -> Leaf:
    for leaf in part.tables:
        if leaf.path == path:
            return leaf
    raise NotFound("no_such_page")


def _require_row(row: str) -> None:
    if len(row) != 6 or not (row.isascii() and row.isalnum() and row == row.lower()):
        raise NotFound("no_such_page")


def _show(
    request: Request,
    reader: Reader,
    part: Part,
    table: Leaf | None,
    row: str,
    *,
    status: int = 200,
    trouble: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    found: dict[str, Any] = pages.row_page(reader, part, table, row) if table else pages.section_page(reader, part)
    found["problems"] = [*(trouble or []), *found["problems"]]
    found["upload_errors"] = dict(trouble or [])
    wrong = {control.removeprefix("muc-"): text for control, text in trouble or [] if control.startswith("muc-")}
    found["support_errors"] = [(scan, wrong.get(str(scan.row.pk), "")) for scan in found["scans"]]
    found["seen"] = traces(reader, (each.name for each in found["fields"]))
    found["saved_note"] = bool(reader.with_errors and found["problems"])
    found["clashed"] = bool(reader.clashes)
    template = "entry/row.html" if table else "entry/section.html"
    return render(request, template, found, status=status)


def _save(request: Request, reader: Reader, part: Part, scope: str, table: Leaf | None) -> HttpResponse:
    sent = posted.read(request, reader, scope)
    automatic = "X-Autosave" in request.headers
    if not automatic:
        sent = sent._replace(typed=sent.typed | posted.removed(request, reader.work, scope))
    saved = posted.save(request, reader, sent)
    row = scope.rpartition(".")[2] if table else ""
    if automatic:
        return _autosaved(saved, sent)
    trouble = [] if saved.clashes else posted.attach(request, reader.work, scope)
    act = request.POST.get("viec", "")
    if act.startswith("muc:") and not saved.clashes:
        trouble += posted.support(request, reader.work, scope, act[4:])
    if saved.clashes or trouble:
        again = pages.opened(
            request, saved.change, clashes=saved.clashes, typed={path: sent.typed[path] for path in saved.clashes}
        )
        status = 409 if saved.clashes else 422
        return _show(request, again, part, table, row, status=status, trouble=trouble)
    return _onwards(request, saved.change, part, scope, table)


def _autosaved(saved: actions.Saved, sent: posted.Posted) -> JsonResponse:
    """What the page must know after a save that nobody asked for."""
    kept = {path: text for path, text in sent.typed.items() if path not in saved.clashes}
    body = {
        "clock": vn_clock(saved.change.saved_at),
        "seen": {path: trace(text) for path, text in kept.items()},
        "clashes": [id_of(path) for path in saved.clashes],
    }
    return JsonResponse(body, status=409 if saved.clashes else 200)


def _onwards(request: Request, change: "Change", part: Part, scope: str, table: Leaf | None) -> HttpResponse:
    """Where an explicit save leads: to what must be mended, or on."""
    act = request.POST.get("viec", "")
    here = _page_of(change.pk, scope)
    if act == "tai-len":
        return HttpResponseRedirect(f"{here}#minh-chung")
    if act == "ve-danh-sach":
        return HttpResponseRedirect(pages.list_url(change))
    if act.startswith("muc:"):
        messages.success(request, gettext("Đã ghi minh chứng chứng minh cho mục nào."))
        return HttpResponseRedirect(f"{here}#minh-chung")
    if act.startswith("bo:"):
        actions.detach(act[3:], by=request.user, at=request.at)
        messages.success(request, gettext("Đã bỏ minh chứng."))
        return HttpResponseRedirect(f"{here}#minh-chung")
    if act.startswith("mo:"):
        return HttpResponseRedirect(_inside(change, act[3:], here))
    work = queries.work(change, on=request.today)
    if act.startswith("hoan-tac:"):
        _restore(request, work, act[9:])
        return HttpResponseRedirect(f"{here}#dong-{act.rpartition('.')[2]}")
    wrong = [each for each in work.problems if each.path == scope or each.path.startswith(f"{scope}.")]
    if wrong:
        text = ngettext("Đã lưu; còn %(count)d chỗ cần sửa.", "Đã lưu; còn %(count)d chỗ cần sửa.", len(wrong))
        messages.warning(request, text % {"count": len(wrong)})
        return HttpResponseRedirect(f"{here}?kiem-tra=1")
    if table and act == "them-dong":
        return redirect("entry-new-row", work.change.pk, *table.path.split("."))
    if table:
        return HttpResponseRedirect(f"{pages.section_url(work.change, part.key)}#dong-{scope.rpartition('.')[2]}")
    return HttpResponseRedirect(pages.next_section(work, part))


def _inside(change: "Change", path: str, otherwise: str) -> str:
    """A row's page that was asked for with a save, or a new row of a table."""
    keys = path.split(".")
    if len(keys) == 3 and keys[2] == "moi":
        return reverse("entry-new-row", args=[change.pk, *keys[:2]])
    return reverse("entry-row", args=[change.pk, *keys]) if len(keys) == 3 else otherwise

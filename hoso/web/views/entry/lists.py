"""The list of sections: of one's own record, of the agency's part, of what is entered on behalf of somebody."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.base.errors import NotAllowed
from hoso.changes import actions, queries
from hoso.changes.rules import Status
from hoso.duties import queries as duties
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.forms import FORMS
from hoso.records.queries import Held
from hoso.regulation import calendar
from hoso.regulation import rules as regulation
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.views.entry import pages
from hoso.web.views.entry import tasks as todo

if TYPE_CHECKING:
    from hoso.changes.models import Change
    from hoso.records.models import Record

RECORD_NAMES = {"syll": _("Sơ yếu lý lịch"), "contract": _("Hợp đồng lao động")}
STATES = {
    Status.DRAFT: ("half", _("Bản nháp")),
    Status.SUBMITTED: ("waiting", _("Chờ kiểm tra")),
    Status.RETURNED: ("back", _("Bị trả lại")),
    Status.ACCEPTED: ("done", _("Đã chấp nhận")),
    Status.WITHDRAWN: ("none", _("Đã rút")),
}


def menu(request: HttpRequest) -> Iterable[Entry]:
    """One's own record, for who has one."""
    if getattr(request.user, "person_id", None):
        yield Entry("own", _("Hồ sơ của tôi"), reverse("own-record"))


@require_GET
def own(request: Request) -> HttpResponse:
    """My record: what is due, every section and how far it is, what I have submitted."""
    if request.user.person_id is None:
        return render(request, "entry/none.html")
    mine = list(records.of_person(request.user.person_id))
    if not mine:
        return render(request, "entry/none.html")
    chosen = next((each for each in mine if each.family == request.GET.get("ho-so")), mine[0])
    found = records.held_of(chosen)
    change = queries.open_draft(chosen, agency=False)
    others = [(each, RECORD_NAMES[each.family], each.pk == chosen.pk) for each in mine] if len(mine) > 1 else []
    sent = [each for each in queries.mine(request.user) if each.record_id == chosen.pk]
    page = _list(request, found, change if _is_ready(change) else None, agency=False) | {
        "others": others,
        "sent": [_sent(each) for each in sent if each.status != Status.DRAFT or each.pk != (change and change.pk)],
        "prepared": change if change and not _is_ready(change) else None,
        "waiting": next((each for each in sent if each.status == Status.SUBMITTED and not each.agency), None),
        "reports": _reports(chosen, found),
    }
    return render(request, "entry/own.html", page)


def _is_ready(change: "Change | None") -> bool:
    """Whether a draft is the person's to write in: their own, or handed over."""
    return bool(change and (not change.on_behalf or change.handed_at))


@require_POST
def open_own(request: Request, record_id: UUID) -> HttpResponse:
    """Open a draft of one's own record; a withdrawn change may be its beginning."""
    copy = request.POST.get("tu-ban-da-rut") or None
    change = actions.open_draft(record_id, agency=False, on_behalf=False, copy_of=copy, by=request.user, at=request.at)
    return HttpResponseRedirect(pages.list_url(change))


@require_http_methods(["GET", "POST"])
def agency(request: Request, record_id: UUID) -> HttpResponse:
    """The part of a record that the agency fills in."""
    return _officers(request, record_id, agency=True)


@require_http_methods(["GET", "POST"])
def on_behalf(request: Request, record_id: UUID) -> HttpResponse:
    """Entering for a person, who then looks at it and submits it."""
    return _officers(request, record_id, agency=False)


def _officers(request: Request, record_id: UUID, *, agency: bool) -> HttpResponse:
    if request.method == "POST":
        change = actions.open_draft(
            record_id, agency=agency, on_behalf=not agency, copy_of=None, by=request.user, at=request.at
        )
        return HttpResponseRedirect(pages.list_url(change))
    found = _enterable(request, record_id)
    draft = queries.open_draft(found.record, agency=agency)
    theirs = draft is not None and not agency and _is_ready(draft)
    request.menu_here = reverse("people")
    page = _list(request, found, None if theirs else draft, agency=agency) | {
        "agency": agency,
        "theirs": draft if theirs else None,
        "reports": _reports(found.record, found) if agency else [],
        "sent": [_sent(each) for each in queries.of_record(found.record)[:20] if each.agency == agency and each.number],
    }
    return render(request, "entry/officer.html", page)


def _enterable(request: Request, record_id: UUID) -> Held:
    found = records.viewable(record_id, request.user, on=request.today)
    if policy.may_be(request.user, found.person):
        raise NotAllowed("own_record")
    policy.require(request.user, Permission.CHANGE_ENTER, found.organization, on=request.today, person=found.person)
    return found


@require_POST
def hand(request: Request, change_id: UUID) -> HttpResponse:
    """Pass what was entered on behalf to the person."""
    change = actions.hand(change_id, by=request.user, at=request.at)
    messages.success(request, gettext("Đã chuyển cho người có hồ sơ xem lại và nộp."))
    return redirect("on-behalf", change.record_id)


@require_POST
def withdraw(request: Request, change_id: UUID) -> HttpResponse:
    """Take back a draft or what was submitted."""
    change = actions.withdraw(change_id, by=request.user, at=request.at)
    messages.success(request, gettext("Đã rút. Nội dung vẫn còn: có thể mở lại thành bản nháp mới."))
    return HttpResponseRedirect(_back_to(request, change))


def _back_to(request: Request, change: "Change") -> str:
    return reverse("own-record") if request.user.person_id == change.record.person_id else pages.list_url(change)


@require_http_methods(["GET", "POST"])
def report(request: Request, record_id: UUID) -> HttpResponse:
    """Say that something in one's own record, which one cannot change oneself, is wrong."""
    path = request.POST.get("muc") or request.GET.get("muc", "")
    if request.method == "POST":
        actions.report_error(
            record_id, path=path, text=request.POST.get("noi-dung", ""), by=request.user, at=request.at
        )
        messages.success(request, gettext("Đã gửi báo sai sót cho cơ quan quản lý hồ sơ."))
        return redirect("own-record")
    found = records.viewable(record_id, request.user, on=request.today)
    if found.person.pk != request.user.person_id:
        raise NotAllowed("not_allowed")
    form = FORMS[queries.form_for(found, on=request.today)]
    return render(request, "entry/report.html", {"record": found.record, "path": path, "label": _label(form, path)})


@require_POST
def answer(request: Request, report_id: UUID) -> HttpResponse:
    """Say that a reported error was looked at."""
    done = actions.answer_report(report_id, by=request.user, at=request.at)
    messages.success(request, gettext("Đã ghi nhận là đã xem xét."))
    return redirect("agency-part", done.record_id)


def _label(form: Any, path: str) -> str:
    try:
        return gettext(drafts.leaf_at(form, path).label)
    except KeyError:
        return gettext("Hồ sơ")


def _reports(record: "Record", found: Held) -> list[dict[str, Any]]:
    form = FORMS[queries.form_for(found, on=date.max)]
    return [{"row": row, "text": text, "label": _label(form, row.path)} for row, text in queries.reports_of(record)]


def _sent(change: "Change") -> dict[str, Any]:
    kind, word = STATES[Status(change.status)]
    return {
        "change": change,
        "kind": kind,
        "word": word,
        "may_withdraw": change.status == Status.SUBMITTED,
        "may_copy": change.status == Status.WITHDRAWN,
    }


def _list(request: Request, found: Held, change: "Change | None", *, agency: bool) -> dict[str, Any]:
    """What every list of sections shows."""
    code = found.organization.profile
    form = FORMS[change.form if change else queries.form_for(found, on=request.today)]
    reader = pages.opened(request, change) if change else None
    held = None if reader or not found.record.head_seq else True
    if reader:
        tasks = todo.tasks(reader)
    elif held:
        tasks = todo.held_tasks(request, found, agency=agency or None)
    else:
        tasks = todo.empty_tasks(form, agency=agency)
    return {
        "found": found,
        "record": found.record,
        "record_name": RECORD_NAMES[found.record.family],
        "form": form,
        "change": change,
        "work": reader.work if reader else None,
        "tasks": tasks,
        "held": held,
        "meter": todo.meter(tasks) if reader or held else None,
        "go_on": todo.first_open(tasks) if reader else None,
        "changed": sum(edit.path not in reader.work.locked for edit in reader.work.edits) if reader else 0,
        "first_entry": queries.is_first_entry(found.record, agency=agency),
        "due": None if agency else _due(found.record, change, request.today),
        "next_steps": _next_steps(request, code),
        "agency": agency,
    }


def _due(record: "Record", change: "Change | None", today: date) -> dict[str, Any] | None:
    """The term that runs for the person: the first entry, or correcting what came back."""
    running = list(duties.open_for(record._meta.label, [record.pk]))
    if change:
        running += duties.open_for(change._meta.label, [change.pk])
    wanted = [each for each in running if each.rule in ("entry.first", "change.correct")]
    if not wanted:
        return None
    first = min(wanted, key=lambda each: each.due_on)
    left = calendar.between(today, first.due_on)
    return {"duty": first, "left": abs(left), "late": first.due_on < today, "today": first.due_on == today}


def _next_steps(request: Request, code: str) -> dict[str, Any]:
    month = f"{request.today:%Y-%m}"
    return {
        "verify": regulation.value("change.verify", on=request.today, code=code),
        "confirm": regulation.window("round.confirm", month=month, code=code),
        "sign": regulation.window("round.sign", month=month, code=code),
    }

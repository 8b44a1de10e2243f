"""What needs me today, by role: queues, duties by the day they are due, the month, my agency in figures."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hoso.access import policy
from hoso.access.roles import Permission
from hoso.approvals import queries as approvals
from hoso.audit import actions as audit
from hoso.changes import queries as changes
from hoso.duties import queries as duties
from hoso.orgs import queries as orgs
from hoso.people import queries as people
from hoso.records import queries as records
from hoso.regulation import calendar
from hoso.regulation import rules as regulation
from hoso.regulation.rules import Window
from hoso.web import context
from hoso.web.http import Request
from hoso.web.menu import Entry
from hoso.web.templatetags.parts import vn_date, weekday

MOST_DUTIES = 30  # the queue has the rest
MOST_FOUND = 50


class Queue(NamedTuple):
    """One number with its name, a fact, and where it leads."""

    number: int
    name: str
    url: str
    note: str = ""
    late: bool = False


class Duty(NamedTuple):
    """Something to do by a day because an article says so."""

    due_on: date
    title: str
    about: str
    article: str
    rule: str
    verb: str
    url: str


class Month(NamedTuple):
    """The month on one sheet: its windows, and how far it is."""

    month: str
    windows: list[tuple[str, date, date, str]]
    steps: list[tuple[int, str]]
    articles: list[tuple[str, str]]
    url: str
    act: str


def menu(request: Request) -> Iterable[Entry]:
    """The home page; people without a role begin at their record."""
    if context.me(request)["officer"] or not address("own-record"):
        yield Entry("", gettext("Trang chủ"), "/")


def address(name: str, *args: object) -> str:
    """The address of a page, or nothing where this node does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@require_GET
def home(request: Request) -> HttpResponse:
    """Everything this account must do now, most urgent first; whoever has no role goes to their own record, and whoever
    only reads the log to the log."""
    me = context.me(request)
    officer = me["officer"]
    if not officer and not me["personal"] and _may(request, Permission.LOG_READ) and address("log"):
        return HttpResponseRedirect(address("log"))
    if not officer and address("own-record"):
        return HttpResponseRedirect(address("own-record"))
    found = [*_to_verify(request), *_month_duties(request), *_own(request)]
    days = _by_day(sorted(found, key=lambda each: each.due_on), request.today)
    said = {
        "queues": _queues(request),
        "days": days,
        "late": sum(1 for each in found if each.due_on < request.today),
        "due_today": sum(1 for each in found if each.due_on == request.today),
        "month": _month(request),
        "figures": _figures(request),
        "scope": _scope_name(request),
    }
    return render(request, "home/home.html", said)


def _may(request: Request, permission: Permission) -> bool:
    return bool(policy.scope(request.user, permission, on=request.today))


def _queues(request: Request) -> list[Queue]:
    found = []
    if _may(request, Permission.CHANGE_VERIFY):
        counted = changes.counts(request.user, on=request.today)
        late = ngettext("%(count)d quá hạn", "%(count)d quá hạn", counted["late"]) % {"count": counted["late"]}
        today = gettext("%(count)d đến hạn hôm nay") % {"count": counted["today"]}
        note = late if counted["late"] else today if counted["today"] else ""
        found.append(
            Queue(counted["waiting"], gettext("Chờ kiểm tra"), address("to-verify"), note, bool(counted["late"]))
        )
        waiting = changes.waiting_for_person(request.user, on=request.today)
        by_status = [change.status for change in waiting]
        found.append(Queue(by_status.count("returned"), gettext("Trả lại, chờ sửa"), address("waiting-for-people")))
        found.append(Queue(by_status.count("draft"), gettext("Đang nhập, chưa nộp"), address("waiting-for-people")))
        reports = changes.reports_for(request.user, on=request.today).count()
        found.append(Queue(reports, gettext("Báo sai sót chưa trả lời"), address("error-reports")))
    if _may(request, Permission.ROUND_CONFIRM):
        for agency, state in _states(request):
            left = state.changed - state.confirmed
            found.append(Queue(left, gettext("Chờ xác nhận"), address("month"), agency))
    round_ = approvals.current_round(request.today)
    if _may(request, Permission.ROUND_SIGN) and round_:
        behind = sum(1 for each in approvals.agency_states(round_) if each.confirmed < each.changed)
        found.append(Queue(approvals.ready(round_).count(), gettext("Sẵn sàng ký"), address("sign")))
        found.append(Queue(behind, gettext("Cơ quan chưa xác nhận xong"), address("sign")))
    return found


def _to_verify(request: Request) -> list[Duty]:
    if not _may(request, Permission.CHANGE_VERIFY):
        return []
    duties_ = []
    for change in changes.to_verify(request.user, on=request.today)[:MOST_DUTIES]:
        about = gettext("Nhập lần đầu.") if change.first_entry else gettext("Thay đổi.")
        sent = gettext("Nộp %(day)s.") % {"day": vn_date(change.submitted_at)} if change.submitted_at else ""
        title = gettext("Kiểm tra đề nghị của %(name)s") % {"name": change.record.person.full_name}
        duties_.append(
            Duty(
                change.due_on or request.today,
                title,
                f"{about} {sent}".strip(),
                change.article,
                "change.verify",
                gettext("Kiểm tra"),
                address("verify", change.pk) or address("to-verify"),
            )
        )
    return duties_


def _month_duties(request: Request) -> list[Duty]:
    round_ = approvals.current_round(request.today)
    if round_ is None:
        return []
    found = []
    if _may(request, Permission.ROUND_CONFIRM):
        for agency, state in _states(request):
            left = state.changed - state.confirmed
            if left:
                title = gettext("Xác nhận %(count)d người còn lại") % {"count": left}
                about = gettext("Đã xác nhận %(confirmed)d trên %(changed)d người.") % state._asdict()
                found.append(
                    Duty(
                        round_.confirm_to,
                        title,
                        f"{agency}. {about}",
                        round_.confirm_article,
                        "round.confirm",
                        gettext("Xác nhận"),
                        address("month"),
                    )
                )
    if _may(request, Permission.ROUND_SIGN) and round_.closed_at is None:
        found.append(
            Duty(
                round_.sign_to,
                gettext("Ký phê duyệt tháng %(month)s") % {"month": vn_date(round_.month)},
                gettext("%(count)d hồ sơ sẵn sàng ký.") % {"count": approvals.ready(round_).count()},
                round_.sign_article,
                "round.sign",
                gettext("Ký"),
                address("sign"),
            )
        )
    return found


def _own(request: Request) -> list[Duty]:
    """What the person behind the account owes for their own record."""
    return [
        Duty(
            each.due_on,
            gettext("Hồ sơ của tôi: %(duty)s") % {"duty": gettext(regulation.RULES[each.rule])},
            "",
            each.article,
            each.rule,
            gettext("Mở"),
            address("own-record"),
        )
        for each in duties.mine(request.user)
    ]


def _by_day(found: list[Duty], today: date) -> list[dict[str, Any]]:
    """The duties in days: everything late first and together, then day by day."""

    def day_of(duty: Duty) -> date | None:
        return None if duty.due_on < today else duty.due_on

    return [_day(day, list(rows), today) for day, rows in groupby(found, key=day_of)]


def _day(day: date | None, rows: list[Duty], today: date) -> dict[str, Any]:
    if day is None:
        date_words = ngettext("%(count)d việc", "%(count)d việc", len(rows)) % {"count": len(rows)}
        return {"name": gettext("Quá hạn"), "date": date_words, "late": True, "today": False, "duties": rows}
    left = calendar.between(today, day)
    name = (
        gettext("Hôm nay")
        if day == today
        else ngettext("Còn %(count)d ngày làm việc", "Còn %(count)d ngày làm việc", left)
        if left
        else gettext("Không còn ngày làm việc")
    )
    date_words = f"{weekday(day)} {day:%d/%m}"
    return {"name": name % {"count": left}, "date": date_words, "late": False, "today": day == today, "duties": rows}


def _states(request: Request) -> list[tuple[str, approvals.AgencyState]]:
    """How far the agencies are whose month this account confirms."""
    held: list[tuple[str, approvals.AgencyState]] | None = getattr(request, "_states", None)
    if held is None:
        round_ = approvals.current_round(request.today)
        mine = {
            agency.pk
            for agency in approvals.confirmable_agencies(request.user, on=request.today)
            if approvals.parts(request.user, agency, on=request.today) == [agency.path]  # not for a part of it
        }
        states = approvals.agency_states(round_) if round_ and mine else []
        held = [(state.agency.name, state) for state in states if state.agency.pk in mine]
        request._states = held  # type: ignore[attr-defined]
    return held


def _month(request: Request) -> Month | None:
    """The sheet of the month for those who watch it; the windows are the round's, or the law's before it opens."""
    if not _may(request, Permission.ROUND_WATCH):
        return None
    code, month = context.node(request)["profile"], f"{request.today:%Y-%m}"
    round_ = approvals.current_round(request.today)
    if round_:
        confirm = Window(round_.confirm_from, round_.confirm_to, round_.confirm_article)
        sign = Window(round_.sign_from, round_.sign_to, round_.sign_article)
    else:
        confirm = regulation.window("round.confirm", month=month, code=code)
        sign = regulation.window("round.sign", month=month, code=code)
    mine = policy.scope(request.user, Permission.ROUND_WATCH, on=request.today)
    all_states = approvals.agency_states(round_) if round_ else []
    states = [each for each in all_states if any(f"{each.agency.path}.".startswith(f"{top}.") for top in mine)]
    changed, confirmed = sum(each.changed for each in states), sum(each.confirmed for each in states)
    steps = [
        (changed, gettext("người có thay đổi đã kiểm tra xong")),
        (confirmed, gettext("người thủ trưởng đã xác nhận")),
        (changed - confirmed, gettext("người còn chờ xác nhận")),
    ]
    signs = _may(request, Permission.ROUND_SIGN)
    return Month(
        month,
        [
            ("confirm", confirm.opens, confirm.closes, gettext("thủ trưởng xác nhận")),
            ("sign", sign.opens, sign.closes, gettext("Sở Nội vụ ký số")),
        ],
        steps if states else [],
        [("round.confirm", confirm.article), ("round.sign", sign.article)],
        address("sign") if signs else address("month"),
        gettext("Xem để ký") if signs else gettext("Xem danh sách"),
    )


def _figures(request: Request) -> list[tuple[str, int, int]]:
    """The agency in figures: name, number, of how many (0: of nothing)."""
    paths = policy.scope(request.user, Permission.PEOPLE_VIEW, on=request.today)
    if not paths:
        return []
    employed = list(people.employed_under(paths).values_list("person_id", flat=True))
    kept = records.heads(employed).filter(family="syll", head_seq__gt=0).count()
    return [
        (gettext("Người trong danh sách"), len(employed), 0),
        (gettext("Hồ sơ có phiên bản đã kiểm tra"), kept, len(employed)),
    ]


def _scope_name(request: Request) -> str:
    """What the figures are about: the top of what the account sees."""
    paths = policy.scope(request.user, Permission.PEOPLE_VIEW, on=request.today)
    top = orgs.tree().filter(path__in=paths[:1]).first()
    return top.name if top else ""


@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """Look for a person by name, staff number or identification number, the latter by POST only.

    A number found goes straight to the record; a name goes on as an address that can be kept.
    """
    paths = policy.require_any(request.user, Permission.PEOPLE_VIEW, on=request.today)
    typed = " ".join((request.POST.get("q") or request.GET.get("q") or "").split())[:100]
    digits = typed.replace(" ", "").replace(".", "")
    if request.method == "POST":
        if not digits.isdigit() or len(digits) < 9:
            return HttpResponseRedirect(request.path + ("?" + urlencode({"q": typed}) if typed else ""))
        person = people.by_pin(digits)
        rows = list(people.employed_under(paths).filter(person=person)) if person else []
        if rows and (there := _records(rows).get(rows[0].person_id)):
            return HttpResponseRedirect(there)
        typed = gettext("số định danh đã nhập")
    else:
        found = people.employed_under(paths)
        by_name = found.filter(people.named(typed)) if typed else found.none()
        rows = list(by_name[:MOST_FOUND]) or list(found.filter(staff_number__iexact=typed)[:MOST_FOUND])
    with transaction.atomic():
        audit.record("list.read", by=request.user, object="people.Employment", at=request.at, count=len(rows))
    pages = _records(rows)
    shown = [(row, pages.get(row.person_id, "")) for row in rows]
    return render(request, "home/find.html", {"typed": typed, "rows": shown, "most": MOST_FOUND})


def _records(rows: Iterable[Any]) -> dict[object, str]:
    """Where the sơ yếu lý lịch of each person is, for those who have one."""
    found = records.heads(row.person_id for row in rows).filter(family="syll")
    return {record.person_id: address("record", record.pk) for record in found}


urlpatterns = [path("", home, name="home"), path("tim/", find, name="find")]

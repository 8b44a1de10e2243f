"""The head of an agency: who changed this month, what, confirm or send back."""

from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from hoso.access import policy
from hoso.access.roles import ROLES, Permission
from hoso.approvals import actions, queries
from hoso.approvals.queries import Said, Waiting
from hoso.base.errors import NotAllowed, NotFound, Refused, refuse_if
from hoso.records import actions as records
from hoso.regulation import rules as regulation
from hoso.signing import queries as signing
from hoso.signing.cms import cms_sign
from hoso.web import context, refusals
from hoso.web.http import Request, purpose_of
from hoso.web.views.account import require_reauthentication

SHOWN = 50  # people of the ordinary group on one page
MOST_P12 = 256 * 1024


class Row(NamedTuple):
    """One person to confirm."""

    waiting: Waiting
    said: list[Said]
    why_not: str  # in words
    url: str


def watches_all(account: Any, *, on: date) -> bool:
    """Whether somebody watches the month of the whole node: the department's administrators and leaders. No query:
    the path of the province is the one without a dot."""
    return any("." not in path for path in policy.scope(account, Permission.ROUND_WATCH, on=on))


@require_GET
def month(request: Request) -> HttpResponse:
    """The first agency whose month this account confirms, or else watches; the department's people go to the page of
    the signature."""
    mine = queries.confirmable_agencies(request.user, on=request.today)
    if mine:
        return _page(request, mine[0])
    if watches_all(request.user, on=request.today):
        return HttpResponseRedirect(reverse("sign"))
    refuse_if("no_head_level" if policy.scope(request.user, Permission.ROUND_CONFIRM, on=request.today) else None)
    watched = queries.watchable_agency(request.user, on=request.today)
    if watched is None:
        raise NotAllowed("not_allowed")
    return _page(request, watched)


@require_GET
def agency(request: Request, agency_id: Any) -> HttpResponse:
    """The month of one agency, to confirm or to watch."""
    return _page(request, queries.agency(agency_id))


def _page(request: Request, found: Any, refused: Refused | None = None) -> HttpResponse:
    """The month of an agency; after a refusal the same page with the reason on top and the same people ticked."""
    queries.parts(request.user, found, on=request.today)  # NotAllowed for who watches nothing of it
    round_ = queries.round_for(request.today, request.POST.get("ky") or request.GET.get("ky"))
    mine = queries.confirmable_agencies(request.user, on=request.today)
    reason = queries.why_not_confirm_now(round_, request.today) if round_ else "no_round"
    waiting = queries.waiting_for(found, request.user, round_, on=request.today) if round_ else []
    free = [each for each in waiting if not each.blocked]
    alone, plain = [each for each in free if each.alone], [each for each in free if not each.alone]
    shown = plain if request.GET.get("xem") == "het" else plain[:SHOWN]
    blocked = [each for each in waiting if each.blocked]
    said = queries.one_line([*alone, *shown, *blocked], request.user, on=request.today)
    rows = [_row(each, said, found, round_) for each in (*alone, *shown, *blocked)]
    confirmed = queries.confirmed_in(round_, found, request.user, on=request.today) if round_ else []
    number = sum(each[3] for each in confirmed)
    may, pending = found in mine, queries.pending(found, request.user, on=request.today)
    watched = not may and watches_all(request.user, on=request.today)
    if watched:
        request.menu_here = reverse("sign")
    told = {
        "problems": [("g2" if refused.code == "nobody_chosen" else "", _sentence(refused))] if refused else [],
        "ticked": request.POST.getlist("nguoi") if refused else None,
        "watched": watched,
        "agency": found,
        "mine": mine,
        "round": round_,
        "late_rounds": [each for each in queries.open_rounds(request.today) if each != round_],
        "alone": rows[: len(alone)],
        "plain": rows[len(alone) : len(alone) + len(shown)],
        "plain_count": len(plain),
        "blocked": rows[len(alone) + len(shown) :],
        "pending": pending,
        "pending_count": len(pending),
        "confirmed": [(name, _role(role), at, count) for name, role, at, count in confirmed],
        "confirmed_count": number,
        "all_count": number + len(waiting),
        "waiting_count": len(free),
        "officers": [(each, _role(each.role)) for each in queries.officers(request.today, agency=found)],
        "may": may,
        "open": may and reason is None,
        "reason": refusals.sentence(reason, {}) if reason else "",
        "windows": windows(request, round_),
        "month": round_.month if round_ else f"{request.today:%Y-%m}",
        "articles": _articles(request, found),
        "signs": bool(signing.certificates(request.user, on=request.today)),
    }
    return render(request, "month/month.html", told, status=_status(refused))


def _sentence(refused: Refused) -> str:
    return refusals.sentence(refused.code, refused.said)


def _status(refused: Refused | None) -> int:
    """Of the page that says no beside the form: what was sent cannot be done as it is."""
    return refused.status if refused else 200


def _row(each: Waiting, said: dict[object, list[Said]], found: Any, round_: Any) -> Row:
    url = reverse("month-compare", args=[found.pk, each.version.pk]) + f"?ky={round_.pk}"
    return Row(each, said.get(each.version.pk, []), why_not(each), url)


def why_not(each: Waiting) -> str:
    """Why this officer cannot confirm somebody, in words, and who can."""
    if not each.blocked:
        return ""
    said = refusals.sentence(each.blocked, {"who": each.version.record.person.full_name})
    if each.goes_to:
        said += " " + _("Thủ trưởng %(agency)s xác nhận.") % {"agency": each.goes_to.name}
    return said


def _role(role: str) -> str:
    return _(ROLES[role].title)


def windows(request: Request, round_: Any) -> list[tuple[str, date, date, str]]:
    """The month's two windows for its strip: of the round, or of the law before it opens."""
    words = (("confirm", _("thủ trưởng xác nhận")), ("sign", _("Sở Nội vụ ký số")))
    if round_:
        days = ((round_.confirm_from, round_.confirm_to), (round_.sign_from, round_.sign_to))
    else:
        code, this = context.node(request)["profile"], f"{request.today:%Y-%m}"
        found = [regulation.window(f"round.{kind}", month=this, code=code) for kind, _words in words]
        days = tuple((each.opens, each.closes) for each in found)  # type: ignore[assignment]
    return [(kind, opens, closes, text) for (kind, text), (opens, closes) in zip(words, days, strict=True)]


def _articles(request: Request, found: Any) -> list[tuple[str, str]]:
    """The articles behind the statement: it matches the paper file, the head confirms it."""
    wanted = ("record.paper_match", "confirmation.head")
    return [(rule, regulation.value(rule, on=request.today, code=found.profile).article) for rule in wanted]


@sensitive_post_parameters()
@require_POST
def confirm(request: Request, agency_id: Any) -> HttpResponseBase:
    """Confirm those who are ticked: with the officer's certificate where one is registered, else with the password."""
    found = queries.agency(agency_id)
    chosen = request.POST.getlist("nguoi")
    if not chosen:
        return _page(request, found, Refused("nobody_chosen"))
    certificates = signing.certificates(request.user, on=request.today)
    if certificates and "chung-thu" not in request.FILES and "mat-khau-chung-thu" not in request.POST:
        return _ask_signature(request, found, chosen, certificates)
    if not certificates and (asked := require_reauthentication(request)):
        return asked
    try:
        made = actions.confirm(
            request.POST.get("ky"),
            agency=found,
            version_ids=chosen,
            statement=request.POST.get("cam-doan") == "1",
            sign=_signer(request) if certificates else None,
            by=request.user,
            at=request.at,
        )
    except (NotAllowed, NotFound):
        raise
    except Refused as refused:
        return _refused(request, found, chosen, certificates, refused)
    said = ngettext("Đã xác nhận %(count)d người.", "Đã xác nhận %(count)d người.", len(made)) % {"count": len(made)}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("month-agency", args=[found.pk]))


def _refused(
    request: Request, found: Any, chosen: list[str], certificates: list[Any], refused: Refused
) -> HttpResponse:
    """Where the officer was when it was refused, with the reason: the signature, the comparison, or the list."""
    if certificates:
        return _ask_signature(request, found, chosen, certificates, refused)
    if request.POST.get("tu") == "so-sanh":
        _found, round_, waiting = _one(request, found.pk, chosen[0], request.POST.get("ky"))
        return _comparison(request, found, round_, waiting, {}, [("", _sentence(refused))], _status(refused))
    return _page(request, found, refused)


def _ask_signature(
    request: Request, found: Any, chosen: list[str], certificates: list[Any], refused: Refused | None = None
) -> HttpResponse:
    round_ = queries.round_for(request.today, request.POST.get("ky"))
    rows = queries.waiting_for(found, request.user, round_, on=request.today) if round_ else []
    people = [each for each in rows if str(each.version.pk) in chosen]
    told = {"agency": found, "people": people, "chosen": chosen, "round": round_, "certificate": certificates[-1]}
    told |= at_fields(refused, "chung-thu")
    return render(request, "month/confirm_signature.html", told, status=_status(refused))


# Which control a refusal of a signature is about.
AT = {"wrong_passphrase": "mat-khau-chung-thu", "no_file": "", "too_large": ""}


def at_fields(refused: Refused | None, file: str) -> dict[str, Any]:
    """`problems` for the summary and `errors` by control, of what was refused on a page with the file control `file`.

    What is not about the passphrase or a missing file may be about the certificate or about the day: it stands in the
    summary, which leads to the file.
    """
    if refused is None:
        return {"problems": [], "errors": {}}
    sentence = _sentence(refused)
    control = AT.get(refused.code, file) or file
    return {"problems": [(control, sentence)], "errors": {control.replace("-", "_"): sentence}}


def _signer(request: Request) -> Any:
    p12, passphrase = uploaded(request, "chung-thu", MOST_P12), request.POST.get("mat-khau-chung-thu", "")
    stamper = signing.timestamper(request.at)
    return lambda data: cms_sign(data, p12, passphrase, at=request.at, timestamper=stamper)


def uploaded(request: Request, name: str, most: int) -> bytes:
    """The bytes of a file that was sent; refused if there is none, or if it is too large."""
    file = request.FILES.get(name)
    if file is None:
        raise Refused("no_file")
    refuse_if("too_large" if (file.size or 0) > most else None)
    return bytes(file.read())


@require_GET
def compare(request: Request, agency_id: Any, version_id: Any) -> HttpResponse:
    """What was and what is, side by side; that somebody looked is logged."""
    found, round_, waiting = _one(request, agency_id, version_id, request.GET.get("ky"))
    actions.note_compared(waiting, agency=found, by=request.user, at=request.at)
    return _comparison(request, found, round_, waiting, {})


def _one(request: Request, agency_id: Any, version_id: Any, asked: Any) -> tuple[Any, Any, Waiting]:
    found, round_ = queries.agency(agency_id), queries.round_for(request.today, asked)
    if round_ is None:
        raise NotFound("no_round")
    return found, round_, actions.find(found, version_id, round_, by=request.user, at=request.at)


def _comparison(
    request: Request,
    found: Any,
    round_: Any,
    waiting: Waiting,
    opened: dict[str, str],
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    if watches_all(request.user, on=request.today) and found not in queries.confirmable_agencies(
        request.user, on=request.today
    ):
        request.menu_here = reverse("sign")
    reason = queries.why_not_confirm_now(round_, request.today)
    may = found in queries.confirmable_agencies(request.user, on=request.today)
    told = {
        "problems": problems or [],
        "reason_error": next((text for control, text in problems or [] if control == "ly-do"), ""),
        "reason_text": request.POST.get("ly-do", ""),
        "agency": found,
        "round": round_,
        "each": waiting,
        "parts": queries.side_by_side(waiting, request.user, on=request.today),
        "opened": opened,
        "why_not": why_not(waiting) or (refusals.sentence(reason, {}) if reason else ""),
        "open": may and reason is None and not waiting.blocked,
        "articles": _articles(request, found),
        "signs": bool(signing.certificates(request.user, on=request.today)),
        "record_url": _record_url(waiting),
        "reveals": policy.allows(
            request.user,
            Permission.RECORD_REVEAL,
            waiting.employment.organization,
            on=request.today,
            person=waiting.employment.person,
        ),
    }
    return render(request, "month/compare.html", told, status=status)


def _record_url(waiting: Waiting) -> str:
    try:
        return reverse("record", args=[waiting.version.record.person_id])
    except NoReverseMatch:
        return ""


@require_POST
def reveal(request: Request, agency_id: Any, version_id: Any) -> HttpResponse:
    """Open one protected value for a purpose that the person will see."""
    found, round_, waiting = _one(request, agency_id, version_id, request.GET.get("ky"))
    path, purpose = request.GET.get("muc", ""), purpose_of(request.POST)
    row = waiting.version
    value = records.reveal(row.record_id, seq=row.seq, path=path, purpose=purpose, by=request.user, at=request.at)
    shown = queries.opened(waiting, path, value, on=request.today)
    return _comparison(request, found, round_, waiting, {path: shown})


@require_POST
def send_back(request: Request, agency_id: Any, version_id: Any) -> HttpResponse:
    """Not confirmed, with a reason; the version stays."""
    found = queries.agency(agency_id)
    try:
        sent = actions.send_back(
            request.POST.get("ky"),
            agency=found,
            version_id=version_id,
            reason=request.POST.get("ly-do", ""),
            by=request.user,
            at=request.at,
        )
    except Refused as refused:
        if refused.code not in ("reason_missing", "text_too_long"):
            raise
        _found, round_, waiting = _one(request, agency_id, version_id, request.POST.get("ky"))
        return _comparison(request, found, round_, waiting, {}, [("ly-do", _sentence(refused))], _status(refused))
    name = sent.version.record.person.full_name
    messages.success(request, _("Đã trả lại hồ sơ của %(name)s; quản trị viên có việc phải sửa.") % {"name": name})
    return HttpResponseRedirect(reverse("month-agency", args=[found.pk]))

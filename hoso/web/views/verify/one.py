"""One change beside its evidence: taking it, answering place by place, finishing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.base.errors import Invalid, Refused, Stale
from hoso.changes import actions, queries, rules
from hoso.changes.queries import Verification
from hoso.changes.rules import Answer, Status
from hoso.records import queries as records
from hoso.records.forms.grammar import patterns, sections
from hoso.records.paths import pattern_of
from hoso.regulation import rules as regulation
from hoso.web import refusals
from hoso.web.http import Request
from hoso.web.views.verify import places, posted
from hoso.web.views.verify.lists import due_words
from hoso.web.views.verify.posted import ACCEPT, RETURN, Given

# What `decide` says of single places, for the words' sake.
SAID = (
    gettext_noop("Chưa quyết định mục này."),
    gettext_noop("Hãy ghi lý do trả lại để người khai đọc."),
    gettext_noop("Hãy chọn lý do trả lại."),
    gettext_noop("Dòng này không còn trong hồ sơ nên không chấp nhận được; hãy trả lại."),
    gettext_noop("Các mục đi liền nhau phải được quyết định như nhau."),
)


@require_http_methods(["GET", "POST"])
def verify(request: Request, change_id: UUID) -> HttpResponse:
    """One change: closed until it is taken, then with everything to decide; a POST decides or comes back."""
    change = queries.for_verifying(change_id, request.user, on=request.today)
    if not rules.is_held(change.taken_by_id, change.taken_at, request.user.pk, request.at):
        busy = rules.why_not_take(change.taken_by_id, change.taken_at, request.user.pk, request.at)
        if busy or request.method == "GET":
            return _closed(request, change, busy=bool(busy))
        # The hold ran out while the officer worked and nobody else has it: what was decided is not lost.
        actions.open_for_verifying(change_id, by=request.user, at=request.at)
    seen = queries.verification(change, request.user, on=request.today)
    if request.method == "GET":
        return _page(request, seen, {})
    answers = posted.given(request.POST, seen)
    if request.POST.get("ca") == RETURN:
        return _return_whole(request, seen, answers)
    if "xem" in request.POST or "ca-phan" in request.POST:
        return _page(request, seen, answers)
    return _decide(request, seen, posted.shared(answers, places.parts(seen, answers, {})))


def _closed(request: Request, change: Any, *, busy: bool) -> HttpResponse:
    """What waits, without a value: somebody has it, or nobody yet."""
    seen = queries.verification(change, request.user, on=request.today)
    titles = {part.key: gettext(part.title) for part in sections(seen.work.form)}
    counts = seen.places()
    said = _head(request, seen) | {
        "busy": busy,
        "places": [(titles[key], counts[key]) for key in seen.sections() if counts[key]],
        "scans": seen.work.evidence,
    }
    return render(request, "verify/closed.html", said, status=409 if request.method == "POST" else 200)


def _head(request: Request, seen: Verification) -> dict[str, Any]:
    change = seen.work.change
    assert change.due_on
    return {
        "change": change,
        "found": seen.work.found,
        "due": due_words(change.due_on, request.today),
        "walk": queries.walk(change, request.user, on=request.today, at=request.at),
    }


def _page(
    request: Request, seen: Verification, answers: Mapping[str, Given], *, refused: Refused | None = None, **more: Any
) -> HttpResponse:
    """The page with what was answered so far; with what is wrong, at its place and in the summary."""
    wrong = {path: str(sentence) for path, sentence in _problems(refused)}
    shown = places.parts(seen, answers, wrong)
    every = [place for part in shown for place in part.places()]
    change = seen.work.change
    paper = regulation.value("record.paper_match", on=request.today, code=seen.work.found.organization.profile)
    said = (
        _head(request, seen)
        | {
            "seen": seen,
            "parts": shown,
            "count": len(every),
            "answered": [place.answer for place in every],
            "done": sum(bool(place.answer) for place in every),
            "locked": places.locked(seen),
            "reasons": [(code, gettext(words)) for code, words in rules.REASONS.items()],
            "paper_article": paper.article,
            "paper_match": bool(request.POST.get("khop-giay")),
            "paper_error": refused.code == "paper_match_missing" if refused else False,
            "problems": _summary(every, wrong, refused),
            "whole": {"code": request.POST.get("ma.*", ""), "reason": request.POST.get("ly-do.*", ""), "error": ""},
            "look": posted.looking(request.POST.get("xem") or request.POST.get("dang-xem", ""), seen.work.evidence),
            "clashes": seen.clashes(),
        }
        | more
    )
    assert change.pk
    return render(request, "verify/one.html", said, status=refused.status if refused else 200)


def _problems(refused: Refused | None) -> list[tuple[str, str]]:
    found = getattr(refused, "problems", [])
    return [(each.path, gettext(each.sentence) % each.params) for each in found]


def _summary(every: list[places.Place], wrong: Mapping[str, str], refused: Refused | None) -> list[tuple[str, str]]:
    """Each problem with the control it is about; what belongs to no place here says the domain's own sentence."""
    if refused is None or isinstance(refused, Stale):
        return []
    found = [(f"{each.id}-qd", f"{each.label}: {each.error}") for each in every if each.error]
    known = {each.path for each in every}
    found += [("", sentence) for path, sentence in wrong.items() if path not in known]
    if refused.code == "paper_match_missing":
        found.append(("khop-giay", refusals.sentence(refused.code, refused.said)))
    return found or [("", refusals.sentence(refused.code, refused.said))]


def _decide(request: Request, seen: Verification, answers: Mapping[str, Given]) -> HttpResponse:
    """Finish, or come back with everything that was answered and what stands in the way."""
    try:
        decided = actions.decide(
            seen.work.change.pk,
            answers={path: each.said for path, each in answers.items() if each.answer},
            paper_match=bool(request.POST.get("khop-giay")),
            head_seq=_head_seq(request),
            by=request.user,
            at=request.at,
        )
    except Stale as stale:
        return _page(request, seen, answers, refused=stale, moved=_moved(request, seen))
    except Invalid as invalid:
        return _page(request, seen, answers, refused=invalid)
    except Refused as refused:
        if refused.code != "paper_match_missing":
            raise
        return _page(request, seen, answers, refused=refused)
    accepted = sum(each.answer == ACCEPT for each in answers.values())
    _say(request, decided, accepted, len(answers) - accepted)
    return _onward(request, seen)


def _return_whole(request: Request, seen: Verification, answers: Mapping[str, Given]) -> HttpResponse:
    """Everything goes back for one reason."""
    reason = Answer(accepted=False, reason_code=request.POST.get("ma.*", ""), reason=request.POST.get("ly-do.*", ""))
    missing = rules.why_not_answer(reason)
    if missing:
        sentence = refusals.sentence(missing, {})
        whole = {"code": reason.reason_code, "reason": reason.reason, "error": sentence}
        problems = [("ly-do-ca" if missing == "reason_missing" else "ma-ca", sentence)]
        return _page(request, seen, answers, refused=Invalid(missing), whole=whole, problems=problems)
    try:
        decided = actions.decide(
            seen.work.change.pk,
            answers={"*": reason},
            paper_match=False,
            head_seq=_head_seq(request),
            by=request.user,
            at=request.at,
        )
    except Stale as stale:
        return _page(request, seen, answers, refused=stale, moved=_moved(request, seen))
    _say(request, decided, 0, len(seen.own()))
    return _onward(request, seen)


def _head_seq(request: Request) -> int:
    text = request.POST.get("phien-ban", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _moved(request: Request, seen: Verification) -> dict[str, Any]:
    """Exactly which places changed while the officer looked: label and what is held now, nothing protected."""
    record, from_seq = seen.work.change.record, _head_seq(request)
    if not 0 <= from_seq < record.head_seq:
        return {"seq": record.head_seq, "changed": []}
    edits = records.differences(record, from_seq, record.head_seq, seen.work.found, request.user, on=request.today)
    changed = []
    for edit in edits:
        leaf = patterns(seen.work.form).get(pattern_of(edit.path))
        masked = isinstance(edit.new, dict)
        now = places.shown(leaf, edit.new, seen) if leaf and not masked else ""
        changed.append((places.label_of(seen, edit.path), now))
    return {"seq": record.head_seq, "changed": changed}


def _say(request: Request, decided: Any, accepted: int, returned: int) -> None:
    said = {"name": decided.record.person.full_name, "accepted": accepted, "returned": returned}
    if decided.status == Status.ACCEPTED and returned:
        words = gettext("Hồ sơ của %(name)s: đã chấp nhận %(accepted)d mục, trả lại %(returned)d mục.")
    elif decided.status == Status.ACCEPTED:
        words = gettext("Hồ sơ của %(name)s: đã chấp nhận %(accepted)d mục.")
    elif accepted:
        words = gettext(
            "Đã trả lại cả đề nghị của %(name)s: lần nhập đầu phải đủ các mục bắt buộc, %(returned)d mục cần sửa."
        )
    else:
        words = gettext("Đã trả lại đề nghị của %(name)s, %(returned)d mục.")
    messages.success(request, words % said)


def _onward(request: Request, seen: Verification) -> HttpResponse:
    """The next one of the queue, taken; the queue itself where nothing waits or somebody was quicker."""
    following = queries.next_to_verify(seen.work.change, request.user, on=request.today, at=request.at)
    if following is None:
        return HttpResponseRedirect(reverse("to-verify"))
    try:
        actions.open_for_verifying(following, by=request.user, at=request.at)
    except Refused:
        return HttpResponseRedirect(reverse("to-verify"))
    return HttpResponseRedirect(reverse("verify", args=[following]))


@require_GET
def scan(request: Request, change_id: UUID) -> HttpResponse:
    """The column with the scan alone, for htmx."""
    change = queries.for_verifying(change_id, request.user, on=request.today)
    evidence = queries.evidence_of(change)
    said = {"change": change, "scans": evidence, "look": posted.looking(request.META.get("QUERY_STRING", ""), evidence)}
    return render(request, "verify/_scan.html", said)


@require_POST
def take(request: Request, change_id: UUID) -> HttpResponse:
    """Take a change to work on; refused while somebody else has it."""
    actions.open_for_verifying(change_id, by=request.user, at=request.at)
    return HttpResponseRedirect(reverse("verify", args=[change_id]))


@require_POST
def release(request: Request, change_id: UUID) -> HttpResponse:
    """Give it back to the queue."""
    actions.release(change_id, by=request.user, at=request.at)
    messages.success(request, gettext("Đã trả hồ sơ về hàng đợi."))
    return HttpResponseRedirect(reverse("to-verify"))

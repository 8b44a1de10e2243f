"""Written consent to read a record: for who reads, whose record it is, and who gives it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoso.access import actions, policy, queries
from hoso.access.roles import Permission
from hoso.access.rules import CONSENT_STATES, BasisKind, ConsentState, consent_state, why_not_answer, why_not_withdraw
from hoso.base.errors import NotAllowed, NotFound, Refused, refuse_if
from hoso.records import actions as record_actions
from hoso.records import queries as records
from hoso.regulation import rules as regulation
from hoso.web.forms import ConsentForm
from hoso.web.http import Request
from hoso.web.views.account import reauthenticated
from hoso.web.views.record.opened import FAMILIES
from hoso.web.views.rights.bases import uuid

MOST = 50
MARKS = {
    ConsentState.WAITING: "waiting",
    ConsentState.TO_COME: "soon",
    ConsentState.IN_FORCE: "done",
    ConsentState.REFUSED: "back",
    ConsentState.WITHDRAWN: "none",
    ConsentState.ENDED: "none",
}


class Line(NamedTuple):
    """One consent in a list."""

    row: Any
    mark: str  # of its state
    words: str
    is_open: bool
    sections: list[str]
    family: str


@require_GET
def mine_to_read(request: Request) -> HttpResponse:
    """The records that the viewer may read, or might, by written consent."""
    return _list(request, queries.consents_of_reader(request.user), "rights/consents.html")


@require_GET
def about_me(request: Request) -> HttpResponse:
    """Who may read the viewer's own record by written consent, and what waits for the viewer's word."""
    if request.user.person_id is None:
        raise NotFound("no_such_record")
    return _list(request, queries.consents_of_person(request.user), "rights/my_consents.html")


@require_GET
def given(request: Request) -> HttpResponse:
    """The consents to read records that are kept where the viewer may give them."""
    return _list(request, queries.consents_given(request.user, on=request.today), "rights/given_consents.html")


def _list(request: Request, found: QuerySet[Any], template: str) -> HttpResponse:
    before = uuid(request.GET.get("truoc", ""))
    rows = list((found.filter(pk__lt=before) if before else found)[: MOST + 1])
    more, rows = len(rows) > MOST, rows[:MOST]
    lines = [_line(row, request) for row in rows]
    said = {
        "lines": lines,
        "in_force": sum(each.is_open for each in lines),
        "waiting": sum(each.mark == "waiting" for each in lines),
        "first": rows[0].basis.number if rows else "",
        "last": rows[-1].basis.number if rows else "",
        "on": f"?truoc={rows[-1].pk}" if more else "",
    }
    return render(request, template, said)


def _line(row: Any, request: Request) -> Line:
    state, titles = consent_state(row, request.today), records.titles_of(row.family)
    return Line(
        row,
        MARKS[state],
        _(CONSENT_STATES[state]),
        state == ConsentState.IN_FORCE,
        [_(titles.get(each, each)) for each in titles if each in row.sections],
        _(FAMILIES[row.family]),
    )


@require_GET
def consent(request: Request, consent_id: UUID) -> HttpResponse:
    """One consent, for the reader, the person and the authority, with what each of them may do."""
    return _page(request, consent_id)


def _page(request: Request, consent_id: UUID, refused: Refused | None = None) -> HttpResponse:
    row = queries.consent(consent_id, request.user, on=request.today)
    own = request.user.person_id == row.person_id
    reads = request.user.pk == row.reader_id
    gives = queries.gives(row, request.user, on=request.today)
    request.menu_here = reverse("my-consents" if own else "given-consents" if gives else "consents")
    record = records.of_person(row.person_id).filter(family=row.family).first()
    said = {
        "line": _line(row, request),
        "row": row,
        "own": own,
        "reads": reads,
        "gives": gives,
        "record": record,
        "pages": range(1, row.basis.pages + 1),
        "may_answer": own and why_not_answer(row, request.today) is None,
        "may_withdraw": (gives or (own and row.needs_person)) and why_not_withdraw(row, request.today) is None,
        "refused": refused,
    }
    return render(request, "rights/consent.html", said, status=refused.status if refused else 200)


@require_POST
def agree(request: Request, consent_id: UUID) -> HttpResponse:
    """The person agrees."""
    actions.agree(consent_id, by=request.user, at=request.at)
    messages.success(request, _("Bạn đã đồng ý. Bạn có thể rút lại bất cứ lúc nào."))
    return HttpResponseRedirect(reverse("consent", args=[consent_id]))


@require_POST
def refuse(request: Request, consent_id: UUID) -> HttpResponse:
    """The person refuses."""
    actions.refuse(consent_id, by=request.user, at=request.at)
    messages.success(request, _("Bạn không đồng ý. Không ai được đọc theo văn bản này."))
    return HttpResponseRedirect(reverse("consent", args=[consent_id]))


@require_POST
def withdraw(request: Request, consent_id: UUID) -> HttpResponse:
    """The person or the authority takes it back."""
    reason = request.POST.get("ly-do", "")
    actions.withdraw_consent(consent_id, reason=reason, by=request.user, at=request.at)
    messages.success(request, _("Đã rút. Từ lúc này không ai đọc được theo văn bản này."))
    return HttpResponseRedirect(reverse("consent", args=[consent_id]))


@reauthenticated
@require_http_methods(["GET", "POST"])
def let_read(request: Request, record_id: UUID) -> HttpResponse:
    """Let somebody read some sections of a record: first the reader is found by name; the password is asked before."""
    found = records.viewable(records.locate(record_id).pk, request.user, on=request.today)
    may = policy.allows(request.user, Permission.CONSENT_GIVE, found.organization, on=request.today)
    refuse_if(None if may else "not_allowed", NotAllowed)
    request.menu_here = reverse("given-consents")
    typed, chosen = request.GET.get("ten", "")[:100], uuid(request.POST.get("reader", ""))
    people = [queries.by_id(chosen)] if chosen else list(queries.readers(request.user, on=request.today, text=typed))
    sections = [(key, _(title)) for key, title in records.sections_of(found.record).items()]
    form = ConsentForm(request.POST or None, request.FILES or None, readers=people, sections=sections)
    if request.method == "POST" and form.is_valid():
        try:
            made = record_actions.let_read(
                found.record.pk,
                reader=queries.by_id(form.cleaned_data["reader"]),
                basis=form.paper(BasisKind.CONSENT),
                **{name: form.cleaned_data[name] for name in ConsentForm.SAID},
                by=request.user,
                at=request.at,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Đã ghi văn bản đồng ý."))
            return HttpResponseRedirect(reverse("consent", args=[made.pk]))
    rule = regulation.value("consent.parties", on=request.today, code=found.organization.profile)
    said = {"form": form, "typed": typed, "people": people, "found": found, "rule": rule}
    said["asks"] = "person" in rule.setting
    return render(request, "rights/let_read.html", said, status=422 if form.errors else 200)

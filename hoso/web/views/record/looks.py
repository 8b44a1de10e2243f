"""Who looked at a record: in a list beside it, and on the page that every person has for their own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hoso.access import queries as accounts
from hoso.access.roles import ROLES
from hoso.audit import queries as audit
from hoso.audit.rules import ACTIONS
from hoso.base.errors import NotFound
from hoso.records.drafts import leaf_at
from hoso.records.forms.grammar import sections
from hoso.records.purposes import PURPOSES
from hoso.regulation.rules import RULES
from hoso.web.http import Request

PAGE = 50


class Look(NamedTuple):
    """One look: who, what they did, in which role and on what basis, at which parts, what for."""

    at: datetime
    who: str
    what: str  # all of it in one line, for a narrow list
    mine: bool
    did: str
    role: str
    basis: str
    parts: str
    purpose: str


@require_GET
def who_looked(request: Request) -> HttpResponse:
    """Everybody who looked at one's own record, newest first, fifty a page."""
    person = request.user.person_id
    if person is None:
        raise NotFound("no_such_record")
    before = request.GET.get("truoc", "")
    found = audit.looks(person, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    names = accounts.names(each.account for each in shown)
    said = {
        "looks": looked(shown, names, request.user),
        "on": f"?truoc={shown[-1].pk}" if len(rows) > PAGE else "",
        "first": shown[0].at if shown else None,
        "last": shown[-1].at if shown else None,
        "later": bool(before),
    }
    return render(request, "record/who_looked.html", said)


def looked(events: Iterable[Any], names: Mapping[str, str], viewer: Any) -> list[Look]:
    """Who looked, in words; `names` of the accounts."""
    return [_look(each, names, str(viewer.pk)) for each in events]


def _look(event: Any, names: Mapping[str, str], viewer: str) -> Look:
    did = what = _(ACTIONS[event.action])
    if labels := dict.fromkeys(label(path) for path in event.data.get("paths", ())):
        what = f"{what}: {cut(', '.join(labels))}"
    basis = _("được đồng ý theo %(basis)s") % {"basis": event.basis} if event.data.get("consents") else ""
    text = ", ".join(each for each in (basis or role_of(event.role), what) if each)
    purpose = _purpose(event) if event.purpose else ""
    parts = [*labels] or [*dict.fromkeys(label(part) for part in event.data.get("sections", ()))]
    return Look(
        event.at,
        names.get(event.account, ""),
        f"{text}; {purpose}" if purpose else text,
        event.account == viewer,
        did,
        _("Người được đồng ý cho xem") if event.data.get("consents") else role_of(event.role),
        event.basis,
        ", ".join(parts),
        purpose,
    )


def _purpose(event: Any) -> str:
    """What it was done for: a purpose with its text, a rule of the regulation, or words as they are."""
    words = PURPOSES.get(event.data.get("purpose_code", ""), "")
    if words:
        return f"{_(words)}{event.purpose.removeprefix(words)}"
    return _(RULES.get(event.purpose, event.purpose))


def label(path: str) -> str:
    """A place of a form, or one of its sections, in the form's words."""
    from hoso.records.forms import FORMS

    for form in FORMS.values():
        try:
            return _(leaf_at(form, path).label)
        except KeyError:
            continue
    titles = (part.title for form in FORMS.values() for part in sections(form) if part.key == path)
    return _(next(titles, path))


def role_of(role: str) -> str:
    """A role in words; blank for what is none."""
    return _(ROLES[role].title) if role in ROLES else ""


def cut(text: str) -> str:
    """As much of a list as stands in a line."""
    return text if len(text) <= 90 else f"{text[:88].rpartition(',')[0]}, …"

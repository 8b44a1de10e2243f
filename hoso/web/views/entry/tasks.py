"""The list of sections of a draft, each with its state in words, and how much is still to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from hoso.approvals.queries import vouching
from hoso.records import drafts
from hoso.records import queries as records
from hoso.records.forms.grammar import Filler, Form, Leaf, Part, columns, sections
from hoso.records.paths import get, within
from hoso.records.queries import Held
from hoso.web.http import Request
from hoso.web.views.entry.fields import Reader
from hoso.web.views.entry.pages import section_url
from hoso.web.views.record.page import words


@dataclass
class Task:
    """A section on the list."""

    part: Part
    url: str
    kind: str  # of `state`
    word: str
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fillable: bool = True
    level: int | None = None  # how far the section of a record is vouched for
    vouched: str = ""  # the same in words


def tasks(reader: Reader) -> list[Task]:
    """Every section with its state in words."""
    return [_task(reader, part) for part in sections(reader.work.form)]


def _task(reader: Reader, part: Part) -> Task:
    work = reader.work
    url = section_url(work.change, part.key)
    fillable = any(work.may_fill(leaf.path) for leaf in part.fields)
    fillable = fillable or any(work.may_fill(f"{leaf.path}.aaaaaa") for leaf in part.tables)
    if not fillable:
        other = gettext("Người có hồ sơ nhập") if work.change.agency else gettext("Cơ quan nhập")
        locked = [leaf for leaf in part.fields if leaf.path in work.locked]
        full = bool(locked) and len(locked) == len(part.fields)
        return Task(part, url, "none", gettext("Đã có") if full else other, fillable=False)
    absent = [gettext(drafts.leaf_at(work.form, path).label) for path in work.missing.get(part.key, [])]
    absent = list(dict.fromkeys(absent))
    wrong = sum(within(each.path, part.key) for each in work.problems)
    back = [path for path in reader.returned if within(path, part.key)]
    edits = [each for each in work.edits if within(each.path, part.key) and each.path not in work.locked]
    own = [path for path in work.typed if within(path, part.key)]
    notes = []
    if back:
        count = ngettext("%(count)d mục bị trả lại", "%(count)d mục bị trả lại", len(back))
        return Task(part, url, "back", gettext("Bị trả lại"), absent, [count % {"count": len(back)}])
    if wrong:
        count = ngettext("%(count)d chỗ cần sửa", "%(count)d chỗ cần sửa", wrong)
        return Task(part, url, "half", gettext("Đang nhập"), absent, [count % {"count": wrong}])
    if edits and not work.change.first_entry:
        notes.append(ngettext("%(count)d mục thay đổi", "%(count)d mục thay đổi", len(edits)) % {"count": len(edits)})
    begun = bool(own or edits or get(work.base, part.key))
    if absent and begun:
        return Task(part, url, "half", gettext("Thiếu %(count)d") % {"count": len(absent)}, absent, notes)
    if absent:
        return Task(part, url, "empty", gettext("Chưa nhập"), absent, notes)
    if begun:
        return Task(part, url, "done", gettext("Đủ"), [], notes)
    if part.key in work.done:
        return Task(part, url, "none", gettext("Không có"))
    return Task(part, url, "empty", gettext("Chưa nhập"), [], [gettext("Không bắt buộc")])


def empty_tasks(form: type[Form], *, agency: bool) -> list[Task]:
    """The sections before anything was opened: what is not for this side to fill says so."""
    side, other = (
        (Filler.AGENCY, gettext("Người có hồ sơ nhập")) if agency else (Filler.PERSON, gettext("Cơ quan nhập"))
    )
    found = []
    for part in sections(form):
        own = any(drafts.fills(leaf, side, first=True) for leaf in leaves_of(form, part))
        kind, word = ("empty", gettext("Chưa nhập")) if own else ("none", other)
        found.append(Task(part, "", kind, word, fillable=own))
    return found


def held_tasks(request: Request, held: Held, *, agency: bool | None = None) -> list[Task]:
    """The sections of the newest version as they stand: what is missing by name, how far each is vouched for.

    `agency` keeps to what one side fills: True the agency, None both. Nothing of what stands there is shown, so nothing
    is logged.
    """
    row = records.version(held.record)
    form, document = records.form_of(row), records.shown(row, held, request.user, on=request.today)
    absent = drafts.missing(form, document, by=Filler.AGENCY if agency else None, first=False)
    accepted = {each.seq: each.accepted_at for each in records.all_versions(held.record)}
    levels = vouching.assured(row.parts, vouching.vouches(held.record), accepted, ())
    url = reverse("record", args=[held.record.pk])
    found = []
    for part in sections(form):
        if agency and not any(drafts.fills(leaf, Filler.AGENCY, first=False) for leaf in leaves_of(form, part)):
            continue
        names = [gettext(drafts.leaf_at(form, path).label) for path in absent[part.key]]
        task = Task(part, f"{url}#{part.key}" if part.key in row.parts else "", "done", gettext("Đủ"))
        task.missing = list(dict.fromkeys(names))
        if task.missing:
            task.kind, task.word = "half", gettext("Thiếu %(count)d") % {"count": len(task.missing)}
        elif part.key not in row.parts:
            task.kind, task.word = "none", gettext("Không có")
        if part.key in levels:
            task.level, task.vouched = int(levels[part.key].level), words(levels[part.key])
        found.append(task)
    return found


def leaves_of(form: type[Form], part: Part) -> list[Leaf]:
    """The fields of a section and the columns of its tables."""
    return [*part.fields, *(leaf for table in part.tables for leaf in columns(form, table.path))]


def meter(found: Iterable[Task]) -> dict[str, Any]:
    """The numbers under the meter, of what is to be filled in."""
    kinds = [task.kind for task in found if task.fillable]
    counts: Mapping[str, int] = {kind: kinds.count(kind) for kind in ("done", "half", "empty", "back", "none")}
    words = []
    complete = counts["done"] + counts["none"]
    for count, text in (
        (complete, gettext("%(count)d phần đủ")),
        (counts["half"], gettext("%(count)d phần còn thiếu")),
        (counts["empty"], gettext("%(count)d phần chưa nhập")),
        (counts["back"], gettext("%(count)d phần bị trả lại")),
    ):
        if count:
            words.append(text % {"count": count})
    order = ("done", "none", "back", "half", "empty")
    return {"kinds": sorted(kinds, key=order.index), "words": ", ".join(words), "todo": len(kinds) - complete}


def first_open(found: Iterable[Task]) -> Task | None:
    """The section to go on with."""
    ready = list(found)
    return next(
        (task for kind in ("back", "half", "empty") for task in ready if task.fillable and task.kind == kind), None
    )

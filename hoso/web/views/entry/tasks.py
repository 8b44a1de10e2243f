"""The list of sections of a draft, each with its state in words, and how much is still to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, ngettext

from hoso.records import drafts
from hoso.records.forms.grammar import Part, sections
from hoso.records.paths import get, within
from hoso.web.views.entry.fields import Reader
from hoso.web.views.entry.pages import section_url


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


def empty_tasks(form: Any) -> list[Task]:
    """The sections before anything was opened."""
    return [Task(part, "", "empty", gettext("Chưa nhập")) for part in sections(form)]


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

"""What a form sent: texts by path, what the page had shown, which rows go, which files came."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from hoso.base.errors import NotFound, Refused
from hoso.changes import actions
from hoso.changes.actions import Saved
from hoso.changes.queries import Work
from hoso.records.forms.grammar import patterns
from hoso.records.paths import pattern_of, within
from hoso.web import refusals
from hoso.web.http import Request
from hoso.web.views.entry.fields import Reader, id_of

TRACE = re.compile(r"[0-9a-f]{12}")


class Posted(NamedTuple):
    """One save: path → text, path → trace."""

    typed: dict[str, str]
    seen: dict[str, str]
    done: dict[str, bool]


def read(request: Request, reader: Reader, scope: str) -> Posted:
    """The texts of a section or a row; a field that was veiled and left empty is not touched.

    Line ends are made one, as every browser sends them in its own way.
    """
    work = reader.work
    typed = {}
    for name, text in request.POST.items():
        if not isinstance(text, str) or not within(name, scope) or not _is_place(work, name):
            continue
        if request.POST.get(f"chon:{name}") == "theirs":
            continue
        leaf = patterns(work.form)[pattern_of(name)]
        if leaf is None or (not text and reader.veiled(name, leaf)):
            continue
        typed[name] = text.replace("\r\n", "\n")
    section = scope.split(".", maxsplit=1)[0]
    said = request.POST.get("xong")
    return Posted(typed, _seen(request), {section: said == "1"} if said in ("0", "1") else {})


def _is_place(work: Work, name: str) -> bool:
    return pattern_of(name) in patterns(work.form) and work.may_fill(name)


def _seen(request: Request) -> dict[str, str]:
    try:
        sent = json.loads(request.POST.get("seen", "{}"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(sent, dict):
        return {}
    return {path: mark for path, mark in sent.items() if isinstance(mark, str) and TRACE.fullmatch(mark)}


def removed(request: Request, work: Work, scope: str) -> dict[str, str]:
    """The rows that were ticked to go, as texts to save."""
    rows = [path for path in request.POST.getlist("xoa") if path.count(".") == 2 and within(path, scope)]
    return {path: "" for path in rows if work.may_fill(path)}


def save(request: Request, reader: Reader, posted: Posted) -> Saved:
    """Keep what was sent."""
    return actions.save(
        reader.work.change.pk,
        typed=posted.typed,
        seen=posted.seen,
        done=posted.done,
        by=request.user,
        at=request.at,
    )


def attach(request: Request, work: Work, scope: str) -> list[tuple[str, str]]:
    """Keep the files that came with a page; returns what was refused, each in its own sentence: (control, sentence)."""
    trouble = []
    for file in request.FILES.getlist("tep"):
        trouble += _keep(file, "tep", lambda data, file=file: _add(request, work, scope, file, data))  # type: ignore[misc]
    for name in request.FILES:
        kind, _, place = name.partition(":")
        file = request.FILES.getlist(name)[-1]
        if kind == "thay":
            trouble += _keep(
                file,
                f"thay-{place}",
                lambda data, file=file, place=place: _replace(request, work, place, file, data),  # type: ignore[misc]
            )
        elif kind == "anh" and within(place, scope) and work.may_fill(place):
            trouble += _keep(
                file,
                id_of(place),
                lambda data, file=file, place=place: _put(request, work, place, file, data),  # type: ignore[misc]
            )
    return trouble


def _add(request: Request, work: Work, scope: str, file: "UploadedFile[Any]", data: bytes) -> None:
    """A new scan: for all of the page, unless narrower places were ticked."""
    ticked = [path for path in request.POST.getlist("ho-tro") if within(path, scope)]
    actions.attach(
        work.change.pk,
        data=data,
        name=file.name or "",
        title=request.POST.get("ten-minh-chung", "").strip() or _stem(file),
        paths=[scope] if scope in ticked or not ticked else ticked,
        by=request.user,
        at=request.at,
    )


def support(request: Request, work: Work, scope: str, evidence_id: str) -> list[tuple[str, str]]:
    """Let a scan support what is ticked on this page; what it supports elsewhere stays. What was refused, if anything:
    (control, sentence)."""
    held = next((each for each in work.evidence if str(each.pk) == evidence_id), None)
    if held is None:
        raise NotFound("no_such_evidence")
    here = [path for path in held.paths if within(path, scope) or within(scope, path)]
    ticked = request.POST.getlist(f"muc:{evidence_id}")
    chosen = [path for path in ticked if within(path, scope) or path in here]
    elsewhere = [path for path in held.paths if path not in here]
    try:
        actions.support(evidence_id, paths=[*elsewhere, *chosen], by=request.user, at=request.at)
    except NotFound:
        raise
    except Refused as refusal:
        return [(f"muc-{evidence_id}", refusals.sentence(refusal.code, refusal.said))]
    return []


def _replace(request: Request, work: Work, place: str, file: "UploadedFile[Any]", data: bytes) -> None:
    """A better scan in place of one: same title, same places."""
    former = next((each for each in work.evidence if str(each.pk) == place), None)
    if former is None:
        raise NotFound("no_such_evidence")
    actions.attach(
        work.change.pk,
        data=data,
        name=file.name or "",
        title=former.title,
        paths=former.paths,
        by=request.user,
        at=request.at,
    )
    actions.detach(former.pk, by=request.user, at=request.at)


def _put(request: Request, work: Work, path: str, file: "UploadedFile[Any]", data: bytes) -> None:
    """The picture that a field holds."""
    actions.put_image(work.change.pk, path=path, data=data, name=file.name or "", by=request.user, at=request.at)


def _keep(file: "UploadedFile[Any]", control: str, keep: Callable[[bytes], None]) -> list[tuple[str, str]]:
    """Keep one file; a refusal becomes its sentence, with the name of the file before it."""
    if (file.size or 0) > settings.HOSO_UPLOAD_LIMIT:
        return [(control, f"{file.name}: {refusals.sentence('too_large', {})}")]
    try:
        keep(file.read())
    except Refused as refusal:
        return [(control, f"{file.name}: {refusals.sentence(refusal.code, refusal.said)}")]
    return []


def _stem(file: "UploadedFile[Any]") -> str:
    return (file.name or "").rpartition(".")[0] or file.name or gettext("Minh chứng")

"""What the system has compared already, for the verifier's middle column: satisfied rules and doubts, in words."""

from typing import NamedTuple

from django.utils.translation import gettext

from hoso.changes.queries import Proposal, Verification
from hoso.records import codes
from hoso.records.dates import last_day
from hoso.records.paths import get, within


class Check(NamedTuple):
    """One comparison: whether it holds, and what it says."""

    good: bool
    text: str


def checks(seen: Verification, section: str, proposals: list[Proposal]) -> list[Check]:
    """Everything compared for a section, doubts last."""
    found = [_rules(seen, section), *_pay(seen, section), *_doubles(seen, proposals), *_evidence(seen, proposals)]
    doubts = {gettext(each.sentence) % each.params: None for proposal in proposals for each in proposal.doubts}
    found += [Check(False, text) for text in doubts]
    return sorted(found, key=lambda each: not each.good)


def _rules(seen: Verification, section: str) -> Check:
    wrong = sum(within(problem.path, section) for problem in seen.work.problems)
    if wrong:
        return Check(False, gettext("Có %(count)d chỗ chưa đúng quy tắc của mẫu") % {"count": wrong})
    return Check(True, gettext("Đúng danh mục và quy tắc của mẫu"))


def _pay(seen: Verification, section: str) -> list[Check]:
    """Step and coefficient against the pay scale (NĐ 204/2004/NĐ-CP), where the section says both."""
    if section != "salary":
        return []
    pay = seen.work.document.get("salary") or {}
    rank, step, coefficient = pay.get("rank_code"), pay.get("salary_step"), pay.get("salary_coefficient")
    if not (rank and step and coefficient):
        return []
    since = pay.get("salary_effective_date")
    scale = codes.pay_step(rank, step, last_day(since) if since else seen.work.on)
    if scale is None or scale.coefficient != coefficient:
        return []
    said = {"coefficient": coefficient.replace(".", ","), "step": step, "last": scale.last_step}
    return [Check(True, gettext("Hệ số %(coefficient)s đúng bậc %(step)s/%(last)s (NĐ 204/2004/NĐ-CP)") % said)]


def _doubles(seen: Verification, proposals: list[Proposal]) -> list[Check]:
    """A new row that says the same as one that is there."""
    new = [each.edit for each in proposals if each.leaf is None and each.edit.new and not each.edit.old]
    if not new:
        return []
    twice = sum(edit.new in (get(seen.current, edit.path.rpartition(".")[0]) or {}).values() for edit in new)
    if twice:
        return [Check(False, gettext("%(count)d dòng mới trùng dòng đã có") % {"count": twice})]
    return [Check(True, gettext("Không trùng dòng đã có"))]


def _evidence(seen: Verification, proposals: list[Proposal]) -> list[Check]:
    bare = sum(not each.evidence for each in proposals)
    if not bare:
        return [Check(True, gettext("Mục nào cũng có minh chứng"))]
    if seen.work.change.first_entry:
        return []
    return [Check(False, gettext("%(count)d mục không có minh chứng") % {"count": bare})]

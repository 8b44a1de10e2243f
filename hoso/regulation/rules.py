"""Law as data: which value of a rule holds on a day, and when something is due. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from hoso.regulation import calendar, profiles

PROFILES = profiles.BUILT_IN

RULES = {  # every rule the product asks for; a test holds that profiles and code know the same ids
    "account.create": "Lập tài khoản cá nhân",
    "account.receive": "Lập tài khoản cho người được tiếp nhận, ký hợp đồng",
    "account.agency_creates": "Cơ quan tự lập tài khoản cá nhân",
    "account.heads_manage": "Thủ trưởng hạn chế, gia hạn, hủy tài khoản của cơ quan",
    "account.document": "Việc với tài khoản phải có văn bản",
    "entry.first": "Nhập dữ liệu lần đầu",
    "entry.change": "Cập nhật khi có thay đổi",
    "change.verify": "Kiểm tra đề nghị",
    "change.correct": "Sửa phần bị trả lại",
    "round.confirm": "Thủ trưởng xác nhận tháng",
    "round.sign": "Lãnh đạo Sở Nội vụ ký số tháng",
    "evidence.required": "Minh chứng cho thay đổi sau lần đầu",
    "submission.declaration": "Cam đoan khi nộp",
    "submission.signature": "Chữ ký số của người khai",
    "confirmation.head": "Xác nhận của thủ trưởng",
    "confirmation.administrator": "Quản trị viên được xác nhận thay",
    "record.paper_match": "Khớp hồ sơ giấy",
    "record.no_second_declaration": "Không khai lại dữ liệu đã có",
    "consent.parties": "Ai đồng ý cho người khác đọc hồ sơ",
    "record.protected": "Mã hóa trường được bảo vệ",
    "form.syll": "Mẫu sơ yếu lý lịch",
    "form.contract": "Mẫu hợp đồng lao động",
    "manifest.signatures": "Chữ ký trên bảng kê",
}


class Value(NamedTuple):
    """One value of a rule: from which day, by which article, of which legal rank, and what it says."""

    rule: str
    since: date
    article: str
    rank: int  # 1 law, 2 decree, 3 circular, 4 decision of a province, 5 setting of an installation
    within: str
    setting: Any
    provisional: bool
    profile: str = ""  # whose file says it


class Due(NamedTuple):
    """Until when something must be done, and which article says so."""

    on: date
    rule: str
    article: str


class Window(NamedTuple):
    """The days of a month in which an act may be done, both ends included."""

    opens: date
    closes: date
    article: str

    def why_not(self, on: date) -> str | None:
        """Why the act cannot be done on a day; None if it can."""
        return "window_not_open" if on < self.opens else "window_closed" if on > self.closes else None


@cache
def profile(code: str) -> Mapping[str, tuple[Value, ...]]:
    """Rule id to its dated values; a profile adds its own to those of the profile it extends. LookupError."""
    found: dict[str, tuple[Value, ...]] = {}
    for each in profiles.line(code):
        file = profiles.read(each)
        for rule in file.rule:
            found[rule.id] = found.get(rule.id, ()) + tuple(_value(rule.id, entry, each, file) for entry in rule.values)
    return found


def _value(rule: str, entry: profiles.ValueEntry, code: str, file: profiles.ProfileFile) -> Value:
    rank = entry.rank or file.rank
    return Value(rule, entry.since, entry.article, rank, entry.within, entry.setting, entry.provisional, code)


def title(code: str) -> str:
    """What a profile is called."""
    return profiles.read(code).title


@cache
def banner(code: str) -> str:
    """What every page must say about this profile; empty for a real one."""
    return profiles.read(code).banner


def value(rule: str, *, on: date, code: str) -> Value:
    """The value in force: the latest in time, and of those of one day the one of the higher text.

    So a higher text that comes later overrides a local profile, until the profile restates the rule after that day.
    KeyError for an unknown rule; LookupError where no value is in force yet.
    """
    in_force = [each for each in profile(code)[rule] if each.since <= on]
    if not in_force:
        raise LookupError(f"{rule} has no value on {on} in {code}")
    return max(in_force, key=lambda each: (each.since, -each.rank))


class Reason(NamedTuple):
    """One value of a rule, whether it holds on the day that was asked for, and if not, why."""

    value: Value
    holds: bool
    why: str  # "", not_yet, later, higher


def explain(rule: str, *, on: date, code: str) -> list[Reason]:
    """Every value that a profile has for a rule, inherited ones included, oldest first: which holds on a day, and why
    the others do not. KeyError for an unknown rule."""
    values = sorted(profile(code)[rule], key=lambda each: (each.since, -each.rank))
    in_force = [each for each in values if each.since <= on]
    winner = in_force[-1] if in_force else None
    return [Reason(each, each is winner, _why_not(each, winner, on)) for each in values]


def _why_not(found: Value, winner: Value | None, on: date) -> str:
    if found is winner:
        return ""
    if found.since > on:
        return "not_yet"
    return "higher" if winner and winner.since == found.since else "later"


def due(rule: str, *, start: date, code: str) -> Due:
    """When the thing that started on `start` must be done, by the value in force that day: what changes later in the
    law leaves a term alone that runs already."""
    found = value(rule, on=start, code=code)
    return Due(_count(start, found.within), rule, found.article)


def window(rule: str, *, month: str, code: str) -> Window:
    """The window of a month 'YYYY-MM': 'last N days', calendar days, both ends included, or 'whole month'."""
    year, number = int(month[:4]), int(month[5:7])
    first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    found = value(rule, on=last, code=code)
    match found.within.split():
        case ["last", count, "days"]:
            return Window(last - timedelta(days=int(count) - 1), last, found.article)
        case ["whole", "month"]:
            return Window(first, last, found.article)
    raise ValueError(f"{rule} is no window: {found.within!r}")


def setting(rule: str, *, on: date, code: str) -> Any:
    """What a rule says that is not a term: a yes, a number, a word."""
    return value(rule, on=on, code=code).setting


def _count(start: date, within: str) -> date:
    match within.split():
        case ["at", "once"]:
            return start
        case [number, "working", "days"]:
            return calendar.after(start, int(number))
        case [number, "days"]:
            return calendar.next_working(start + timedelta(days=int(number)))
    raise ValueError(f"cannot read {within!r}")

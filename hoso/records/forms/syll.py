"""Sơ yếu lý lịch, in the versions the law has given it; a version once used is never edited."""

from hoso.records.forms.grammar import RESTRICTED, Form, field
from hoso.records.forms.rules import coefficient_agrees, periods_end_after_they_begin, personal_id_agrees, work_has_a_gap
from hoso.records.forms.sections import Family, Identity, Salary, Training, Work
from hoso.records.values import Text


class Syll(Form, title="Sơ yếu lý lịch"):
    """TT 06/2023/TT-BNV."""

    name = "syll/tt06-2023"
    rules = (personal_id_agrees, coefficient_agrees, periods_end_after_they_begin)
    doubts = (work_has_a_gap,)
    identity: Identity = Identity()
    salary: Salary = Salary()
    training: Training = Training()
    work: Work = Work()
    family: Family = Family()


class Identity2026(Identity, title="Thông tin cá nhân"):
    """Since 2025-07-01 there are 34 provinces and no districts: what was true before is kept in words."""

    native_place_before: Text = field("Quê quán trước 01/7/2025", no="5d", tier=RESTRICTED)


class Syll2026(Syll, title="Sơ yếu lý lịch"):
    """NĐ 27/2026/NĐ-CP (our reading: its appendix is not public yet)."""

    name = "syll/nd27-2026"
    identity: Identity2026 = Identity2026()

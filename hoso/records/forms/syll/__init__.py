"""Sơ yếu lý lịch, in the versions the law has given it; a version once used is never edited."""

from hoso.records.forms.grammar import RESTRICTED, Form, field
from hoso.records.forms.rules import SYLL, SYLL_DOUBTS
from hoso.records.forms.syll.home import Assessment, Economy, Family, Signature
from hoso.records.forms.syll.life import Discipline, History, Reward, Training, Work
from hoso.records.forms.syll.person import Header, Identity, Military, Party, Policy, Recruitment
from hoso.records.forms.syll.post import Health, Position, Qualification, Salary
from hoso.records.values import Text


class Syll(Form, title="Sơ yếu lý lịch"):
    """TT 06/2023/TT-BNV."""

    name = "syll/tt06-2023"
    basis = "Thông tư 06/2023/TT-BNV"
    since = "2023-05-05"
    signatures = (
        ("Z1", "Người khai – ký, ghi rõ họ tên"),
        ("Z3", "Xác nhận của cơ quan, đơn vị quản lý CBCCVC (ký tên, đóng dấu)"),
    )
    rules = SYLL
    doubts = SYLL_DOUBTS
    header: Header = Header()
    identity: Identity = Identity()
    recruitment: Recruitment = Recruitment()
    party: Party = Party()
    military: Military = Military()
    policy: Policy = Policy()
    qualification: Qualification = Qualification()
    position: Position = Position()
    salary: Salary = Salary()
    health: Health = Health()
    training: Training = Training()
    work: Work = Work()
    history: History = History()
    reward: Reward = Reward()
    discipline: Discipline = Discipline()
    family: Family = Family()
    economy: Economy = Economy()
    assessment: Assessment = Assessment()
    signature: Signature = Signature()


class Identity2026(Identity, title="Thông tin cá nhân"):
    """Since 2025-07-01 there are 34 provinces and no districts: what was true before is kept in words."""

    native_place_before: Text = field(
        "Quê quán trước 01/7/2025", no="5d", tier=RESTRICTED, example="Phù Vân, Phủ Lý, Hà Nam"
    )


class Syll2026(Syll, title="Sơ yếu lý lịch"):
    """NĐ 27/2026/NĐ-CP (our reading: its appendix is not public yet)."""

    name = "syll/nd27-2026"
    basis = "Nghị định 27/2026/NĐ-CP"
    since = "2026-07-01"
    provisional = True
    identity: Identity2026 = Identity2026()

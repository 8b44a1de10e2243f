"""Labour contract of workers in agencies (NĐ 111/2022/NĐ-CP), and what a person's record takes from it."""

from hoso.records.forms.contract.parties import Header, PartyA, PartyB
from hoso.records.forms.contract.rules import CONTRACT, CONTRACT_DOUBTS
from hoso.records.forms.contract.terms import (
    Article1,
    Article2Duties,
    Article2Rights,
    Article3,
    Article4,
    Article5,
    Article6,
)
from hoso.records.forms.grammar import Form
from hoso.records.paths import Document, get, put_all


class Contract(Form, title="Hợp đồng lao động"):
    """TT 05/2023/TT-BNV, Phụ lục II, both printed variants."""

    name = "contract/tt05-2023"
    basis = "Thông tư 05/2023/TT-BNV, Phụ lục II"
    since = "2023-05-03"
    signatures = (("Z1", "Chữ ký, đóng dấu Bên A"), ("Z2", "Chữ ký Bên B"))
    rules = CONTRACT
    doubts = CONTRACT_DOUBTS
    header: Header = Header()
    party_a: PartyA = PartyA()
    party_b: PartyB = PartyB()
    article_1: Article1 = Article1()
    article_2_rights: Article2Rights = Article2Rights()
    article_2_duties: Article2Duties = Article2Duties()
    article_3: Article3 = Article3()
    article_4: Article4 = Article4()
    article_5: Article5 = Article5()
    article_6: Article6 = Article6()


CARRIED_OVER = {
    "party_b.employee_full_name": "identity.birth_full_name",
    "party_b.employee_date_of_birth": "identity.date_of_birth",
    "party_b.employee_gender": "identity.gender",
    "party_b.employee_id_number": "identity.citizen_id_number",
    "party_b.employee_id_issue_date": "identity.citizen_id_issue_date",
    "party_b.employee_phone": "identity.contact_phone",
    "party_b.employee_professional_qualification": "qualification.highest_professional_qualification",
    "header.employer_unit": "header.employing_unit",
    "article_6.effective_date": "recruitment.current_agency_join_date",
    "article_1.job_position": "salary.job_position",
    "article_2_rights.wage": "salary.job_position_salary_amount",
}


def carry_over(contract: Document) -> Document:
    """What a sơ yếu lý lịch takes from a contract, so that nobody types it twice; the start of a document."""
    found = {to: value for held, to in CARRIED_OVER.items() if (value := get(contract, held)) is not None}
    return put_all({}, found)

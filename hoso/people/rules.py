"""Who can be a person of the node, and how somebody is employed. Pure."""

import re

from django.db.models import TextChoices


class Category(TextChoices):
    """The law's four categories."""

    CADRE = "cadre", "Cán bộ"
    CIVIL_SERVANT = "civil_servant", "Công chức"
    PUBLIC_EMPLOYEE = "public_employee", "Viên chức"
    CONTRACT_WORKER = "contract_worker", "Người lao động hợp đồng"


def family(category: str) -> str:
    """Which statutory form a category fills in: 'syll' or 'contract'."""
    return "contract" if category == Category.CONTRACT_WORKER else "syll"


def why_not_pin(pin: str, birth: str, sex: str) -> str | None:
    """The personal number: 12 digits that carry sex, century and year of birth (NĐ 137/2015 Điều 13).

    Its first three digits, the place, are not judged: an unknown place only deserves a question.
    """
    if not re.fullmatch(r"\d{12}", pin, re.ASCII):
        return "pin_not_12_digits"
    century, is_female = divmod(int(pin[3]), 2)
    if sex and sex != "MF"[is_female]:
        return "pin_other_sex"
    if birth and int(birth[:4]) != 1900 + 100 * century + int(pin[4:6]):
        return "pin_other_birth_year"
    return None

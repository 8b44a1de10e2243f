"""What the twelve digits of the personal identification number say (NĐ 137/2015/NĐ-CP, art. 13)."""

from hoso.records.codes import codelist

LAST_CENTURY = 1  # 0 is the 20th, 1 the 21st


def why_not_personal_id(personal_id: str, born: str | None, sex: str | None) -> str | None:
    """The number carries its holder's sex (M, F), century and year of birth; what is not known is no reason."""
    century, is_female = divmod(int(personal_id[3]), 2)
    if century > LAST_CENTURY:
        return "other_century"
    if sex and sex != "MF"[is_female]:
        return "other_sex"
    if born and int(born[:4]) != 1900 + 100 * century + int(personal_id[4:6]):
        return "other_birth_year"
    return None


def is_known_place(personal_id: str) -> bool:
    """Whether it begins with the three digits of one of the 63 provinces before 2025-07-01, valid for ever."""
    return personal_id.startswith(tuple(f"0{entry.code}" for entry in codelist("province").entries))

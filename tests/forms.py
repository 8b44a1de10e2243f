"""Filled forms: everything a form can hold, typed as people type it, and documents of every shape it allows."""

import json
import re
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from hoso.records.codes import codelist
from hoso.records.drafts import _without_inapplicable
from hoso.records.forms import FORMS, Contract, Syll
from hoso.records.forms.grammar import Leaf, columns, tables, walk
from hoso.records.paths import put_all
from hoso.records.values import clean, clean_lines
from hoso.records.versions import Version

TODAY = date(2026, 11, 23)
NONCE = "00112233445566778899aabbccddeeff"
DATA = Path(__file__).parent / "data"
AN = json.loads((DATA / "an.json").read_text(encoding="utf-8"))
PHOTO = "0192f0aa-1111-7222-8333-444455556666:" + "ab" * 32

# Each row of a table in turn; a table that is not here takes its example rows and the examples of its columns.
ROWS = {
    "training.professional_education": [
        {"from_month": "09/1993", "to_month": "06/1997", "degree_level": "Cử nhân", "study_mode": "Chính quy"},
        {"from_month": "10/2008", "to_month": "11/2010", "degree_level": "Thạc sĩ", "study_mode": "Tại chức (cũ)"},
    ],
    "work.work_history": [
        {"from_month": "10/1997", "to_month": "06/2001"},
        {"from_month": "07/2001", "to_month": "05/2019", "organisation": "Sở Nội vụ tỉnh Hà Nam"},
        {"from_month": "06/2019", "to_month": "", "organisation": "Sở Nội vụ tỉnh Ninh Bình"},
    ],
    "reward.yearly_rating_and_reward": [
        {"year": "2018", "professional_grade": "Hoàn thành nhiệm vụ nhưng còn hạn chế về năng lực"},
        {"year": "2025", "emulation_title": "Lao động tiên tiến", "reward_form": "Bằng khen của bộ, ngành, tỉnh"},
    ],
    "family.family_own_side": [{}, {"relationship": "Mẹ", "full_name": "Trần Thị Bình", "birth_year": "1950"}],
    "family.family_spouse_side": [{}, {"relationship": "Mẹ vợ/chồng", "full_name": "Đỗ Thị Ước"}],
    "economy.salary_history": [
        {"from_month": "10/1998", "to_month": "09/2001", "salary_step": "1", "salary_coefficient": "1,78"},
        {"from_month": "10/2004", "to_month": "12/2020", "salary_step": "2/9", "salary_coefficient": "2,67"},
        {"from_month": "01/2021", "to_month": "", "salary_step": "3/9", "salary_coefficient": "3,00"},
    ],
    "economy.allowance_history": [
        {"coefficient": "", "payment_form": "Phần trăm"},
        {"allowance_type": "Phụ cấp chức vụ lãnh đạo", "percentage": "", "payment_form": "Hệ số"},
    ],
    "article_6.amendments": [{"file": PHOTO}, {"annex_number": "02/PLHĐ", "file": PHOTO}],
}
FIELDS = {
    "syll": {
        "header.portrait_photo": PHOTO,
        "identity.native_place_province": "Hà Nam",
        "military.enlistment_date": "15/02/1998",
        "military.discharge_date": "15/02/2000",
        "salary.salary_step": "9/9",
        "salary.salary_coefficient": "4,98",
        "history.arrest_imprisonment_statement": "Không bị bắt.\nKhông bị tù.",
        "signature.confirmation_date": "23/11/2026",
    },
    "contract": {"party_b.employee_gender": "Nữ"},
}

OTHER_CHOICES = {
    "article_1.contract_type": "Không xác định thời hạn",
    "article_2_rights.pay_method": "Thoả thuận áp dụng bảng lương của Nhà nước",
}
BY_TABLE = [f"article_2_rights.wage_{what}" for what in ("rank", "step", "coefficient")]
FIXED = [f"article_1.{what}" for what in ("term_months", "start_date", "end_date")]
LEFT_OUT = {
    False: [*BY_TABLE, "article_1.indefinite_effective_date"],
    True: [*FIXED, "article_2_rights.wage"],
}


def full(form, *, rows=2, other_choices=False):
    """Every field and at least so many rows in every table, as typed: path to text, right by all rules.

    The contract is for skilled work, of a fixed term, at an agreed wage; with `other_choices` it is indefinite and
    paid by the State's table. What the other choice would ask is left out.
    """
    own = FIELDS[form.name.partition("/")[0]] | (OTHER_CHOICES if other_choices and form is Contract else {})
    filled = {leaf.path: own.get(leaf.path, leaf.example) for leaf in walk(form) if not leaf.table}
    if form is Contract:
        filled |= dict.fromkeys(LEFT_OUT[other_choices], "")
    for table in tables(form):
        given = ROWS.get(table.path) or [{}, {}]
        given = given + [given[-1]] * (rows - len(given))
        for number, row in enumerate(given, start=1):
            base = table.rows_example[(number - 1) % len(table.rows_example)] if table.rows_example else {}
            for leaf in columns(form, table.path):
                name = leaf.path.rpartition(".")[2]
                text = row.get(name, base.get(name, leaf.example))
                if text:
                    filled[leaf.path.replace("*", f"row{number:03}")] = text
    return {path: text for path, text in filled.items() if text}


SIGNS = 'aĂđơƯẩê 0"\\/&\u0301\u0309\u0323😀'  # accents on their own, too, so that NFC has work to do
TEXTS = st.text(SIGNS, min_size=1, max_size=12).map(clean).filter(bool)
LINES = st.text(SIGNS + "\n", min_size=1, max_size=20).map(clean_lines).filter(bool)
DAYS = st.dates(date(1930, 1, 1), date(2020, 1, 1)).map(date.isoformat)
DATES = st.builds(lambda day, length: day[:length], DAYS, st.sampled_from([4, 7, 10]))
DECIMALS = st.decimals(0, 99999, places=2).map(lambda d: f"{d:f}".rstrip("0").rstrip("."))


def values_of(leaf: Leaf) -> st.SearchStrategy:
    """What may stand in a field, from what the form and its schema say of it."""
    if leaf.codes:
        return st.sampled_from(list(codelist(leaf.codes).kept))
    if leaf.kind.schema["type"] == "integer":
        return st.integers(0, leaf.kind.schema["maximum"])
    known = {"text": TEXTS, "organisation": TEXTS, "multiline": LINES, "date": DATES, "decimal": DECIMALS}
    known |= {"month": DATES.map(lambda day: day[:7]), "year": DATES.map(lambda day: day[:4])}
    pattern = re.compile(leaf.kind.schema.get("pattern", ""), re.ASCII)
    return known[leaf.kind.name] if leaf.kind.name in known else st.from_regex(pattern, fullmatch=True)


PLACES = {
    form: {leaf.path.replace("*", row): values_of(leaf) for leaf in walk(form) for row in ("row001", "row002")}
    for form in FORMS.values()
}


def documents(form=Syll, must=(), most=20):
    """Documents in the one spelling, of any fields of a form; not all are right by its rules."""
    places = PLACES[form]
    chosen = st.sets(st.sampled_from(list(places)), max_size=most).map(lambda paths: sorted({*paths, *must}))
    filled = chosen.flatmap(lambda paths: st.fixed_dictionaries({path: places[path] for path in paths}))
    return filled.map(lambda values: _without_inapplicable(form, put_all({}, values)))


def version(document, person="p-01", seq=1, nonce=NONCE, form=Syll):
    return Version(form.name, person, seq, None, nonce, document)

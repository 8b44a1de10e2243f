"""Printed documents: every field of every form has its place, blanks stay writable, long tables break well."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import get_origin

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from hoso.base.errors import NotFound
from hoso.documents.printing import Group, Line, print_form, print_manifest, print_receipt
from hoso.documents.printing.manifest import digest_of, digest_of_groups
from hoso.documents.printing.typesetting import TEMPLATES
from hoso.records.forms.contract import Contract
from hoso.records.forms.syll import Syll, Syll2026
from hoso.signing import pades

ROOT = Path(__file__).parents[1]
FONTS = Path(os.environ.get("HOSO_ASSETS", ROOT / "build/npm/node_modules")) / "@expo-google-fonts" / "tinos"
AT = datetime(2026, 11, 25, 7, 5, tzinfo=UTC)
PRINT = {"fonts": FONTS, "at": AT}
NOT_WORDS = {
    "header.portrait_photo",  # a picture
    "header.contract_form_variant",  # the title says it
    "article_1.contract_type",  # which clause is printed says it
}


def text(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return " ".join("\n".join(page.get_textpage().get_text_bounded() for page in document).split())


def pages(pdf):
    return len(pypdfium2.PdfDocument(pdf))


def leaves(form):
    return {f"{part}.{name}" for part, held in form.model_fields.items() for name in held.annotation.model_fields}


def is_table(form, path):
    part, name = path.split(".")
    return get_origin(form.model_fields[part].annotation.model_fields[name].annotation) is dict


def marked(form):
    """Every field and every table of the form with a word of its own as its value."""
    paths = sorted(leaves(form) - NOT_WORDS)
    words = {path: f"w{number:03d}w" for number, path in enumerate(paths)}
    tables = {path: [[words[path]]] for path in paths if is_table(form, path)}
    return words, {"fields": {path: word for path, word in words.items() if path not in tables}, "tables": tables}


@pytest.mark.parametrize(("form", "more"), [(Syll, {}), (Syll2026, {}), (Contract, {"variant": "PROFESSIONAL"})])
def test_every_field_of_a_form_is_printed_once_at_least(form, more):
    words, data = marked(form)
    printed = text(print_form(form.name, data | more, **PRINT)).lower()
    assert {path for path, word in words.items() if word not in printed} == set()


def test_the_items_of_the_form_stand_in_order_with_their_words():
    printed = text(print_form("syll/tt06-2023", {}, **PRINT))
    at = [printed.index(f"{number}) ") for number in range(1, 39)]
    assert at == sorted(at)
    for words in (
        "SƠ YẾU LÝ LỊCH",
        "Ảnh màu",
        "Tôi xin cam đoan",
        "Xác nhận của cơ quan, đơn vị quản lý",
        "Độc lập - Tự do",
    ):
        assert words in printed
    assert printed.count("Từ") >= 12  # two heads above one another


def test_a_blank_form_has_dots_and_a_filled_one_has_none_in_their_place():
    blank = text(print_form("syll", {}, **PRINT))
    filled = text(print_form("syll", {"fields": {"identity.current_address": "12 Trần Phú"}}, **PRINT))
    assert re.search(r"Nơi ở hiện nay: ?[. ]{20}", blank)
    assert "Nơi ở hiện nay: 12 Trần Phú 11)" in filled


def test_what_is_hidden_says_so_and_its_value_is_nowhere_in_the_file():
    data = {
        "fields": {"identity.religion": "Phật giáo"},
        "tables": {"discipline.discipline": [["01/2020", "", "Khiển trách"]]},
    }
    hidden = print_form("syll", data | {"masked": ["identity.religion", "discipline.discipline"]}, **PRINT)
    assert text(hidden).count("(che)") == 2
    assert "Phật giáo" in text(print_form("syll", data, **PRINT))
    assert "Phật giáo" not in text(hidden)
    assert "Khiển trách" not in text(hidden)


def test_values_are_text_and_nothing_else():
    evil = '#import "/etc/passwd": * $x^2$ *đậm* <b> \\ "; #panic("no")'
    printed = text(print_form("syll", {"fields": {"identity.other_names": evil}, "footer": evil}, **PRINT))
    assert printed.count(evil.replace("\\ ", "\\ ")) == 1 + pages(print_form("syll", {}, **PRINT))


def test_a_long_table_breaks_across_pages_and_repeats_its_head():
    rows = [[f"{month:02d}/2020", "", f"Đơn vị {month}", "Chuyên viên"] for month in range(1, 100)]
    printed = print_form("syll", {"tables": {"work.work_history": rows}}, **PRINT)
    assert pages(printed) > pages(print_form("syll", {}, **PRINT)) + 1
    assert text(printed).count("Chức danh/ chức vụ") >= 3
    assert "Đơn vị 99" in text(printed)


def test_columns_beyond_the_printed_ones_join_the_last():
    row = ["Bố đẻ", "Nguyễn Văn Khải", "1956", "Xã Quảng La", "", "Giáo viên", "Đã nghỉ hưu"]
    printed = text(print_form("syll", {"tables": {"family.family_own_side": [row]}}, **PRINT))
    assert "Xã Quảng La; Giáo viên; Đã nghỉ hưu" in printed


def test_the_photograph_is_printed_upright_and_small():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "MÁY ẢNH"
    photo = io.BytesIO()
    Image.new("RGB", (3000, 2000), "blue").save(photo, "JPEG", exif=exif)
    printed = print_form("syll", {"photo": photo.getvalue()}, **PRINT)
    with pikepdf.open(io.BytesIO(printed)) as document:
        pictures = (
            list(document.pages[0].get_images().values())
            if hasattr(document.pages[0], "get_images")
            else list(document.pages[0].images.values())
        )
        assert len(pictures) == 1
        assert pictures[0].Width < pictures[0].Height <= 1418
    assert "MÁY ẢNH".encode() not in printed


def test_the_two_contracts_differ_and_a_term_is_one_of_two():
    support = text(print_form("contract/tt05-2023", {}, **PRINT))
    professional = text(print_form("contract/tt05-2023", {"variant": "PROFESSIONAL"}, **PRINT))
    assert "THỰC HIỆN CÔNG VIỆC HỖ TRỢ, PHỤC VỤ" in support
    assert "THỰC HIỆN CÔNG VIỆC CHUYÊN MÔN, NGHIỆP VỤ" in professional
    assert "Trình độ tin học" in professional and "Trình độ tin học" not in support
    for number in range(1, 7):
        assert f"Điều {number}. " in support
    assert "(1.1)" in support and "(1.2)" in support
    for numbered in ("1. Việc tạm hoãn", "2. Bên B bị coi", "3. Trường hợp bên A", "4. Trong thời gian"):
        assert numbered in support
    fields = {"article_1.contract_type": "Không xác định thời hạn", "article_1.indefinite_effective_date": "02/01/2026"}
    endless = text(print_form("contract", {"fields": fields}, **PRINT))
    assert "có hiệu lực kể từ ngày 02/01/2026" in endless and "xác định thời hạn, cụ thể" not in endless


def test_the_same_data_at_the_same_moment_gives_the_same_bytes():
    data = {"fields": {"identity.birth_full_name": "Nguyễn Thị Ánh Tuyết"}}
    first = print_form("syll", data, **PRINT)
    assert first == print_form("syll", data, **PRINT)
    assert b"pdfaid" in first.replace(b"pdfaid:part", b"pdfaid")
    with pytest.raises(NotFound, match="no_such_form"):
        print_form("other/1", {}, **PRINT)


def test_every_letter_comes_from_the_fonts_we_ship():
    printed = print_form("syll", {"fields": {"identity.other_names": "ẰẮẲẴẶ ừứửữự ỲÝỶỸỴ đĐ"}}, **PRINT)
    assert "ẰẮẲẴẶ ừứửữự ỲÝỶỸỴ đĐ" in text(printed)
    with pikepdf.open(io.BytesIO(printed)) as document:
        names = {
            str(font.BaseFont)
            for font in document.objects
            if isinstance(font, pikepdf.Dictionary) and "/BaseFont" in font
        }
    assert names and all("Tinos" in name for name in names)
    with pytest.raises(FileNotFoundError, match="make setup"):
        print_form("syll", {}, fonts=ROOT / "docs", at=AT)


def test_templates_print_no_path_that_no_form_has():
    known = leaves(Syll2026) | leaves(Contract)
    for name in ("syll", "contract"):
        source = (TEMPLATES / f"{name}.typ").read_text().replace('r + "', '"article_2_rights.')
        assert set(re.findall(r'"([a-z_0-9]+\.[a-z][a-z_0-9]+)"', source)) - known == {"form.typ"}


# The month's manifest


def line(number, **changed):
    given = {
        "name": f"Người {number}",
        "organization": "Phòng Quản lý công nghệ",
        "form": "SYLL TT 06/2023",
        "version": "3",
        "digest": hashlib.sha256(str(number).encode()).hexdigest(),
        "confirmed_by": "Trần Văn Bình",
        "confirmed_at": "24/11/2026 08:05",
    }
    return Line(**given | changed)


def manifest(sizes, **cover):
    numbers = iter(range(1_000_000))
    groups = [Group(f"H49.{i}", f"Cơ quan {i}", [line(next(numbers)) for _ in range(n)]) for i, n in enumerate(sizes)]
    given = {"number": "11/BK-SNV", "month_shown": "11/2026", "leader": "Nguyễn Thị Ánh Tuyết"} | cover
    machine = {"node": "QN", "month": "2026-11", "number": "11/BK-SNV"}
    return groups, print_manifest(given, groups, machine, **PRINT)


def test_the_manifest_lists_every_line_and_carries_its_data():
    groups, printed = manifest([2, 0, 650, 3], supplement=True, late=True)
    shown = text(printed)
    for group in groups:
        for one in group.lines:
            assert one.digest[:32] in shown and one.digest[32:] in shown
    assert digest_of_groups(groups) in shown
    assert "Bảng kê bổ sung" in shown and "Ký sau thời hạn" in shown and "655" in shown
    with pikepdf.open(io.BytesIO(printed)) as document:
        assert json.loads(document.attachments["manifest.json"].get_file().read_bytes())["month"] == "2026-11"
        assert str(document.Root.AF[0].AFRelationship) == "/Data"
        assert (
            b'pdfaid:part="3"' in document.Root.Metadata.read_bytes()
            or b"<pdfaid:part>3" in document.Root.Metadata.read_bytes()
        )
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles == [group.name for group in groups]
    last = pypdfium2.PdfDocument(printed)
    assert f"Trang {len(last)}" in last[len(last) - 1].get_textpage().get_text_bounded()
    assert f"gồm {len(last)} trang" in shown


def test_the_bookmarks_and_the_summary_name_the_page_where_an_agency_begins():
    _, printed = manifest([2, 320, 3])
    document = pypdfium2.PdfDocument(printed)
    summary = document[1].get_textpage().get_text_bounded()
    for item in document.get_toc():
        page = item.get_dest().get_index()
        assert item.get_title() in document[page].get_textpage().get_text_bounded()
        assert re.search(rf"\b{page + 1}\b", summary)


def test_the_digest_of_lines_can_be_recomputed_by_anybody(tmp_path):
    digests = [line(number).digest for number in range(3)]
    (tmp_path / "lines").write_text("".join(f"{digest}\n" for digest in digests))
    said = subprocess.run(["sha256sum", str(tmp_path / "lines")], capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == digest_of(digests)


def test_the_fields_lie_in_the_boxes_of_the_cover():
    _, printed = manifest([1])
    with pikepdf.open(io.BytesIO(pades.add_fields(printed))) as document:
        boxes = {str(field.T): [int(n) for n in field.Rect] for field in document.Root.AcroForm.Fields}
    assert boxes == {pades.LEADER: list(pades.LEADER_BOX), pades.SEAL: list(pades.SEAL_BOX)}
    picture = pypdfium2.PdfDocument(printed)[0].render(scale=4).to_pil().convert("L")
    for left, bottom, right, top in boxes.values():
        for y in (842 - top, 842 - bottom):
            band = picture.crop((left * 4, round(y * 4 - 6), right * 4, round(y * 4 + 6)))
            assert min(band.get_flattened_data()) < 200  # the dotted edge


def test_three_thousand_lines_need_no_more_memory_than_they_should():
    """The twin of the 30,000 lines in docs/adr/0024: 543 MB and 20 s there."""
    program = (
        "import sys, resource; sys.path.insert(0, '.')\n"
        "from tests.test_documents_printing import manifest\n"
        "print(len(manifest([100] * 30)[1]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    ).stdout
    size, memory = map(int, said.split())
    assert size < 3_000_000
    assert memory < 700


def test_a_receipt_names_what_was_handed_in():
    data = {
        "number": "0412/2026/XN",
        "organization": "Sở Khoa học và Công nghệ",
        "person": "Nguyễn Thị Ánh Tuyết",
        "changes": ["Nơi ở hiện nay", "Bậc lương"],
        "evidence": [["Quyết định nâng bậc lương", "ab" * 32]],
        "digest": "cd" * 32,
    }
    printed = text(print_receipt(data, **PRINT))
    for words in ("0412/2026/XN", "Nơi ở hiện nay", "Quyết định nâng bậc lương", "cd" * 32, "(2 mục)"):
        assert words in printed
    assert pages(print_receipt({}, **PRINT)) == 1

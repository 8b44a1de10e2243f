"""Invented people: names as they are given in Vietnam, birth dates, personal numbers that carry both."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

FAMILY = ["Nguyễn"] * 38 + ["Trần"] * 12 + ["Lê"] * 10 + ["Phạm"] * 8 + ["Hoàng"] * 5 + ["Vũ"] * 5 + ["Phan"] * 3
FAMILY += [
    "Đặng",
    "Đặng",
    "Bùi",
    "Bùi",
    "Đỗ",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Lục",
    "Vi",
    "Tằng",
    "Mai",
    "Tô",
]
MIDDLE = {
    "M": ["Văn"] * 6 + ["Đức", "Quốc", "Minh", "Xuân", "Công", "Hữu", "Đình", "Ngọc", "Quang", "Thành", "Anh", "Mạnh"],
    "F": ["Thị"] * 7 + ["Thị Thu", "Thị Hồng", "Thị Kim", "Ngọc", "Thị Minh", "Thu", "Thị Thanh", "Phương", "Thị Ngọc"],
}
GIVEN = {
    "M": [
        "An",
        "Anh",
        "Bảo",
        "Bình",
        "Chiến",
        "Cường",
        "Dũng",
        "Duy",
        "Đạt",
        "Điệp",
        "Đông",
        "Đức",
        "Giang",
        "Hải",
        "Hậu",
        "Hiếu",
        "Hiển",
        "Hoàng",
        "Hùng",
        "Huy",
        "Hưng",
        "Khánh",
        "Khoa",
        "Kiên",
        "Lâm",
        "Long",
        "Lộc",
        "Luân",
        "Mạnh",
        "Minh",
        "Nam",
        "Nghĩa",
        "Ngọc",
        "Nhân",
        "Phong",
        "Phúc",
        "Phước",
        "Quân",
        "Quang",
        "Quý",
        "Sơn",
        "Tài",
        "Tâm",
        "Tân",
        "Thái",
        "Thắng",
        "Thành",
        "Thiện",
        "Thịnh",
        "Thọ",
        "Thông",
        "Tiến",
        "Toàn",
        "Trí",
        "Trung",
        "Trường",
        "Tú",
        "Tuấn",
        "Tùng",
        "Việt",
        "Vinh",
        "Vũ",
        "Ước",
    ],
    "F": [
        "An",
        "Anh",
        "Ánh",
        "Bích",
        "Châu",
        "Chi",
        "Diệp",
        "Dung",
        "Duyên",
        "Đào",
        "Giang",
        "Hà",
        "Hằng",
        "Hạnh",
        "Hiền",
        "Hoa",
        "Hòa",
        "Hồng",
        "Huệ",
        "Hương",
        "Huyền",
        "Lan",
        "Lê",
        "Liên",
        "Linh",
        "Loan",
        "Mai",
        "Minh",
        "My",
        "Nga",
        "Ngân",
        "Ngọc",
        "Nguyệt",
        "Nhàn",
        "Nhung",
        "Oanh",
        "Phương",
        "Phượng",
        "Quyên",
        "Quỳnh",
        "Tâm",
        "Thảo",
        "Thắm",
        "Thanh",
        "Thơm",
        "Thu",
        "Thủy",
        "Thúy",
        "Trang",
        "Trinh",
        "Tuyết",
        "Vân",
        "Yến",
        "Xuân",
    ],
}
PLACE_CODES = ("022", "037", "031", "033", "025", "038", "040", "027", "034", "035")


class Invented(NamedTuple):
    """A person who does not exist."""

    pin: str
    full_name: str
    birth: date
    sex: str


def invent(random: Random, used: set[str], *, born: tuple[int, int] = (1967, 2001)) -> Invented:
    """Somebody of working age; numbers are never given twice."""
    sex = random.choice("MFF" if random.random() < 0.3 else "MF")
    first = date(born[0], 1, 1)
    birth = first + timedelta(days=random.randrange((date(born[1], 12, 31) - first).days))
    while True:
        century = 2 * (birth.year // 100 - 19) + (sex == "F")
        pin = f"{random.choice(PLACE_CODES)}{century}{birth.year % 100:02}{random.randrange(10**6):06}"
        if pin not in used:
            used.add(pin)
            return Invented(pin, name(random, sex), birth, sex)


def name(random: Random, sex: str, family: str = "") -> str:
    """A full name; relatives share the family name."""
    return f"{family or random.choice(FAMILY)} {random.choice(MIDDLE[sex])} {random.choice(GIVEN[sex])}"

"""The forms of accounts and organisations, drawn with our own parts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hoso.access.roles import ROLES
from hoso.access.rules import BasisKind, Paper
from hoso.base.errors import Refused
from hoso.orgs.rules import Kind
from hoso.people.rules import Category
from hoso.records.dates import read_date
from hoso.web import refusals

MOST = 50
NO_ORGANIZATION = ("", "—")


class Plain(forms.Form):
    """A form drawn with our own parts: every control names its help and its error."""

    def drawn(self) -> list[tuple[forms.BoundField, str]]:
        """Each field with its first error, tied to it."""
        drawn = []
        for bound in self:
            error = bound.errors[0] if bound.errors else ""
            names = [
                f"{bound.id_for_label}-{name}" for name, there in (("help", bound.help_text), ("error", error)) if there
            ]
            if names:
                bound.field.widget.attrs["aria-describedby"] = " ".join(names)
            several = isinstance(bound.field, forms.MultipleChoiceField)
            if isinstance(bound.field, forms.ChoiceField) and bound.field.required and bound.initial is None:
                offered: list[Any] = list(bound.field.choices)  # type: ignore[arg-type]  # ours are lists
                if offered and offered[0][0] != "" and not several:  # nobody is given the first of a list by mistake
                    bound.field.choices = [("", _("Chọn")), *offered]
            drawn.append((bound, str(error)))
        return drawn

    def problems(self) -> list[tuple[str, str]]:
        """What the summary says: the id of the control, the sentence."""
        return [(bound.id_for_label, error) for bound, error in self.drawn() if error] + [
            ("", str(error)) for error in self.non_field_errors()
        ]

    def refuse(self, refused: Refused) -> None:
        """Say what the domain refused above the form, with everything that was typed."""
        self.add_error(None, refusals.sentence(refused.code, refused.said))


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, typed in one box."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text or _("Ví dụ 05/01/2026."),
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập ngày."), "invalid": _("Ghi ngày theo dạng 05/01/2026.")},
    )


def line(label: Any, most: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Chưa nhập mục này."), "max_length": _("Nội dung quá dài.")},
    )


def choice(label: Any, choices: Any = (), *, help_text: Any = "") -> forms.ChoiceField:
    """One of a list."""
    needed = {"required": _("Chọn một giá trị."), "invalid_choice": _("Chọn một giá trị trong danh sách.")}
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, error_messages=needed)


class BasisForm(Plain):
    """The document on which an act rests: its number, its day, who issued it, and its scan."""

    basis_number = line(_("Số văn bản"), 100, help_text=_("Ví dụ 34/QĐ-SNV."))
    basis_date = day(_("Ngày văn bản"))
    basis_issuer = line(_("Cơ quan ban hành"), 300, required=False)
    basis_scan = forms.FileField(
        label=_("Bản quét văn bản"),
        required=False,
        help_text=_("PDF, JPEG hoặc PNG, tối đa 20 MB. Tệp được mã hóa khi lưu."),
        error_messages={"required": _("Chọn tệp quét văn bản."), "empty": _("Tệp rỗng.")},
    )

    def paper(self, kind: BasisKind, subject: str = "") -> Paper:
        """The document as the domain takes it."""
        given, scan = self.cleaned_data, self.cleaned_data["basis_scan"]
        return Paper(
            kind,
            given["basis_number"],
            given["basis_date"],
            given["basis_issuer"],
            subject,
            scan.read() if scan else None,
            scan.name if scan else "",
        )


class GrantForm(BasisForm):
    """A role for an account, on the basis of a document."""

    account = choice(_("Tài khoản"))
    role = choice(_("Vai trò"))
    organization = choice(_("Tại cơ quan, đơn vị"), help_text=_("Quyền có hiệu lực ở đây và mọi đơn vị trực thuộc."))
    since = day(_("Có hiệu lực từ ngày"))
    until = day(_("Đến hết ngày"), required=False, help_text=_("Để trống nếu chưa định ngày kết thúc."))
    deputy = forms.BooleanField(label=_("Là người thay thế khi người chính vắng mặt"), required=False)
    field_order = (
        "account", "role", "organization", "basis_number", "basis_date", "basis_issuer", "basis_scan",
        "since", "until", "deputy",
    )  # fmt: skip

    def __init__(self, *args: Any, accounts: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [(each.pk, each.name) for each in accounts]  # type: ignore[attr-defined]
        self.fields["role"].choices = [(key, _(role.title)) for key, role in ROLES.items() if key != "head_delegate"]  # type: ignore[attr-defined]
        self.fields["organization"].choices = [(each.pk, each.name) for each in units]  # type: ignore[attr-defined]


class DelegationForm(BasisForm):
    """A head's authority, for a named person, in a part of the agency, until a day."""

    account = choice(_("Người được ủy quyền"))
    organization = choice(
        _("Phạm vi"), help_text=_("Người được ủy quyền xác nhận cho người ở đây và đơn vị trực thuộc.")
    )
    since = day(_("Từ ngày"))
    until = day(_("Đến hết ngày"), help_text=_("Ủy quyền tự hết hiệu lực sau ngày này."))
    field_order = (
        "account", "organization", "since", "until", "basis_number", "basis_date", "basis_issuer", "basis_scan",
    )  # fmt: skip

    def __init__(self, *args: Any, accounts: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [(each.pk, each.name) for each in accounts]  # type: ignore[attr-defined]
        self.fields["organization"].choices = [(each.pk, each.name) for each in units]  # type: ignore[attr-defined]


class ConsentForm(BasisForm):
    """Whom, which sections, what for, until when, and the document in which it is written."""

    SAID = ("sections", "protected", "purpose", "personnel_work", "since", "until")
    reader = choice(_("Ai được đọc"))
    sections = forms.MultipleChoiceField(
        label=_("Được đọc những phần nào"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một phần của hồ sơ.")},
    )
    protected = forms.BooleanField(
        label=_("Được mở cả giá trị được bảo vệ trong các phần này, mỗi lần phải nói rõ mục đích"), required=False
    )
    purpose = line(_("Mục đích"), 500, help_text=_("Người có hồ sơ sẽ đọc câu này. Mỗi văn bản một mục đích."))
    personnel_work = forms.BooleanField(
        label=_("Phục vụ công tác cán bộ trong thẩm quyền (không cần người có hồ sơ đồng ý)"), required=False
    )
    since = day(_("Từ ngày"))
    until = day(_("Đến hết ngày"), help_text=_("Sau ngày này tự hết hiệu lực."))
    field_order = (
        "reader", "sections", "protected", "purpose", "personnel_work", "since", "until",
        "basis_number", "basis_date", "basis_issuer", "basis_scan",
    )  # fmt: skip

    def __init__(self, *args: Any, readers: Any, sections: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reader"].choices = [(each.pk, each.name) for each in readers]  # type: ignore[attr-defined]
        self.fields["sections"].choices = sections  # type: ignore[attr-defined]
        self.fields["basis_scan"].required = True


class AdmitForm(Plain):
    """A person who is taken in."""

    full_name = line(_("Họ và tên"), 200)
    pin = line(_("Số định danh cá nhân"), 20, help_text=_("12 chữ số; cũng là tên đăng nhập."))
    birth = line(
        _("Ngày sinh"), 10, help_text=_("Ví dụ 02/09/1975; chỉ biết tháng hoặc năm thì ghi 09/1975 hoặc 1975.")
    )
    sex = choice(_("Giới tính"), [("F", _("Nữ")), ("M", _("Nam"))])
    organization = choice(_("Cơ quan, đơn vị"))
    category = choice(_("Đối tượng"), [(key, _(label)) for key, label in Category.choices])
    title = line(_("Chức vụ, chức danh"), 300)
    staff_number = line(_("Số hiệu"), 40, required=False)
    since = day(_("Bắt đầu từ ngày"))
    began = line(_("Căn cứ"), 200, help_text=_("Quyết định tuyển dụng, tiếp nhận hoặc hợp đồng."))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [(each.pk, each.name) for each in units]  # type: ignore[attr-defined]

    def clean_pin(self) -> str:
        """Digits only, however they were grouped."""
        return "".join(char for char in self.cleaned_data["pin"] if char not in " .-")

    def clean_birth(self) -> str:
        """A day, a month or a year, as it is kept."""
        try:
            return str(read_date(self.cleaned_data["birth"]))
        except ValueError as problem:
            raise ValidationError(_("Ghi ngày sinh theo dạng 02/09/1975, 09/1975 hoặc 1975.")) from problem


class CertificateForm(Plain):
    """A certificate that is registered."""

    pem = forms.FileField(
        label=_("Tệp chứng thư số"),
        help_text=_("Tệp PEM (.pem, .crt, .cer) chỉ có chứng thư, không có khóa bí mật."),
        error_messages={"required": _("Chọn tệp chứng thư số."), "empty": _("Tệp rỗng.")},
    )
    basis = line(_("Căn cứ"), 200, help_text=_("Văn bản cấp chứng thư số."))


class AwayForm(Plain):
    """An absence."""

    since = day(_("Vắng mặt từ ngày"))
    until = day(_("Đến hết ngày"), required=False, help_text=_("Để trống nếu chưa biết ngày về."))


class OrganizationForm(Plain):
    """An organisation that is opened."""

    parent = choice(_("Trực thuộc"))
    code = line(_("Mã định danh"), 20, help_text=_("Ví dụ H49.NNMT.TL."))
    name = line(_("Tên"), 300)
    kind = choice(_("Loại"), [(key, _(label)) for key, label in Kind.choices if key != Kind.PROVINCE])
    since = day(_("Từ ngày"))
    is_agency = forms.BooleanField(label=_("Có quản trị viên và thủ trưởng xác nhận riêng"), required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [(each.pk, each.name) for each in units]  # type: ignore[attr-defined]


class NameForm(Plain):
    """Another name."""

    name = line(_("Tên mới"), 300)
    since = day(_("Từ ngày"))

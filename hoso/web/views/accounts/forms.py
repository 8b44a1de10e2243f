"""The forms of accounts in their life: acts, requests, activation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hoso.access.roles import ROLES
from hoso.access.rules import HOLDER_ROLES, BasisKind, Paper
from hoso.web.forms import AdmitForm, BasisForm, Plain, choice, day, line


class ActForm(BasisForm):
    """An act on an account: why, on what document where one is wanted, and what else the act needs."""

    until = day(_("Dùng được đến hết ngày"), required=False, help_text=_("Để trống nếu không định ngày cuối."))
    pin = line(
        _("Số định danh của người nhận"),
        20,
        required=False,
        help_text=_("Để trống nếu người nhận không có hồ sơ ở đây."),
    )
    name = line(_("Họ và tên người nhận"), 200, required=False)
    since = day(_("Nhận từ ngày"))
    seen = forms.BooleanField(
        label=_("Đã gặp trực tiếp và đối chiếu giấy tờ tùy thân"),
        error_messages={"required": _("Mã chỉ được cấp khi gặp trực tiếp.")},
    )
    factors = forms.BooleanField(label=_("Gỡ cả các lớp xác thực thứ hai (cần người thứ hai xác nhận)"), required=False)
    reason = line(_("Lý do"), 500)
    ONLY = {"until": ("extend",), "pin": ("hand",), "name": ("hand",), "since": ("hand",), "seen": ("recover",)}
    field_order = (
        "pin", "name", "since", "until", "seen", "factors", "reason",
        "basis_number", "basis_date", "basis_issuer", "basis_scan",
    )  # fmt: skip

    def __init__(self, *args: Any, act: str, needs_document: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_document = needs_document
        for name, acts in {**self.ONLY, "factors": ("recover",)}.items():
            if act not in acts:
                del self.fields[name]
        for name in ("basis_number", "basis_date"):
            self.fields[name].required = needs_document
        if act == "recover":
            for name in [name for name in self.fields if name.startswith("basis_")]:
                del self.fields[name]

    def document(self, kind: BasisKind) -> Paper | None:
        """The document, if one was given."""
        return self.paper(kind) if self.cleaned_data.get("basis_number") and self.cleaned_data["basis_date"] else None


class AskPersonForm(AdmitForm):
    """A personal account that is asked for."""

    way = choice(_("Người này được"), [("recruited", _("tuyển dụng")), ("received", _("tiếp nhận hoặc ký hợp đồng"))])


class AskHolderForm(BasisForm):
    """An account of an agency or a sub-unit that is asked for."""

    organization = choice(_("Cơ quan, đơn vị"))
    sign_in = line(_("Tên đăng nhập muốn đặt"), 40, help_text=_("Ví dụ so-nnmt.vanthu; không dùng số định danh."))
    name = line(_("Họ và tên người giữ tài khoản"), 200)
    pin = line(_("Số định danh của người giữ"), 20, required=False, help_text=_("Để trống nếu không có hồ sơ ở đây."))
    role = choice(_("Vai trò"))
    agreement_number = line(_("Số văn bản thống nhất của Sở Nội vụ"), 100)
    agreement_date = day(_("Ngày văn bản thống nhất"))

    def __init__(self, *args: Any, kind: str, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [  # type: ignore[attr-defined]
            (each.pk, each.name) for each in units if each.is_agency == (kind == "agency")
        ]
        self.fields["role"].choices = [(role, _(ROLES[role].title)) for role in HOLDER_ROLES[kind]]  # type: ignore[attr-defined]
        self.fields["basis_number"].label = _("Số quyết định giao tài khoản")
        if kind == "agency":
            del self.fields["agreement_number"], self.fields["agreement_date"]
        self.order_fields(["organization", "sign_in", "name", "pin", "role", "basis_number", "basis_date"])

    def agreement(self) -> Paper | None:
        """The department's written agreement, of a sub-unit's account."""
        given = self.cleaned_data
        if "agreement_number" not in given:
            return None
        return Paper(BasisKind.AGREEMENT, given["agreement_number"], given["agreement_date"], "Sở Nội vụ")


class DeclineForm(Plain):
    """Why an account is not made."""

    reason = line(_("Vì sao không lập"), 500)


class SlipForm(Plain):
    """For which part of the tree slips are printed."""

    organization = choice(
        _("Cơ quan, đơn vị"), help_text=_("Cả các đơn vị trực thuộc; mã đã in trước đây sẽ hết hiệu lực.")
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [(each.pk, each.name) for each in units]  # type: ignore[attr-defined]

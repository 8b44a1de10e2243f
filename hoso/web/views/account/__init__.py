"""The door: signing in and out, what proves that it is you, and what one sees of one's own sign-ins."""

from django.urls import path

from hoso.web.views.account import door, factors, passwords, security
from hoso.web.views.account.again import reauthenticate, reauthenticated, require_reauthentication

PUBLIC = {"sign-in", "openid_connect_login", "openid_connect_callback", "second-factor", "passkey-options", "forgotten"}
# What is open to somebody who must still change the first password, or who sees others and has no second factor yet.
BEFORE_PASSWORD = {"password", "sign-out"}
BEFORE_FACTOR = {"factors", "add-totp", "add-passkey", "recovery-codes", "reauthenticate", "sign-out"}

urlpatterns = [
    path("dang-nhap/", door.SignIn.as_view(), name="sign-in"),
    path("dang-nhap/", door.SignIn.as_view(), name="account_login"),  # the names that allauth asks for
    path("dang-nhap/lop-hai/", door.second_factor, name="second-factor"),
    path("dang-nhap/khoa-truy-cap/", factors.passkey_options, name="passkey-options"),
    path("dang-nhap/qua/<slug:provider_id>/", door.to_provider, name="openid_connect_login"),
    path("dang-nhap/qua/<slug:provider_id>/ve/", door.from_provider, name="openid_connect_callback"),
    path("dang-xuat/", door.sign_out, name="sign-out"),
    path("dang-xuat/", door.sign_out, name="account_logout"),
    path("quen-mat-khau/", door.forgotten, name="forgotten"),
    path("doi-mat-khau/", passwords.password, name="password"),
    path("xac-thuc-lai/", reauthenticate, name="reauthenticate"),
    path("xac-thuc-lai/", reauthenticate, name="account_reauthenticate"),
    path("bao-mat/", security.security, name="own-security"),
    path("bao-mat/phien/", security.end_sessions, name="end-sessions"),
    path("bao-mat/thiet-bi/", security.see_devices, name="see-devices"),
    path("bao-mat/lop-hai/", factors.choose, name="factors"),
    path("bao-mat/lop-hai/ung-dung/", factors.add_totp, name="add-totp"),
    path("bao-mat/lop-hai/khoa-truy-cap/", factors.add_passkey, name="add-passkey"),
    path("bao-mat/lop-hai/bo/", factors.remove, name="remove-factor"),
    path("bao-mat/ma-du-phong/", factors.recovery_codes, name="recovery-codes"),
]

__all__ = ["BEFORE_FACTOR", "BEFORE_PASSWORD", "PUBLIC", "reauthenticated", "require_reauthentication", "urlpatterns"]

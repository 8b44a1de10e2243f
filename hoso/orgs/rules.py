"""What an organisation can be. Pure."""

from django.db.models import TextChoices


class Kind(TextChoices):
    """Kinds of organisation of a local node, from the province down."""

    PROVINCE = "province", "Tỉnh, thành phố"
    HOME_AFFAIRS = "home_affairs", "Sở Nội vụ"
    DEPARTMENT = "department", "Sở, ban, ngành"
    COMMUNE = "commune", "Ủy ban nhân dân xã, phường, đặc khu"
    PUBLIC_UNIT = "public_unit", "Đơn vị sự nghiệp công lập"
    DIVISION = "division", "Chi cục, phòng"
    ASSOCIATION = "association", "Hội đặc thù"


def why_not_open(kind: str, parent_kind: str | None) -> str | None:
    """A node has one root, its province; everything else hangs under something."""
    if (kind == Kind.PROVINCE) != (parent_kind is None):
        return "organization_needs_parent" if parent_kind is None else "province_is_root"
    return None

"""The invented province: 30 organisations on three levels."""

from typing import NamedTuple

PROVINCE = ("H99", "Tỉnh Minh Họa")


class Place(NamedTuple):
    """An organisation of the demo: who works there, and how many of a hundred people of the node."""

    code: str
    name: str
    kind: str
    parent: str
    is_agency: bool
    staff: str  # which careers: office, forest, health, school, commune, science
    share: int


PLACES = (
    Place("SNV", "Sở Nội vụ", "home_affairs", "", True, "office", 3),
    Place("VPUB", "Văn phòng Ủy ban nhân dân tỉnh", "department", "", True, "office", 3),
    Place("STC", "Sở Tài chính", "department", "", True, "office", 4),
    Place("SXD", "Sở Xây dựng", "department", "", True, "office", 4),
    Place("STP", "Sở Tư pháp", "department", "", True, "office", 2),
    Place("SCT", "Sở Công Thương", "department", "", True, "office", 3),
    Place("SKHCN", "Sở Khoa học và Công nghệ", "department", "", True, "office", 2),
    Place("NNMT", "Sở Nông nghiệp và Môi trường", "department", "", True, "office", 4),
    Place("NNMT.TL", "Chi cục Thủy lợi", "division", "NNMT", False, "office", 2),
    Place("NNMT.KL", "Chi cục Kiểm lâm", "division", "NNMT", False, "forest", 3),
    Place("NNMT.QT", "Trung tâm Quan trắc tài nguyên và môi trường", "public_unit", "NNMT", False, "science", 3),
    Place("SYT", "Sở Y tế", "department", "", True, "office", 2),
    Place("SYT.BVDK", "Bệnh viện Đa khoa tỉnh", "public_unit", "SYT", True, "health", 10),
    Place("SYT.KSBT", "Trung tâm Kiểm soát bệnh tật", "public_unit", "SYT", False, "health", 3),
    Place("SYT.MH", "Trung tâm Y tế khu vực Minh Hải", "public_unit", "SYT", False, "health", 4),
    Place("SGD", "Sở Giáo dục và Đào tạo", "department", "", True, "office", 2),
    Place("SGD.CH", "Trường Trung học phổ thông chuyên Minh Họa", "public_unit", "SGD", True, "school", 5),
    Place("SGD.LTK", "Trường Trung học phổ thông Lý Thường Kiệt", "public_unit", "SGD", False, "school", 5),
    Place("SGD.NBK", "Trường Trung học phổ thông Nguyễn Bỉnh Khiêm", "public_unit", "SGD", False, "school", 5),
    Place("SGD.HXH", "Trường Trung học phổ thông Hồ Xuân Hương", "public_unit", "SGD", False, "school", 4),
    Place("SVH", "Sở Văn hóa, Thể thao và Du lịch", "department", "", True, "office", 2),
    Place("SVH.BT", "Bảo tàng tỉnh", "public_unit", "SVH", False, "science", 2),
    Place("PTH", "Ủy ban nhân dân phường Tân Hưng", "commune", "", True, "commune", 4),
    Place("PTH.TH", "Trường Tiểu học Tân Hưng", "public_unit", "PTH", False, "school", 3),
    Place("PBM", "Ủy ban nhân dân phường Bình Minh", "commune", "", True, "commune", 4),
    Place("XLS", "Ủy ban nhân dân xã Lam Sơn", "commune", "", True, "commune", 3),
    Place("XVT", "Ủy ban nhân dân xã Vạn Thắng", "commune", "", True, "commune", 3),
    Place("XHP", "Ủy ban nhân dân xã Hòa Phong", "commune", "", True, "commune", 3),
    Place("HCTD", "Hội Chữ thập đỏ tỉnh", "association", "", True, "office", 1),
)

COMMUNES = ("Phường Tân Hưng", "Phường Bình Minh", "Xã Lam Sơn", "Xã Vạn Thắng", "Xã Hòa Phong")
OLD_DISTRICTS = ("Thị xã Tân Bình", "Huyện Lam Sơn", "Huyện Hòa Phong")
PROVINCES = ("Quảng Ninh", "Ninh Bình", "Hải Phòng", "Hưng Yên", "Phú Thọ", "Thanh Hóa", "Nghệ An", "Bắc Ninh")
STREETS = ("Lê Lợi", "Trần Phú", "Nguyễn Trãi", "Hai Bà Trưng", "Quang Trung", "Phan Đình Phùng", "Lý Thái Tổ")

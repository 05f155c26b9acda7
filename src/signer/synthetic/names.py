"""Parts of names with their frequencies: Vietnamese family, middle and given names, and foreign names."""

from __future__ import annotations

__all__ = ["FAMILIES", "FOREIGN", "GIVEN", "MIDDLE", "foreign_names"]

# Percent of the people: the first fourteen near published figures, the rest shared out among common ones.
FAMILIES: dict[str, float] = {
    "Nguyễn": 38.4, "Trần": 12.1, "Lê": 9.5, "Phạm": 7.0, "Hoàng": 4.0, "Phan": 4.5, "Vũ": 2.6,
    "Huỳnh": 1.5, "Võ": 1.4, "Đặng": 2.1, "Bùi": 2.0, "Đỗ": 1.4, "Hồ": 1.3, "Ngô": 1.3, "Dương": 1.0,
    "Lý": 0.5, "Đinh": 0.6, "Lương": 0.5, "Đoàn": 0.5, "Trương": 0.7, "Lâm": 0.4, "Mai": 0.4,
    "Trịnh": 0.4, "Hà": 0.4, "Cao": 0.4, "Phùng": 0.3, "Tạ": 0.3, "Đào": 0.4, "Tô": 0.2, "Chu": 0.2,
    "Châu": 0.2, "Thái": 0.2, "Tống": 0.1, "Quách": 0.1, "Lưu": 0.2, "Nông": 0.3, "Lò": 0.2,
    "Quàng": 0.1, "Vàng": 0.1, "Giàng": 0.2, "Sùng": 0.1, "Thạch": 0.2, "Kiều": 0.1, "Hứa": 0.1,
    "Vương": 0.2, "La": 0.1, "Triệu": 0.2, "Bạch": 0.1, "Tăng": 0.1, "Ksor": 0.05, "Rơ Châm": 0.03,
    "Niê": 0.05, "Y": 0.05,
}  # fmt: skip

# Weights; "" is a person with no middle name.
MIDDLE: dict[str, dict[str, float]] = {
    "male": {
        "Văn": 27, "Hữu": 5, "Đức": 5, "Minh": 5, "Quang": 4, "Thanh": 4, "Ngọc": 4, "Công": 3, "Đình": 4,
        "Xuân": 4, "Hoàng": 3, "Quốc": 4, "Trọng": 3, "Gia": 2, "Bá": 2, "Thế": 3, "Anh": 2, "Tuấn": 2,
        "Duy": 3, "Tiến": 2, "Viết": 1, "Khắc": 1, "Nhật": 1, "Phúc": 1, "Hải": 1, "Văn Minh": 0.5,
        "Hoàng Anh": 0.5, "": 3,
    },
    "female": {
        "Thị": 38, "Ngọc": 6, "Thu": 4, "Thanh": 5, "Kim": 5, "Minh": 2, "Phương": 3, "Hồng": 3, "Bích": 2,
        "Mỹ": 3, "Thùy": 3, "Diệu": 1, "Khánh": 2, "Thị Thu": 4, "Thị Ngọc": 3, "Thị Thanh": 4, "Thị Kim": 3,
        "Thị Hồng": 3, "Thị Bích": 2, "Thị Mỹ": 2, "Quỳnh": 1, "Tuyết": 1, "Hoài": 1, "Vân": 1, "": 2,
    },
}  # fmt: skip

GIVEN: dict[str, tuple[str, ...]] = {
    "male": (
        "Hùng", "Tuấn", "Dũng", "Minh", "Anh", "Nam", "Hải", "Long", "Sơn", "Thắng", "Hoàng", "Cường",
        "Trung", "Đức", "Thành", "Quân", "Hiếu", "Tùng", "Bình", "Phúc", "Khánh", "Kiên", "Huy", "Duy",
        "Đạt", "Việt", "Hưng", "Lâm", "Quang", "Vinh", "Tiến", "Toàn", "Tâm", "Thịnh", "Phong", "Khoa", "An",
        "Nghĩa", "Lộc", "Hậu", "Tài", "Trí", "Mạnh", "Đông", "Hòa", "Thiện", "Bảo", "Khôi", "Nhân", "Lợi",
        "Quý", "Chiến", "Luân", "Giang", "Hà", "Sang", "Tín", "Được", "Út", "Bảy", "Thủy", "Nguyên", "Khải",
        "Vũ", "Tấn", "Đại", "Chung",
    ),
    "female": (
        "Hương", "Lan", "Hoa", "Hằng", "Thảo", "Linh", "Mai", "Trang", "Nga", "Hà", "Thủy", "Thu", "Hồng",
        "Hạnh", "Nhung", "Yến", "Phương", "Anh", "Dung", "Oanh", "Loan", "Vân", "Hiền", "Ngọc", "Huyền",
        "Liên", "Tâm", "Nguyệt", "Xuân", "Quỳnh", "Thúy", "Giang", "Châu", "Chi", "Trâm", "Thư", "My", "Vy",
        "Ngân", "Tuyết", "Hường", "Bích", "Diệp", "Duyên", "Kiều", "Lý", "Như", "Nhi", "Phượng", "Tiên",
        "Trinh", "Uyên", "Gấm", "Đào", "Bé", "Sáu", "Mỹ", "Hòa", "Thoa", "Khuyên", "Lệ", "Mười", "Ánh", "Ý",
        "Hậu", "Thắm", "Thanh",
    ),
}  # fmt: skip

# Nationality (ISO 3166) → first letter of a passport, family names, given names; as a passport writes them
# (letters first, so that no passport looks like an identity number).
FOREIGN: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "KR": (
        "M",
        ("Kim", "Lee", "Park", "Choi", "Jung"),
        ("Min-jun", "Ji-woo", "Seo-yeon", "Do-yun", "Ha-eun"),
    ),
    "CN": ("E", ("Wang", "Li", "Zhang", "Liu", "Chen"), ("Wei", "Fang", "Xiaoming", "Lü", "Jing")),
    "JP": ("T", ("Sato", "Suzuki", "Takahashi", "Tanaka"), ("Haruto", "Yui", "Sota", "Aoi")),
    "TW": ("L", ("Lin", "Huang", "Wu", "Tsai"), ("Chia-hao", "Ya-ting", "Chun-chieh", "Yi-chun")),
    "US": ("A", ("Smith", "O'Connor", "Johnson", "García", "Tran"), ("John", "Mary Ann", "Zoë", "Michael")),
    "FR": (
        "F",
        ("Lefèvre", "Dupont", "Saint-Étienne", "Œuvrard"),
        ("François", "Chloé", "Anaïs", "Jean-Luc"),
    ),
    "DE": ("C", ("Müller", "Groß", "Schäfer", "Weiß"), ("Jürgen", "Anna", "Björn", "Käthe")),
    "RU": ("P", ("Ivanov", "Smirnova", "Kuznetsov"), ("Aleksandr", "Mariia", "Dmitrii")),
}


def foreign_names(nationality: str) -> list[str]:
    """Every family name with every given name of a nationality."""
    _, families, given = FOREIGN[nationality]
    return [f"{family} {own}" for family in families for own in given]

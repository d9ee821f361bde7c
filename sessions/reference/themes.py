"""The four content groups of Nghị quyết 05-NQ/ĐUK (25/01/2017), and "other"."""

GROUPS = [
    "Năng lực lãnh đạo của cấp ủy",
    "Năng lực quản lý, điều hành của lãnh đạo cơ quan, đơn vị",
    "Chế độ, chính sách đối với người lao động",
    "Chương trình hành động của cấp ủy; kế hoạch hành động cá nhân của bí thư, thủ trưởng",
    "Tâm tư, nguyện vọng, nội dung khác",
]


def add_groups(apps, schema_editor):
    theme = apps.get_model("dialogue_sessions", "Theme")
    for number, name in enumerate(GROUPS, 1):
        theme.objects.get_or_create(number=number, parent=None, committee=None, name=name)

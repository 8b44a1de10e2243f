from django.db import migrations

from hoso.base.db import walled, with_row

OF_VERSION = (
    "(SELECT r.person_id FROM records_version v JOIN records_record r ON r.id = v.record_id WHERE v.id = version_id)"
)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_never_deleted"), ("records", "0004_wall")]
    operations = [
        walled(
            "approvals_sentback",
            sees=with_row("records_version", "version_id", "approvals_sentback"),
            person=OF_VERSION,
        )
    ]

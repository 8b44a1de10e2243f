from django.db import migrations

from hoso.base.db import walled, with_row


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_never_deleted"), ("people", "0004_wall")]
    operations = [
        walled(
            "documents_attachment",
            sees=with_row("people_person", "person_id", "documents_attachment"),
            person="person_id",
        )
    ]

from django.db import migrations

from hoso.base.db import walled, with_row

OF_RECORD = "(SELECT r.person_id FROM records_record r WHERE r.id = record_id)"
OF_CHANGE = (
    "(SELECT r.person_id FROM changes_change c JOIN records_record r ON r.id = c.record_id WHERE c.id = change_id)"
)


class Migration(migrations.Migration):
    dependencies = [("changes", "0004_writers"), ("records", "0004_wall")]
    operations = [
        walled("changes_change", sees=with_row("records_record", "record_id", "changes_change"), person=OF_RECORD),
        walled(
            "changes_errorreport", sees=with_row("records_record", "record_id", "changes_errorreport"), person=OF_RECORD
        ),
        walled("changes_evidence", sees=with_row("changes_change", "change_id", "changes_evidence"), person=OF_CHANGE),
        walled("changes_decision", sees=with_row("changes_change", "change_id", "changes_decision"), person=OF_CHANGE),
    ]

from django.db import migrations

from hoso.base.db import walled

OF_RECORD = "(SELECT r.person_id FROM records_record r WHERE r.id = record_id)"
OF_CHANGE = (
    "(SELECT r.person_id FROM changes_change c JOIN records_record r ON r.id = c.record_id WHERE c.id = change_id)"
)


class Migration(migrations.Migration):
    dependencies = [("changes", "0004_writers"), ("records", "0004_wall")]
    operations = [
        walled("changes_change", parent="records_record", column="record_id", person=OF_RECORD),
        walled("changes_errorreport", parent="records_record", column="record_id", person=OF_RECORD),
        walled("changes_evidence", parent="changes_change", column="change_id", person=OF_CHANGE),
        walled("changes_decision", parent="changes_change", column="change_id", person=OF_CHANGE),
    ]

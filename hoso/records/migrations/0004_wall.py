from django.db import migrations

from hoso.base.db import walled

KEEPER = "(SELECT r.person_id FROM records_record r WHERE r.id = record_id)"


class Migration(migrations.Migration):
    dependencies = [("records", "0003_never_deleted"), ("people", "0004_wall")]
    operations = [
        walled("records_personkey", parent="people_person", column="person_id", person="person_id"),
        walled("records_record", parent="people_person", column="person_id", person="person_id"),
        walled("records_version", parent="records_record", column="record_id", person=KEEPER),
    ]

from django.db import migrations

from hoso.base.db import walled


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_never_deleted"), ("people", "0004_wall")]
    operations = [walled("documents_attachment", parent="people_person", column="person_id", person="person_id")]

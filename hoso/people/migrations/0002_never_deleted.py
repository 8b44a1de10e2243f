from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [never_deleted("people_person", "people_employment")]

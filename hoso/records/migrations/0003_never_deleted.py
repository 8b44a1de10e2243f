from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("records", "0002_append_only")]
    operations = [never_deleted("records_record", "records_personkey")]

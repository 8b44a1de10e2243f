from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_append_only")]
    operations = [never_deleted("changes_change", "changes_evidence", "changes_errorreport")]

from django.db import migrations

from hoso.base.db import append_only, sequence


class Migration(migrations.Migration):
    dependencies = [("changes", "0001_initial")]
    operations = [sequence("changes_number"), *append_only("changes_decision")]

from django.db import migrations

from hoso.base.db import append_only, sequence


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [sequence("records_accepted_seq"), *append_only("records_version")]

from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]
    operations = [never_deleted("signing_certificate")]

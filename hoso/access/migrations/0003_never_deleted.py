from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("access", "0002_cache")]
    operations = [never_deleted("access_account", "access_grant")]

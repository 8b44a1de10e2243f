from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [never_deleted("documents_attachment")]

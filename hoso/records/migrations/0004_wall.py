from django.db import migrations

from hoso.base.db import told, walled, with_row

# As for employments: see people/0004_wall.
KEEPER = """
ALTER TABLE records_record ADD COLUMN keeper_id uuid;
UPDATE records_record SET keeper_id = (SELECT keeper_id FROM people_person WHERE id = person_id);

SET CONSTRAINTS ALL IMMEDIATE;
CREATE TRIGGER keeper BEFORE INSERT OR UPDATE ON records_record
FOR EACH ROW EXECUTE FUNCTION hoso_copy_keeper();

CREATE FUNCTION records_record_keeper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE records_record SET keeper_id = NEW.keeper_id WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER record_keeper AFTER UPDATE OF keeper_id ON people_person
FOR EACH ROW WHEN (NEW.keeper_id IS DISTINCT FROM OLD.keeper_id) EXECUTE FUNCTION records_record_keeper();
"""
KEEPER_BACK = """
DROP TRIGGER record_keeper ON people_person;
DROP FUNCTION records_record_keeper();
DROP TRIGGER keeper ON records_record;
ALTER TABLE records_record DROP COLUMN keeper_id;
"""
OF_RECORD = "(SELECT r.person_id FROM records_record r WHERE r.id = record_id)"


class Migration(migrations.Migration):
    dependencies = [("records", "0003_never_deleted"), ("people", "0004_wall")]
    operations = [
        migrations.RunSQL(KEEPER, KEEPER_BACK),
        walled(
            "records_personkey",
            sees=f"{told('person_id')} OR {with_row('people_person', 'person_id', 'records_personkey')}",
            person="person_id",
        ),
        walled("records_record", sees=told("keeper_id", "person_id"), person="person_id"),
        walled("records_version", sees=with_row("records_record", "record_id", "records_version"), person=OF_RECORD),
    ]

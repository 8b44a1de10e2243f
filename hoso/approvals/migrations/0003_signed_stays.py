from django.conf import settings
from django.db import migrations

ROLE = settings.HOSO_APP_ROLE

STAYS = f"""
CREATE FUNCTION approvals_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'manifests and rounds are never deleted';
    END IF;
    IF TG_TABLE_NAME = 'approvals_manifest' AND to_jsonb(OLD)->>'status' IN ('sealed', 'dropped') THEN
        RAISE EXCEPTION 'manifest % is final', OLD.id;
    END IF;
    IF TG_TABLE_NAME = 'approvals_round' AND to_jsonb(OLD)->>'closed_at' IS NOT NULL THEN
        RAISE EXCEPTION 'round % is closed', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION approvals_line_of_built() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT status FROM approvals_manifest WHERE id = NEW.manifest_id) <> 'built' THEN
        RAISE EXCEPTION 'manifest % takes no more lines', NEW.manifest_id;
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION approvals_round_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT closed_at FROM approvals_round WHERE id = NEW.round_id) IS NOT NULL THEN
        RAISE EXCEPTION 'round % is closed', NEW.round_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_stays BEFORE UPDATE OR DELETE ON approvals_manifest
    FOR EACH ROW EXECUTE FUNCTION approvals_signed_stays();
CREATE TRIGGER signed_stays BEFORE UPDATE OR DELETE ON approvals_round
    FOR EACH ROW EXECUTE FUNCTION approvals_signed_stays();
CREATE TRIGGER of_built BEFORE INSERT ON approvals_manifestline
    FOR EACH ROW EXECUTE FUNCTION approvals_line_of_built();
CREATE TRIGGER round_open BEFORE INSERT ON approvals_confirmation
    FOR EACH ROW EXECUTE FUNCTION approvals_round_open();
CREATE TRIGGER round_open BEFORE INSERT ON approvals_sentback
    FOR EACH ROW EXECUTE FUNCTION approvals_round_open();
DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
    REVOKE DELETE, TRUNCATE ON approvals_manifest, approvals_round FROM {ROLE};
END IF; END $$;
"""

NO_LONGER = """
DROP TRIGGER signed_stays ON approvals_manifest;
DROP TRIGGER signed_stays ON approvals_round;
DROP TRIGGER of_built ON approvals_manifestline;
DROP TRIGGER round_open ON approvals_confirmation;
DROP TRIGGER round_open ON approvals_sentback;
DROP FUNCTION approvals_signed_stays();
DROP FUNCTION approvals_line_of_built();
DROP FUNCTION approvals_round_open();
"""


class Migration(migrations.Migration):
    """What was sealed stays as it was sealed, whatever the application is made to do."""

    dependencies = [("approvals", "0002_append_only")]
    operations = [migrations.RunSQL(STAYS, NO_LONGER)]

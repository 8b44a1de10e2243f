"""Reading attachments; whether the viewer may is asked by those who know what the file is attached to."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

from hoso.base import envelope
from hoso.base.errors import NotFound
from hoso.base.files import pages, store
from hoso.documents.models import Attachment


def attachment(attachment_id: UUID | str) -> Attachment:
    """One attachment; NotFound."""
    found = Attachment.objects.filter(pk=attachment_id).select_related("person").first()
    if found is None:
        raise NotFound("no_such_attachment")
    return found


def content(found: Attachment) -> bytes:
    """The file as it was uploaded. InvalidTag if somebody changed it on disk."""
    wrapped = store.WrappedKey(found.key_by, bytes(found.key_token), found.sha256, found.size)
    return store.get(Path(settings.HOSO_FILES), envelope.ring(), found.pk, wrapped)


def page_image(found: Attachment, page: int, width: int) -> bytes:
    """One page as a picture (WebP), so that a browser never runs what somebody uploaded; NotFound beyond the last."""
    if not 1 <= page <= found.pages:
        raise NotFound("no_such_page")
    return pages.render_page(content(found), found.media_type, page, width)

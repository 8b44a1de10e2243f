"""How many queries a page needs, itemised by table, so that a page that grows with its list is seen at once."""

import re
from collections import Counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hoso.access.models import Account
from hoso.base.identity import FULL, PLAIN
from tests.factors import show_again

TABLE = re.compile(r'(?:FROM|INTO|UPDATE) "?([a-z_]+)"?')


def counted(account, address):
    """Statement and table → how often, for one GET by an account; savepoints do not count, nor does telling whose
    transaction it is: once a request in the product, which test_wall.py counts."""
    client = Client()
    client.force_login(Account.objects.get(pk=account.pk))
    show_again(client)
    client.get(address)  # what a process reads once is not the page's
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return dict(sorted(Counter(_item(query["sql"]) for query in captured if _counts(query["sql"])).items()))


def _counts(sql):
    return not sql.startswith(
        ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", *(text.partition("(")[0] for text in (PLAIN, FULL)))
    )


def _item(sql):
    found = TABLE.search(sql)
    return f"{sql.split(' ', 1)[0].lower()} {found[1] if found else '?'}"

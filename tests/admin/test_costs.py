"""What a list costs does not grow with its rows."""

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.images.models import StorageIntent
from tests.admin.addresses import ADDRESSES, make_rows
from tests.factories import ApiKeyFactory, DeliveryFactory, GenerationFactory

LISTS = [each for each in ADDRESSES if each.view == "changelist"]


def make_more(number: int) -> None:
    """Of each model a row that has nothing in common with the others."""
    User.objects.create_user(f"user-{number}").groups.add(Group.objects.create(name=f"group-{number}"))
    generation = GenerationFactory(success=number % 2 == 0, failed=number % 2 == 1)
    GenerationFactory(project=ApiKeyFactory(project=generation.project).project)
    DeliveryFactory(failed=True)
    StorageIntent.objects.create(key=f"{number}/x.png", collect_at=timezone.now())


@pytest.fixture
def count(boss):
    def statements(path: str) -> int:
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as captured:
            assert boss.get(path).status_code == 200
        return len(captured)

    return statements


def test_each_list_costs_as_many_statements_with_thirty_rows_as_with_one(count):
    rows = make_rows()
    paths = [address.path(rows) for address in LISTS] + ["/admin/"]
    before = {path: count(path) for path in paths}
    for number in range(30):
        make_more(number)
    assert {path: count(path) for path in paths} == before
    assert max(before.values()) <= 12

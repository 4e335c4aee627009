"""What a request costs the database, to the query; the first of each is the key's."""

import pytest

from generations.queue import snapshot
from tests.client import GENERATIONS
from tests.factories import GenerationFactory


@pytest.fixture(autouse=True)
def used_lately(api, monkeypatch):
    """A key's use is noted once a minute, and the queue is looked at once a second; those are other tests' queries."""
    monkeypatch.setattr(snapshot, "LOOK_AGAIN_AFTER_S", 3600)
    snapshot.lookout.queue("generations")
    api.get(GENERATIONS)


def test_create_takes_two_queries(api, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert api.create().status_code == 201


def test_a_full_queue_takes_one_query(api, settings, django_assert_num_queries):
    settings.MAX_QUEUED = 1
    api.create()
    with django_assert_num_queries(2):
        assert api.create().status_code == 429


def test_create_with_an_idempotency_key_takes_four_queries(api, django_assert_num_queries):
    savepoint_of_the_test = 2
    with django_assert_num_queries(1 + 4 + savepoint_of_the_test):
        assert api.create_once("k").status_code == 201


def test_the_same_again_takes_two_queries(api, django_assert_num_queries):
    api.create_once("k")
    with django_assert_num_queries(3):
        assert api.create_once("k")["Idempotency-Replayed"] == "true"


def test_a_refused_body_takes_no_key_either(api, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert api.create_once("k", prompt=1).status_code == 400


def test_get_takes_one_query(api, project, django_assert_num_queries):
    generation = GenerationFactory(project=project, success=True)
    with django_assert_num_queries(2):
        assert api.get(f"{GENERATIONS}/{generation.pk}").json()["data"]["outputImage"]["width"] == 1792


def test_get_of_what_waits_takes_two_queries(api, project, django_assert_num_queries):
    generation = GenerationFactory(project=project)
    with django_assert_num_queries(3):
        assert api.get(f"{GENERATIONS}/{generation.pk}").json()["data"]["queuePosition"] == 1


def test_a_list_of_what_waits_takes_three_queries_however_many_it_shows(api, project, django_assert_num_queries):
    GenerationFactory.create_batch(5, project=project)
    with django_assert_num_queries(4):
        assert api.get(GENERATIONS).json()["data"][0]["queuePosition"] == 5


def test_list_takes_two_queries_however_many_it_shows(api, project, django_assert_num_queries):
    GenerationFactory.create_batch(5, project=project, success=True)
    with django_assert_num_queries(3):
        assert len(api.get(GENERATIONS).json()["data"]) == 5


def test_an_empty_list_takes_one_query(api, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert api.get(GENERATIONS).json()["data"] == []


def test_a_refused_body_takes_none(api, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert api.create(prompt=1).status_code == 400


def test_a_malformed_id_takes_none(api, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert api.get(f"{GENERATIONS}/nonsense").status_code == 404

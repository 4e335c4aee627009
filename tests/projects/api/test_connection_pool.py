"""Places of a web process: nobody gets all of them."""

from contextlib import ExitStack

import pytest

from projects.api.connection_pool import Places, callers_shares


def held(places, *shares):
    """How many places somebody gets who never has enough."""
    with ExitStack() as all_of_them:
        count = 0
        while all_of_them.enter_context(places.one(*shares)):
            count += 1
        yield count


@pytest.mark.parametrize(("count", "of_a_key", "of_a_project"), [(1, 1, 1), (2, 2, 2), (124, 83, 100)])
def test_alone_a_key_gets_two_of_three_places_and_a_project_four_of_five(count, of_a_key, of_a_project):
    places = Places(count)
    assert next(held(places, *callers_shares(1, 1))) == of_a_key
    with ExitStack() as everything:
        found = [everything.enter_context(places.one(*callers_shares(1, key))) for key in range(1000)]
        assert sum(found) == of_a_project
    assert next(held(places, *callers_shares(1, 1))) == of_a_key  # all are free again


def test_whoever_comes_later_finds_a_place_however_many_others_hold_on():
    places, found = Places(124), []
    with ExitStack() as everything:
        for project in range(4):
            wanted = [everything.enter_context(places.one(*callers_shares(project, project))) for _ in range(200)]
            found.append(sum(wanted))
    assert found == [83, 28, 9, 3]

"""Each drill in its small version: what has to happen happens, and what must not does not."""

import pytest

from tests.drills.programme import play

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drill(database_url, redis_url, tmp_path):
    """Hold a drill; every figure has to hold."""

    def hold(name):
        place = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url}
        figures = play(name, tmp_path / name, quick=True, **place)
        if not figures:
            pytest.skip("no disk may be mounted")
        assert [str(figure) for figure in figures if not figure.holds] == []

    return hold


def test_a_killed_workers_jobs_are_claimed_again_within_the_lease_and_two_seconds(drill):
    drill("recovery")


def test_a_rolling_deploy_runs_nothing_twice_and_fails_nothing(drill):
    drill("deploy")


def test_every_post_is_answered_while_the_broker_is_down_and_while_it_hangs(drill):
    drill("broker")


def test_a_full_disk_loses_no_job_and_keeps_no_half_of_a_file(drill):
    drill("disk")


def test_no_clock_matters_but_the_databases(drill):
    drill("clocks")


def test_a_full_database_refuses_what_it_cannot_write_and_does_the_rest_later(drill):
    drill("database")


def test_stuck_jobs_are_freed_in_batches_and_each_of_them_once(drill):
    drill("stuck")

"""Staff who may change staff make no superuser, become none, and take nobody's place who may do more."""

import pytest
from django.contrib.auth.models import Group, Permission, User

STAFF, GROUPS = "/admin/auth/user/", "/admin/auth/group/"
VERBS = ("view", "add", "change", "delete")
MAY_CHANGE_STAFF = [f"auth.{verb}_{model}" for verb in VERBS for model in ("user", "group")]


@pytest.fixture
def clerk(staff):
    return staff(*MAY_CHANGE_STAFF)


def form(user: User, **changes: object) -> dict[str, object]:
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return {"username": user.username, "is_active": "on", "is_staff": "on", **joined, **changes}


def test_rights_are_not_theirs_to_give(clerk):
    user, group = User.objects.get(username="clerk"), Group.objects.create(name="all")
    every = [str(permission.pk) for permission in Permission.objects.all()]
    wishes = {"is_superuser": "on", "user_permissions": every, "groups": [str(group.pk)], "first_name": "Changed"}
    assert clerk.post(f"{STAFF}{user.pk}/change/", form(user, **wishes)).status_code == 302
    assert clerk.post(f"{GROUPS}{group.pk}/change/", {"name": "some", "permissions": every}).status_code == 302
    user.refresh_from_db()
    assert (user.first_name, user.is_superuser) == ("Changed", False)
    assert user.user_permissions.count() == len(MAY_CHANGE_STAFF)
    assert (user.groups.count(), group.permissions.count()) == (0, 0)
    clerk.post(f"{GROUPS}add/", {"name": "new", "permissions": every})
    assert Group.objects.get(name="new").permissions.count() == 0


def test_who_may_do_more_is_out_of_their_reach(clerk):
    boss, keeper = User.objects.create_superuser("boss"), User.objects.create_user("keeper", is_staff=True)
    keeper.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    for user in (boss, keeper):
        password = {"password1": "correct horse battery", "password2": "correct horse battery"}
        assert clerk.post(f"{STAFF}{user.pk}/password/", password).status_code == 403
        assert clerk.post(f"{STAFF}{user.pk}/change/", form(user, username="mine")).status_code == 403
        assert clerk.post(f"{STAFF}{user.pk}/delete/", {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [str(user.pk)], "post": "yes"}
        assert clerk.post(STAFF, chosen).status_code == 403
        assert User.objects.get(pk=user.pk).username == user.username
        assert not User.objects.get(pk=user.pk).has_usable_password()


def test_who_may_do_no_more_is_within_it(clerk):
    colleague = User.objects.create_user("colleague", is_staff=True)
    password = {"password1": "correct horse battery", "password2": "correct horse battery", "usable_password": "true"}
    assert clerk.post(f"{STAFF}{colleague.pk}/password/", password).status_code == 302
    assert clerk.post(f"{STAFF}{colleague.pk}/delete/", {"post": "yes"}).status_code == 302


def test_a_superuser_gives_rights(boss):
    clerk = User.objects.create_user("clerk", is_staff=True)
    permission = Permission.objects.get(codename="view_apikey")
    wishes = {"is_superuser": "on", "user_permissions": [str(permission.pk)]}
    assert boss.post(f"{STAFF}{clerk.pk}/change/", form(clerk, **wishes)).status_code == 302
    clerk.refresh_from_db()
    assert clerk.is_superuser
    assert list(clerk.user_permissions.all()) == [permission]

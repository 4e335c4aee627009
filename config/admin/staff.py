"""Staff and groups in the admin's own dress."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from projects.admin.history import DiscreetHistory

admin.site.index_title = "Dashboard"
admin.site.unregister(User)
admin.site.unregister(Group)


def is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser)


class RightsOfSuperusers(DiscreetHistory):
    """Rights are given by superusers alone: else whoever may change staff could make a superuser, or become one."""

    rights: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if is_superuser(request) else (*fixed, *self.rights)


@admin.register(User)
class StaffAdmin(RightsOfSuperusers, UserAdmin):
    add_fieldsets = UserAdmin.add_fieldsets  # unfold's ModelAdmin, which comes before it, has an empty one
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    rights = ("is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_within_reach(request, obj)

    def is_within_reach(self, request: HttpRequest, user: User | None) -> bool:
        """Who sets another's password can be that other: it takes all of their rights to do so."""
        if user is None or is_superuser(request):
            return True
        return not user.is_superuser and user.get_all_permissions() <= request.user.get_all_permissions()


@admin.register(Group)
class StaffGroupAdmin(RightsOfSuperusers, GroupAdmin):
    rights = ("permissions",)

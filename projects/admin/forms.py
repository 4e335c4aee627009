"""Forms of the keys' admin."""

from datetime import timedelta

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from projects.models import ApiKey
from projects.services import issue_api_key

LONGEST_LIFE_DAYS = 3650


class IssueApiKeyForm(forms.ModelForm):
    life_days = forms.IntegerField(
        label="Life in days",
        required=False,
        min_value=1,
        max_value=LONGEST_LIFE_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=f"Empty: {settings.API_KEY_LIFE.days} days.",
    )

    def issue(self) -> tuple[ApiKey, str]:
        """The new key's row and, this once, its text."""
        asked = self.cleaned_data
        return issue_api_key(
            asked["project"],
            name=asked["name"],
            life=timedelta(days=asked["life_days"]) if asked["life_days"] else None,
            rate_limit_per_hour=asked["rate_limit_per_hour"],
        )

"""Forms of the admin."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from projects.models import ApiKey, Project
from projects.services import (
    HIGHEST_RATE_LIMIT,
    LONGEST_LIFE_DAYS,
    LONGEST_OVERLAP_DAYS,
    USUAL_OVERLAP_DAYS,
    issue_api_key,
)


class ApiKeyForm(forms.ModelForm):
    def clean_rate_limit_per_hour(self) -> int | None:
        """A key that may make no request is one to revoke, and 0 looks like no limit."""
        limit: int | None = self.cleaned_data["rate_limit_per_hour"]
        if limit is not None and not 1 <= limit <= HIGHEST_RATE_LIMIT:
            raise forms.ValidationError(f"From 1 to {HIGHEST_RATE_LIMIT}, or empty for the default.")
        return limit


class IssueApiKeyForm(ApiKeyForm):
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


class RotateApiKeyForm(forms.Form):
    """For how long the old key is accepted beside its successor."""

    overlap_days = forms.IntegerField(
        label="Days of overlap",
        required=False,
        initial=USUAL_OVERLAP_DAYS,
        min_value=0,
        max_value=LONGEST_OVERLAP_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="For so long the old key is accepted as well, so that its clients can be changed one by one; never "
        "beyond its own end. 0 or empty: it is refused from the next request on, as it has to be once others have it.",
    )

    @property
    def overlap(self) -> timedelta:
        return timedelta(days=self.cleaned_data["overlap_days"] or 0)


class ProjectForm(forms.ModelForm):
    """Offers the providers that are configured, and what is chosen already even where it is configured no more."""

    image_provider = forms.ChoiceField(
        required=False,
        choices=[],
        widget=UnfoldAdminSelectWidget,
        help_text=Project._meta.get_field("image_provider").help_text,
    )

    class Meta:
        model = Project
        fields = "__all__"  # noqa: DJ007 — the admin says which

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "image_provider" in self.fields:
            field = cast(forms.ChoiceField, self.fields["image_provider"])
            field.choices = provider_choices(self.instance.image_provider)
        for name, default in (("max_concurrent", settings.MAX_CONCURRENT), ("max_queued", settings.MAX_QUEUED)):
            if name in self.fields:
                explained = str(self.fields[name].help_text).removesuffix(".")
                self.fields[name].help_text = f"{explained} ({default or 'no limit'}); 0 is no limit."


def provider_choices(chosen: str) -> list[tuple[str, str]]:
    """The usual chain, and each alias of IMAGE_PROVIDERS; "default" is another name for one of the others."""
    choices = {"": f"The usual chain: {', '.join(settings.IMAGE_PROVIDER_CHAIN)}"}
    named = [alias for alias in settings.IMAGE_PROVIDERS if alias != "default"]
    choices |= {alias: alias for alias in named or ["default"]}
    choices.setdefault(chosen, f"{chosen} (not configured any more)")
    return list(choices.items())

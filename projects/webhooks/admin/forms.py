"""Forms of the admin."""

from typing import Any

from django import forms
from django.db import models
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from projects.outbound.urls import UrlRefused, approve
from projects.webhooks.models import Endpoint, EventType


class EndpointForm(forms.ModelForm):
    """A URL that may be sent to, and the events that are."""

    url = forms.CharField(label="URL", widget=UnfoldAdminTextInputWidget, help_text="https:// and a public host.")
    event_types = forms.MultipleChoiceField(
        required=False,
        choices=[(name, name) for name in EventType.values],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen means all.",
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not self.instance._state.adding and url == self.instance.url:
            return url
        try:
            approve(url)
        except UrlRefused as error:
            raise forms.ValidationError(str(error)) from None
        return url

    def changes(self) -> dict[str, Any]:
        """What was changed, by the model's names."""
        written = {field.name for field in Endpoint._meta.get_fields() if isinstance(field, models.Field)}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in written}

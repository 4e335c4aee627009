"""Images: the picture, its facts, and the one thing that staff may change, its alias."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from generations.images.admin.pictures import thumbnail
from generations.images.models import Image
from generations.images.services import set_image_alias
from projects.admin.formatting import age
from projects.admin.read_only import WrittenBySystem


class AliasForm(forms.ModelForm):
    def clean_alias(self) -> str | None:
        """Look here: the project is no field of this form, so that Django would leave it to the database's refusal."""
        alias: str | None = self.cleaned_data["alias"]
        others = Image.objects.filter(project=self.instance.project_id, alias=alias).exclude(pk=self.instance.pk)
        if alias is not None and others.exists():
            raise forms.ValidationError("Another image of this project has this alias.")
        return alias


@admin.register(Image)
class ImageAdmin(WrittenBySystem):
    form = AliasForm
    fieldsets = (
        (None, {"fields": ("preview", "alias")}),
        ("Facts", {"fields": ("id", "project", "source", "made_by", "created_at")}),
        ("File", {"fields": ("dimensions", "size", "mime_type", "sha256", "key")}),
    )
    readonly_fields = (
        "preview id project source made_by created_at dimensions size mime_type sha256 key".split()  # noqa: SIM905
    )
    list_display = ("thumb", "name", "project", "source", "dimensions", "size", "age")
    list_display_links = ("name",)
    list_select_related = ("project",)
    list_filter = (("project", AutocompleteSelectFilter), "source", ("alias", admin.EmptyFieldListFilter))
    search_fields = ("alias",)
    search_help_text = "Part of an alias, or a whole id."
    ordering = ("-created_at", "-id")
    sortable_by = ("age",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change")

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        if not set_image_alias(obj, obj.alias):
            self.message_user(request, "This image has been deleted meanwhile.", messages.ERROR)

    @display(description="picture")
    def thumb(self, image: Image) -> SafeString:
        return thumbnail(image, reverse("admin:images_image_change", args=[image.pk]))

    @display(description="alias or id")
    def name(self, image: Image) -> str:
        return str(image)

    @display(description="age", ordering="-created_at")
    def age(self, image: Image) -> SafeString | str:
        return age(image.created_at)

    @display(description="pixels")
    def dimensions(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @display(description="size")
    def size(self, image: Image) -> str:
        return filesizeformat(image.file_size)

    @display(description="picture")
    def preview(self, image: Image) -> SafeString:
        return format_html(
            '<a href="{0}" target="_blank" rel="noopener" class="easel-picture">'
            '<img src="{0}" alt="" width="{1}" height="{2}" decoding="async"></a>',
            image.storage_url,
            image.width,
            image.height,
        )

    @display(description="generation", empty_value="–")
    def made_by(self, image: Image) -> SafeString | None:
        try:
            generation = image.generation
        except ObjectDoesNotExist:
            return None
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:generations_generation_change", args=[generation.pk]), generation.pk
        )

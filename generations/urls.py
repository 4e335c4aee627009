"""The generations' addresses, below /api/v1."""

from django.urls import path

from generations.prompts.views import EnhancePromptView
from generations.views import GenerationViewSet

urlpatterns = [
    path("generations", GenerationViewSet.as_view({"post": "create", "get": "list"})),
    path("generations/<str:pk>", GenerationViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("prompts/enhance", EnhancePromptView.as_view()),
]

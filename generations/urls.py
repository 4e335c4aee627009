"""The generations' addresses, below /api/v1."""

from django.urls import path

from generations.api.prompts.views import EnhancePromptView
from generations.api.stream.views import EventsView
from generations.api.views import GenerationViewSet

urlpatterns = [
    path("generations", GenerationViewSet.as_view({"post": "create", "get": "list"})),
    path("generations/<str:pk>", GenerationViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("generations/<str:pk>/cancel", GenerationViewSet.as_view({"post": "cancel"})),
    path("generations/<str:pk>/retry", GenerationViewSet.as_view({"post": "retry"})),
    path("generations/<str:pk>/events", EventsView.as_view()),
    path("prompts/enhance", EnhancePromptView.as_view()),
]

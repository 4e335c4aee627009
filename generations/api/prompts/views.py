"""The prompt endpoint: parse, call one service, answer."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generations.api.prompts.openapi import describe
from generations.api.prompts.serializers import EnhancePrompt, enhanced_prompt
from generations.services.enhancing import enhance_aside
from projects.api.ignored_fields import with_warnings

# It keeps nothing of a request, and DRF copies all fields of a form for each new one.
ENHANCE = EnhancePrompt()


@describe
class EnhancePromptView(APIView):
    """Enhance a prompt, and keep nothing of it."""

    http_method_names = ["post"]

    def post(self, request: Request) -> Response:
        fields = ENHANCE.run_validation(request.data)
        shown = enhanced_prompt(enhance_aside(**fields), fields["prompt"])
        return Response(with_warnings(shown, ENHANCE, request.data))

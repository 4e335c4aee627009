"""POST /api/v1/prompts/enhance: an enhanced prompt to look at, and nothing else."""

import pytest

from enhancement import Template
from enhancement.enhancers.rules import RulesEnhancer
from generations.models import Generation
from tests.client import GENERATIONS, ApiClient

ENHANCE = "/api/v1/prompts/enhance"


def from_the_rules(prompt: str, template: Template) -> str:
    return RulesEnhancer().enhance(prompt, template)


@pytest.mark.parametrize("template", Template)
def test_it_answers_with_both_prompts_and_the_template(api, template):
    answer = api.post(ENHANCE, {"prompt": "  a red fox \n", "template": template})
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "data": {
            "prompt": from_the_rules("a red fox", template),
            "originalPrompt": "a red fox",
            "template": template.value,
        },
    }


def test_the_template_is_general_unless_said_otherwise(api):
    data = api.post(ENHANCE, {"prompt": "a red fox", "colour": "ignored"}).json()["data"]
    assert data["template"] == "general"
    assert data["prompt"] == from_the_rules("a red fox", Template.GENERAL)


def test_nothing_is_kept(api):
    api.post(ENHANCE, {"prompt": "a red fox"})
    assert not Generation.objects.exists()


def test_it_is_what_a_generation_would_be_asked_for(api):
    looked_at = api.post(ENHANCE, {"prompt": "a red fox", "template": "comic"}).json()["data"]["prompt"]
    created = api.create(prompt="a red fox", enhancementOptions={"template": "comic"}).json()["data"]
    assert created["prompt"] == looked_at
    edited = api.create(prompt=looked_at, autoEnhance=False).json()["data"]
    assert edited["prompt"] == edited["originalPrompt"] == looked_at


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, {"prompt": ["This field is required."]}),
        ({"prompt": ""}, {"prompt": ["This field may not be blank."]}),
        ({"prompt": " \n "}, {"prompt": ["This field may not be blank."]}),
        ({"prompt": None}, {"prompt": ["This field may not be null."]}),
        ({"prompt": 1}, {"prompt": ["Not a valid string."]}),
        ({"prompt": "a" * 5_001}, {"prompt": ["Ensure this field has no more than 5000 characters."]}),
        ({"prompt": "a\0b"}, {"prompt": ["Null characters are not allowed."]}),
        (
            {"prompt": "a", "template": "oil"},
            {
                "template": [
                    "Must be one of: general, photorealistic, illustration, minimalist, sticker, product, comic."
                ]
            },
        ),
        ([], {"body": ["Must be a JSON object."]}),
    ],
)
def test_it_validates_as_creating_does(api, body, details):
    answer = api.post(ENHANCE, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert answer.json()["error"]["details"] == details
    if "template" not in details:
        assert api.post(GENERATIONS, body).json()["error"]["details"] == details


@pytest.mark.django_db
def test_without_a_key_it_is_refused():
    answer = ApiClient(None).post(ENHANCE, {"prompt": "a red fox"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHORIZED")


def test_it_counts_as_a_request(api, api_key):
    api_key.rate_limit_per_hour = 2
    api_key.save()
    answers = [api.post(ENHANCE, {"prompt": "a red fox"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_it_is_posted_only(api, method):
    answer = getattr(api, method)(ENHANCE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")

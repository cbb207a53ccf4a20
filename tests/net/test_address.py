"""Addresses of ends are read exactly, and never show a password."""

from __future__ import annotations

import pytest

from lossytools.net import BadAddress, DicomAddress, WebAddress, parse_address

HIDDEN = "tr0ub4dor"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("dicomweb+http://pacs:8042/dicom-web", WebAddress("pacs", 8042, "/dicom-web", secure=False)),
        ("dicomweb+http://pacs/dicom-web/", WebAddress("pacs", 80, "/dicom-web", secure=False)),
        ("dicomweb+https://pacs", WebAddress("pacs", 443, "", secure=True)),
        ("dicomweb+https://[::1]:8443/rs", WebAddress("::1", 8443, "/rs", secure=True)),
        (
            "dicomweb+https://anna:a%40b%3Ac@pacs/rs",
            WebAddress("pacs", 443, "/rs", secure=True, credentials="anna:a@b:c"),
        ),
        ("dicom://PACS@10.0.0.7:104", DicomAddress("10.0.0.7", 104, "PACS", "LOSSYTOOLS")),
        (
            "dicom://Old%20Pacs@host:11112?calling=MIGRATE",
            DicomAddress("host", 11112, "Old Pacs", "MIGRATE"),
        ),
    ],
)
def test_an_address_is_read(text: str, address: WebAddress | DicomAddress) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http://pacs/dicom-web", "an address looks like"),
        ("dicom://PACS@host", "names no port"),
        ("dicom://PACS@host:0", "names no port"),
        ("dicom://PACS@host:65536", "the port is a number from 1 to 65535"),
        ("dicom://PACS@host:x", "the port is a number from 1 to 65535"),
        ("dicom://host:104", "the title before @ has 0 characters"),
        ("dicom://SEVENTEEN_LETTERS@host:104", "has 17 characters; 1 to 16"),
        ("dicom://A%5CB@host:104", "without \\ are allowed"),
        ("dicom://PACS@host:104/path", "has no path"),
        ("dicom://PACS@host:104?called=X", "only calling=AET"),
        ("dicom://PACS@host:104?calling=A&calling=B", "only calling=AET"),
        ("dicom://PACS@host:104?calling=", "the title after calling= has 0 characters"),
        ("dicom://PACS:pw@host:104", "takes no password"),
        ("dicomweb+http:///dicom-web", "names no host"),
        ("dicomweb+http://pacs/rs?x=1", "without ? and #"),
        ("dicomweb+http://anna@pacs/rs", "without a password"),
        ("dicomweb+http://pacs/dicom web", "use %20"),
        ("dicomweb+http://a..b/rs", "a..b cannot be the name of a host"),
        (f"dicom://PACS@{'x' * 64}:104", "cannot be the name of a host"),
        ("dicomweb+http://pacs/\r\nHost: x", "use %20"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(text: str, words: str) -> None:
    with pytest.raises(BadAddress) as caught:
        parse_address(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"dicomweb+http://anna:{HIDDEN}@pacs:port/rs",
        f"dicomweb+http://anna:{HIDDEN}@/rs",
        f"dicomweb+http://anna:{HIDDEN}@pacs/rs?x",
        f"dicomweb+http://anna:{HIDDEN}/x@pacs/rs",
        f"dicomweb+http://anna:{HIDDEN} @pacs/rs",
        f"ftp://anna:{HIDDEN}@pacs/rs",
        f"dicom://anna:{HIDDEN}@pacs:104",
    ],
)
def test_no_error_shows_a_password(text: str) -> None:
    with pytest.raises(BadAddress) as caught:
        parse_address(text)
    assert HIDDEN not in str(caught.value)
    assert caught.value.__cause__ is None


def test_neither_the_text_nor_the_repr_of_an_address_shows_a_password() -> None:
    address = parse_address(f"dicomweb+https://anna:{HIDDEN}@pacs:8443/rs")
    assert isinstance(address, WebAddress)
    assert str(address) == "dicomweb+https://pacs:8443/rs"
    assert HIDDEN not in repr(address)
    assert "anna" not in repr(address)
    # base64 of "anna:tr0ub4dor"
    assert address.authorization == "Basic YW5uYTp0cjB1YjRkb3I="


def test_the_text_of_a_dicom_address_can_be_read_again() -> None:
    address = parse_address("dicom://Old%20Pacs@[::1]:104")
    assert str(address) == "dicom://Old%20Pacs@[::1]:104"
    assert parse_address(str(address)) == address

"""Entity declarations are refused before any parser sees them."""

import pytest

from connectors.feeds.failures import UnreadableError
from connectors.feeds.rss_atom import RssAtom
from connectors.feeds.xml_guard import refuse_entities, root_name

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
BODY = "<rss><channel><title>&l9;</title></channel></rss>"
# Thirteen attacks by entities: expansion, quadratic blow-up, files, addresses, parameters, and the ways to hide them.
ATTACKS = {
    "billion laughs": f"<?xml version='1.0'?><!DOCTYPE rss [{LAUGHS}]>{BODY}",
    "quadratic blow-up": f"<!DOCTYPE rss [<!ENTITY l9 '{'a' * 20000}'>]><rss><title>{'&l9;' * 20000}</title></rss>",
    "external file": f"<!DOCTYPE rss [<!ENTITY l9 SYSTEM 'file:///etc/passwd'>]>{BODY}",
    "external address": f"<!DOCTYPE rss [<!ENTITY l9 SYSTEM 'http://169.254.169.254/'>]>{BODY}",
    "public identifier": f"<!DOCTYPE rss [<!ENTITY l9 PUBLIC '-//X' 'http://10.0.0.1/'>]>{BODY}",
    "parameter entity": f"<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://10.0.0.1/x.dtd'> %p;]>{BODY}",
    "recursive": f"<!DOCTYPE rss [<!ENTITY l9 '&l9;&l9;'>]>{BODY}",
    "lower case": f"<!doctype rss [<!entity l9 'x'>]>{BODY}",
    "after a comment": f"<!-- <rss> --><!DOCTYPE rss [<!-- ]> --><!ENTITY l9 'x'>]>{BODY}",
    "after a bracket in a string": f"<!DOCTYPE rss [<!ATTLIST a b CDATA ']>'><!ENTITY l9 'x'>]>{BODY}",
    "after an instruction": f"<?x ?><!DOCTYPE rss SYSTEM 'a>b' [<?y ]> ?><!ENTITY l9 'x'>]>{BODY}",
    "never closed": "<!DOCTYPE rss [<!ENTITY l9 'x'>",
    "after much white space": f"{' ' * 5000}<!DOCTYPE rss [<!ENTITY l9 'x'>]>{BODY}",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_document_that_declares_entities_is_not_parsed(attack: str, encoding: str) -> None:
    with pytest.raises(UnreadableError, match="declares XML entities"):
        RssAtom().read(attack.encode(encoding), url="http://a/", content_type="")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE", ""),
        (b'<?xml version="1.0" encoding = "UTF-7" ?><rss/>', ""),
        (b"<rss/>", "text/xml; charset=utf-7"),
        ("<?xml version='1.0' encoding='cp037'?>".encode("cp037"), ""),
        (b"<?xml version='1.0' encoding='hz'?>", ""),
        (b"<?xml version='1.0' encoding='iso-2022-jp'?>", ""),
    ],
)
def test_an_encoding_that_can_hide_a_declaration_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(UnreadableError, match="can hide"):
        refuse_entities(body, url="http://a/", content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss/>',
        "<rss><channel><description>An attack begins with &lt;!ENTITY</description></channel></rss>",
        "<rss><channel><description><![CDATA[<!DOCTYPE x [<!ENTITY y 'z'>]>]]></description></channel></rss>",
        "<?xml version='1.0' encoding='windows-1251'?><rss/>",
    ],
)
def test_a_document_that_declares_none_is_let_through(body: str) -> None:
    refuse_entities(body.encode(), url="http://a/")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<rss/>", "rss"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <feed> -->\n<rdf:RDF>", "rdf:rdf"),
        ("<feed>".encode("utf-16"), "feed"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"{}", ""),
        (b"<!-- never closed <rss>", ""),
        (b"", ""),
    ],
)
def test_the_root_element_is_found_behind_the_prolog(body: bytes, name: str) -> None:
    assert root_name(body) == name

"""Text from files of packages: HTML, roff, message catalogues, dictionaries, books, source code."""

import bz2
import gzip
import html.parser
import lzma
import re
import struct
import zlib

BLOCKS = set(
    "p div li ul ol dl dt dd table tr td th h1 h2 h3 h4 h5 h6 br pre blockquote section article "
    "header footer nav title body hr".split()
)
SILENT = set("script style head pre code tt kbd noscript svg".split())


class Prose(html.parser.HTMLParser):
    """Paragraphs of a page without markup, scripts and listings."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.paragraphs, self.words, self.silent = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag in SILENT:
            self.silent.append(tag)
        if tag in BLOCKS:
            self.end_paragraph()

    def handle_endtag(self, tag):
        if tag in self.silent:
            while self.silent.pop() != tag:
                pass
        if tag in BLOCKS:
            self.end_paragraph()

    def handle_data(self, data):
        if not self.silent:
            self.words.append(data)

    def end_paragraph(self):
        text = " ".join("".join(self.words).split())
        self.words = []
        if text:
            self.paragraphs.append(text)


def decode(data):
    """Text of bytes: UTF-8, else Latin-1 if few bytes are not ASCII; None for binary files."""
    if b"\0" in data[:4096]:
        return None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return data.decode("latin-1") if sum(b > 127 for b in data) * 50 < len(data) else None


def unpacked(path):
    """Bytes of a file, decompressed."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:6] == b"\xfd7zXZ\0":
        return lzma.decompress(data)
    return bz2.decompress(data) if data[:3] == b"BZh" else data


def from_html(path):
    reader = Prose()
    reader.feed(decode(unpacked(path)) or "")
    reader.close()
    reader.end_paragraph()
    return reader.paragraphs


def from_roff(path):
    """Paragraphs of a manual page: requests dropped, escapes resolved, filled lines joined."""
    out, words = [], []
    for line in (decode(unpacked(path)) or "").split("\n"):
        if line.startswith((".", "'")) or not line.strip():
            kept = re.match(r"\.(B|I|BR|RB|BI|IB|IR|RI) (.*)", line)
            if kept:
                words.append(kept[2].replace('"', ""))
            elif words:
                out.append(" ".join(words))
                words = []
        else:
            words.append(line)
    out.append(" ".join(words))
    return [plain for plain in map(plain_roff, out) if plain]


def plain_roff(text):
    text = re.sub(r"\\f(\(..|\[[^\]]*\]|.)|\\s[-+]?\d|\\[&/,|^%:c]|\\\".*", "", text)
    text = re.sub(r"\\\(.q|\\\*.|\\\*\(..|\\\[[^\]]*\]|\\\(..", "'", text)
    text = text.replace(r"\-", "-").replace(r"\ ", " ").replace(r"\~", " ").replace(r"\e", "\\")
    return " ".join(text.split())


def from_catalogue(path):
    """Translations of a message catalogue (.mo) that differ from their originals."""
    data = path.read_bytes()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack(order + "3I", data[8:20])
    out = []
    for i in range(count):
        pair = []
        for table in (originals, translations):
            length, start = struct.unpack(order + "2I", data[table + 8 * i : table + 8 * i + 8])
            pair.append(data[start : start + length].decode("utf-8", "replace"))
        if pair[0] and pair[0] != pair[1]:
            markup = r"<[^>]*>|\b[a-z_]+='[^']*'|\$\w+(\.\w+)*\|?|%\S"
            text = re.sub(markup, "", pair[1].split("\0")[0])
            out.extend(line.strip() for line in text.split("\n"))
    return [line for line in out if line]


def from_dictionary(path):
    """Definitions of a dictionary in the format of dictd, with their line ends."""
    text = decode(unpacked(path)) or ""
    return [part.strip() for part in re.split(r"\n(?=\S)", text)]


def from_r_data(path):
    """Lines of text in an R database.

    The file consists of blocks compressed by zlib, in which a line is a string: flags, length and
    bytes.
    """
    data, lines = path.read_bytes(), []
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            block = zlib.decompressobj().decompress(data[start.start() :])
        except zlib.error:
            continue
        for found in re.finditer(rb"\x00\x04\x00\x09", block):
            text = found.end() + 4
            length = int.from_bytes(block[found.end() : text], "big")
            if 25 <= length <= 200:
                lines.append(decode(block[text : text + length]))
    return [line for line in lines if line]


def from_code(path):
    """A source file without the licence comment at the top; nothing for generated files."""
    text = decode(path.read_bytes())
    if not text or len(text) > 400_000:
        return []
    if "generated" in text[:600].lower() and "do not edit" in text[:1200].lower():
        return []
    text = text.replace("\r\n", "\n")
    if len(text) / (text.count("\n") + 1) > 120 or "\n" not in text.strip():
        return []
    return [without_licence(text)]


def without_licence(text):
    comment = r"/\*.*?\*/|(?:(?://|#|--|;|%)[^\n]*\n)+|<!--.*?-->"
    top = re.match(rf"\s*(#!.*\n)?\s*({comment})\s*", text, re.S)
    if top and re.search(r"copyright|licen[sc]e|SPDX", top[0], re.I):
        return text[top.end() :]
    return text


def from_markup(path):
    """The source text of an HTML page."""
    text = decode(path.read_bytes())
    return [text.replace("\r\n", "\n")] if text and len(text) < 400_000 else []


READERS = {
    "html": from_html,
    "roff": from_roff,
    "mo": from_catalogue,
    "dict": from_dictionary,
    "rdata": from_r_data,
    "code": from_code,
    "markup": from_markup,
}

"""Gathers the text of the demo's domains from unpacked packages: gather.py PACKAGES OUT

Writes OUT/<domain>.txt and prints how many bytes each has. Standard library only; the same packages give
the same bytes. Prose is cut to paragraphs, code is taken file by file; what occurs twice is kept once, and
a translated manual loses the paragraphs that its English original has too.
"""

import hashlib
import html.parser
import pathlib
import re
import sys

BLOCK_TAGS = set(
    "address blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table td th tr ul".split()
)
SKIPPED_TAGS = {"head", "script", "style"}

# Bytes kept of a domain. Two are kept small on purpose, so that some runs read them several times.
MAX_BYTES = {
    "en_manual": 1_000_000,
    "de_manual": 800_000,
    "fr_manual": 240_000,
    "en_essays": 3_000_000,
    "en_bible": 4_000_000,
    "python": 3_000_000,
    "javascript": 1_500_000,
    "c": 160_000,
}


class Paragraphs(html.parser.HTMLParser):
    """The text of an HTML page, one string for each block element."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.paragraphs, self.pieces, self.skipped, self.navigation = [], [], 0, 0

    def handle_starttag(self, tag, attributes):
        if tag in SKIPPED_TAGS:
            self.skipped += 1
        if tag == "ul" and (self.navigation or "docnav" in (dict(attributes).get("class") or "")):
            self.navigation += 1
        if tag in BLOCK_TAGS:
            self.finish_paragraph()

    def handle_endtag(self, tag):
        if tag in BLOCK_TAGS:
            self.finish_paragraph()
        if tag in SKIPPED_TAGS:
            self.skipped = max(0, self.skipped - 1)
        if tag == "ul" and self.navigation:
            self.navigation -= 1

    def handle_data(self, data):
        if not self.skipped and not self.navigation:
            self.pieces.append(data)

    def finish_paragraph(self):
        text = " ".join("".join(self.pieces).split())
        self.pieces = []
        if text:
            self.paragraphs.append(text)


def html_documents(folder):
    documents = []
    for path in sorted(folder.rglob("*.html")):
        parser = Paragraphs()
        parser.feed(path.read_text(encoding="utf-8", errors="ignore"))
        parser.close()
        parser.finish_paragraph()
        documents.append((path.relative_to(folder).as_posix(), parser.paragraphs))
    return documents


def prose(documents, unwanted=frozenset()):
    """Documents without repeated and unwanted paragraphs."""
    seen = set(unwanted)
    kept = []
    for name, paragraphs in documents:
        fresh = [text for text in paragraphs if not (text in seen or seen.add(text))]
        kept.append((name, "".join(text + "\n\n" for text in fresh)))
    return kept


def bible(path):
    """Chapters without headings and verse numbers."""
    chapters, verses = [], []
    for line in path.read_text(encoding="ascii").splitlines():
        verse = re.match(r"\s*(?:[1-3]?[A-Za-z]+\s?)?\d+(?::\d+)?\s+(\S.*)", line)
        if verse:
            verses.append(verse.group(1))
        elif (
            verses and line.strip() and line[0] != " " and not re.match(r"[1-3 A-Za-z]+ \d+$", line)
        ):
            verses[-1] += " " + line.strip()
        elif verses:
            chapters.append((f"chapter {len(chapters):04}", "\n".join(verses) + "\n\n"))
            verses = []
    chapters.append(("chapter last", "\n".join(verses) + "\n\n"))
    return chapters


def code(folders, suffixes, dropped):
    """Source files without licence headers and without files whose path contains a word of `dropped`."""
    files, seen = [], set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder.parent).as_posix()
            if (
                path.suffix not in suffixes
                or not path.is_file()
                or any(word in name for word in dropped)
            ):
                continue
            text = path.read_text(encoding="utf-8", errors="ignore")
            text = re.sub(r"\A\s*/\*.*?\*/", "", text, flags=re.DOTALL).strip() + "\n\n"
            if len(text) > 200 and text not in seen:
                seen.add(text)
                files.append((name, text))
    return files


def write(out, domain, documents):
    """Whole documents in an order fixed by the hash of their names, until the domain is full."""
    data = b""
    for _, text in sorted(
        documents, key=lambda document: hashlib.sha256(document[0].encode()).digest()
    ):
        if len(data) >= MAX_BYTES[domain]:
            break
        data += text.encode()
    data = data[: MAX_BYTES[domain]].decode(errors="ignore").encode()
    (out / f"{domain}.txt").write_bytes(data)
    print(f"{domain}: {len(data)} bytes")


def main():
    packages, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    debian, npm = packages / "debian", packages / "npm"
    handbook = debian / "debian-handbook/usr/share/doc/debian-handbook/html"
    english = html_documents(handbook / "en-US")
    english_paragraphs = {text for _, paragraphs in english for text in paragraphs}
    write(out, "en_manual", prose(english))
    write(out, "de_manual", prose(html_documents(handbook / "de-DE"), english_paragraphs))
    write(out, "fr_manual", prose(html_documents(handbook / "fr-FR"), english_paragraphs))
    write(
        out, "en_essays", prose(html_documents(debian / "anarchism/usr/share/doc/anarchism/html"))
    )
    write(out, "en_bible", bible(debian / "bible.txt"))
    python = [packages / "pypi" / name for name in ("networkx", "django")]
    write(out, "python", code(python, {".py"}, ("/locale/", "/tests/", "/migrations/")))
    built = (
        "/dist/",
        ".min.",
        "-min.",
        "/min/",
        "/locale/",
        "/test",
        "moment.js",
        "moment/package/dist",
        "mithril/package/mithril.js",
        "codemirror/package/lib/",
        "stream/stream.js",
    )
    write(out, "javascript", code(sorted(npm.iterdir()), {".js"}, built))
    c = [packages / "crates/vendor" / name for name in ("zstd-sys", "libz-sys")]
    write(out, "c", code(c, {".c", ".h"}, ("/contrib/", "/legacy/", "/test", "bindings")))


main()

"""Tables of segments: counting, unbiased thinning, writing."""

import hashlib
import math
import re
import subprocess

# A run of whitespace and the run of other characters after it: patterns of tokenizers split text
# before whitespace, never between whitespace and the next word.
SEGMENT = re.compile(r"\s*\S+|\s+\Z")
# Clauses of languages without spaces between words: a new segment begins at the punctuation.
CLAUSE = re.compile(
    r"\s*[、-〄〈-】〔-〟・！-／：-＠［-｀｛-･]*[^\s、-〄〈-】〔-〟・！-／：-＠［-｀｛-･]{1,40}"
    r"|\s*[、-〄〈-】〔-〟・！-／：-＠［-｀｛-･]+|\s+\Z"
)


# Combining marks, which \w does not match.
MARKS = (
    r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0970-\u09e3\u0a00-\u0dff\u200c\u200d"
)
# Punctuation at the end of a segment, and the maximum length of a segment that joins lines.
TAIL = re.compile(rf"[^\w\s{MARKS}]+\Z")
WORD_END = re.compile(rf"[^\W_]|[{MARKS}]")
CHAIN = 80
QUOTED = re.compile(r'[\t"\n\r]')


def count_segments(text, counts, clauses=False):
    """Adds the segments of a text.

    Some patterns join punctuation with the newlines after it, others join newlines with the
    indentation after them. So punctuation before the end of a line is separated from the word
    before and joined with the next segment.
    """
    held = ""
    for found in (CLAUSE if clauses else SEGMENT).finditer(text):
        segment = held + found[0]
        held = ""
        tail = TAIL.search(segment) if text[found.end() : found.end() + 1] == "\n" else None
        if tail and len(segment) - tail.start() < CHAIN:
            # Whitespace before the punctuation, or a line of punctuation only, stays with it.
            start = tail.start() if WORD_END.match(segment[tail.start() - 1 : tail.start()]) else 0
            if start or len(segment) < CHAIN:
                segment, held = segment[:start], segment[start:]
        if segment:
            counts[segment] += 1
    if held:
        counts[held] += 1


def hash_share(segment, salt):
    """A number in [0, 1) that depends only on the segment, so that tables are reproducible."""
    digest = hashlib.blake2b(
        f"{salt}\0{segment}".encode("utf-8", "surrogatepass"), digest_size=8
    ).digest()
    return int.from_bytes(digest, "big") / 2**64


def thinned(counts, threshold, keys):
    """All segments with at least `threshold` occurrences, and some of the rarer ones.

    A segment with a lower count c is kept with probability c / threshold and gets the count
    `threshold`. So the expected count of every segment, and of every pair, is the true count.
    """
    return {
        segment: max(round(count), threshold)
        for segment, count in counts.items()
        if count >= threshold or keys[segment] > threshold
    }


def thinning_keys(counts):
    """For each segment the threshold from which it is left out, if its count is lower."""
    return {
        segment: count / (hash_share(segment, "thin") + 2**-65) for segment, count in counts.items()
    }


def quoted(segment):
    """A cell of a table with tabs between cells and quotes where needed."""
    return '"' + segment.replace('"', '""') + '"' if QUOTED.search(segment) else segment


def table_bytes(counts):
    """The table as compressed bytes: a header, then segments by descending count."""
    lines = ["segment\tcount"]
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines += [f"{quoted(segment)}\t{count}" for segment, count in ordered]
    data = ("\n".join(lines) + "\n").encode("utf-8", "replace")
    command = ["zstd", "-19", "-q", "-c"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def fitted(counts, budget):
    """(table, its bytes, threshold) for about the smallest threshold that fits the budget."""
    keys = thinning_keys(counts)
    order = sorted(keys.values(), reverse=True)
    size = min(len(order), budget // 4)
    # The largest threshold known to be too small, and the smallest known to fit, with its table.
    too_small, fits = 0, None
    while True:
        threshold = 1 if size == len(order) else max(1, math.ceil(order[size]))
        threshold = max(threshold, too_small + 1)
        if fits is not None:
            threshold = min(threshold, fits[2] - 1)
        kept = thinned(counts, threshold, keys)
        data = table_bytes(kept)
        filled = len(data) / budget
        if filled <= 1:
            fits = kept, data, threshold
        else:
            too_small = threshold
        if fits and (filled <= 1 and filled > 0.93 or fits[2] == too_small + 1):
            return fits
        # The next try aims slightly below the budget; size is nearly proportional to segments.
        size = min(len(order), max(1, int(len(kept) * 0.97 / filled)))

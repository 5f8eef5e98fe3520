"""Tables of segments: counting, thinning without bias, writing."""
import hashlib
import math
import re
import subprocess

# One run of whitespace and the run of other characters after it: the tokenizers' patterns cut text before whitespace,
# never between whitespace and the word after it.
SEGMENT = re.compile(r"\s*\S+|\s+\Z")
# Clauses of languages that do not put spaces between words: a new segment begins at the punctuation.
CLAUSE = re.compile(r"\s*[、-〄〈-】〔-〟・！-／：-＠［-｀｛-･]*[^\s、-〄〈-】〔-〟・！-／：-＠［-｀｛-･]{1,40}"
                    r"|\s*[、-〄〈-】〔-〟・！-／：-＠［-｀｛-･]+|\s+\Z")


# Marks that stand on letters: \w knows none.
MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0970-\u09e3\u0a00-\u0dff\u200c\u200d"
# Punctuation at the end of a segment, and the longest segment that is made by keeping lines together.
TAIL = re.compile(rf"[^\w\s{MARKS}]+\Z")
WORD_END = re.compile(rf"[^\W_]|[{MARKS}]")
CHAIN = 80
QUOTED = re.compile(r'[\t"\n\r]')


def count_segments(text, counts, clauses=False):
    """Adds the segments of a text. Some patterns join punctuation and the newlines after it, others newlines and the indentation
    after them: punctuation before the end of a line goes with what follows, cut off from the word before it."""
    held = ""
    for found in (CLAUSE if clauses else SEGMENT).finditer(text):
        segment = held + found[0]
        held = ""
        tail = TAIL.search(segment) if text[found.end():found.end() + 1] == "\n" else None
        if tail and len(segment) - tail.start() < CHAIN:
            # Whitespace before the punctuation, and a line of nothing else, stay with it.
            start = tail.start() if WORD_END.match(segment[tail.start() - 1:tail.start()]) else 0
            if start or len(segment) < CHAIN:
                segment, held = segment[:start], segment[start:]
        if segment:
            counts[segment] += 1
    if held:
        counts[held] += 1


def hash_share(segment, salt):
    """A number in [0, 1) that depends on the segment alone, so that a table is made the same every time."""
    digest = hashlib.blake2b(f"{salt}\0{segment}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def thinned(counts, threshold, keys):
    """All segments with at least `threshold` occurrences; of the rarer ones, with count c, each with chance c / threshold, then
    written down with the count `threshold`. The expected count of every segment, and so of every pair, is the true one."""
    return {segment: max(round(count), threshold) for segment, count in counts.items()
            if count >= threshold or keys[segment] > threshold}


def thinning_keys(counts):
    """For each segment the threshold from which it is left out, if it is rarer than that."""
    return {segment: count / (hash_share(segment, "thin") + 2**-65) for segment, count in counts.items()}


def quoted(segment):
    """A cell of a table with tabs between cells and quotes where needed."""
    return '"' + segment.replace('"', '""') + '"' if QUOTED.search(segment) else segment


def table_bytes(counts):
    """The table as compressed bytes: a header, then segments by falling count."""
    lines = ["segment\tcount"]
    lines += [f"{quoted(s)}\t{c}" for s, c in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    data = ("\n".join(lines) + "\n").encode("utf-8", "replace")
    return subprocess.run(["zstd", "-19", "-q", "-c"], input=data, capture_output=True, check=True).stdout


def fitted(counts, budget):
    """(table, its bytes, threshold): about the smallest threshold of thinning with which the compressed table fits the budget."""
    keys = thinning_keys(counts)
    order = sorted(keys.values(), reverse=True)
    size = min(len(order), budget // 4)
    # The largest threshold known to be too small, and the smallest that fits with its table.
    too_small, fits = 0, None
    while True:
        threshold = 1 if size == len(order) else max(1, math.ceil(order[size]))
        threshold = max(threshold, too_small + 1) if fits is None else min(max(threshold, too_small + 1), fits[2] - 1)
        kept = thinned(counts, threshold, keys)
        data = table_bytes(kept)
        filled = len(data) / budget
        if filled <= 1:
            fits = kept, data, threshold
        else:
            too_small = threshold
        if fits and (filled <= 1 and filled > 0.93 or fits[2] == too_small + 1):
            return fits
        # The next try aims a little below the budget; so few segments more or fewer that the size is nearly proportional.
        size = min(len(order), max(1, int(len(kept) * 0.97 / filled)))

"""Word frequencies of general text, applied to a table counted in documentation."""

import bisect
import collections
import gzip
import itertools
import math
import re

import tables

LETTER = rf"(?:[^\W\d_]|[{tables.MARKS}])"
WORD = re.compile(rf"{LETTER}+(?:['’]{LETTER}+)*")
# The number of words that the whole frequency list stands for.
WORDS_TOTAL = 20_000_000
# Occurrences of a word that share one shape, for words with unknown shapes.
STEP = 5


def unpack(data, at=0):
    """(value, position after it), for the part of MessagePack used by the lists.

    That is lists, maps, strings and small numbers.
    """
    tag = data[at]
    if tag < 0x80:
        return tag, at + 1
    if 0xA0 <= tag < 0xC0 or tag in (0xD9, 0xDA):
        width = {0xD9: 1, 0xDA: 2}.get(tag, 0)
        size = int.from_bytes(data[at + 1 : at + 1 + width], "big") if width else tag & 0x1F
        start = at + 1 + width
        return data[start : start + size].decode("utf-8"), start + size
    if 0x80 <= tag < 0x90:
        size, at, is_map = tag & 0x0F, at + 1, True
    elif 0x90 <= tag < 0xA0:
        size, at, is_map = tag & 0x0F, at + 1, False
    elif tag in (0xDC, 0xDD):
        width = 2 if tag == 0xDC else 4
        size = int.from_bytes(data[at + 1 : at + 1 + width], "big")
        at, is_map = at + 1 + width, False
    else:
        raise ValueError(f"byte {at}: type {tag:#x} is not expected in a word list")
    values = []
    for _ in range(size * 2 if is_map else size):
        value, at = unpack(data, at)
        values.append(value)
    return (dict(zip(values[::2], values[1::2])) if is_map else values), at


def word_frequencies(tree, language):
    """Word to frequency, from the largest list of a language.

    Words at index i of the lists have the frequency 10^(−i / 100).
    """
    folder = tree / "wordfreq" / "data"
    path = folder / f"large_{language}.msgpack.gz"
    if not path.exists():
        path = folder / f"small_{language}.msgpack.gz"
    lists, _ = unpack(gzip.decompress(path.read_bytes()))
    return {
        word: 10 ** (-index / 100)
        for index, words in enumerate(lists[1:])
        for word in words
        if WORD.fullmatch(word)
    }


def core(segment):
    """The word of a segment with exactly one word and no digits, else None."""
    found = WORD.findall(segment)
    if len(found) != 1 or any(letter.isdigit() for letter in segment):
        return None
    return found[0].casefold().replace("’", "'")


def shape(segment):
    """The text before the word, its capitalisation, and the text after the word."""
    found = WORD.search(segment)
    word = found[0]
    case = (
        "upper" if word.isupper() and len(word) > 1 else "title" if word[0].isupper() else "lower"
    )
    return segment[: found.start()], case, segment[found.end() :]


CASES = {"upper": str.upper, "title": lambda word: word[:1].upper() + word[1:], "lower": str}


def reweighted(counts, frequencies):
    """Segments counted in one register, with the word frequencies of general text.

    The segments of a word divide the frequency of the word as in the text. A word that is missing
    or rare in the text gets the most common shapes of all words. Segments without a word keep
    their ratio to the words, and so do words that the lists split (French l'homme), whose first
    part is then no separate word.
    """
    by_word, shapes, others = collections.defaultdict(list), collections.Counter(), {}
    elided = collections.Counter()
    words = 0
    for segment, count in counts.items():
        word = core(segment)
        if word is None or "'" in word and word not in frequencies:
            others[segment] = count
            elided[(word or "").partition("'")[0]] += count
            words += count if word else 0
            continue
        words += count
        by_word[word].append((segment, count))
        shapes[shape(segment)] += count
    common = shapes.most_common(40)
    borders = list(itertools.accumulate(count for _, count in common))
    out = collections.Counter()
    scale = WORDS_TOTAL / sum(frequencies.values())
    for word, frequency in frequencies.items():
        segments = by_word.get(word, [])
        seen = sum(count for _, count in segments)
        if elided[word] > seen:
            continue
        trust = seen / (seen + 5)
        for segment, count in segments:
            out[segment] += frequency * scale * trust * count / seen
        rest = frequency * scale * (1 - trust)
        # Systematic sampling of shapes: evenly spaced points after a first one from the hash, so
        # that the expected weight of a shape is its share.
        tries = min(len(common), math.ceil(rest / STEP))
        first = tables.hash_share(word, "shape")
        for i in range(tries):
            point = (first + i) / tries * borders[-1]
            before, case, after = common[bisect.bisect_right(borders, point)][0]
            out[before + CASES[case](word) + after] += rest / tries
    for segment, count in others.items():
        out[segment] += count * WORDS_TOTAL / max(words, 1)
    return out

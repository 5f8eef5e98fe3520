"""Word frequencies of general text, and what they do to a table that was counted in documentation."""
import bisect
import collections
import gzip
import itertools
import math
import re

import tables

LETTER = rf"(?:[^\W\d_]|[{tables.MARKS}])"
WORD = re.compile(rf"{LETTER}+(?:['’]{LETTER}+)*")
# Segments in the frequencies' scale: the whole list stands for so many words.
WORDS_TOTAL = 20_000_000
# Occurrences of a word that share one shape, where it is not known which shapes the word has.
STEP = 5


def unpack(data, at=0):
    """(value, position after it) of the part of MessagePack that the lists use: lists, maps, strings, small numbers."""
    tag = data[at]
    if tag < 0x80:
        return tag, at + 1
    if 0xA0 <= tag < 0xC0 or tag in (0xD9, 0xDA):
        width = {0xD9: 1, 0xDA: 2}.get(tag, 0)
        size = int.from_bytes(data[at + 1:at + 1 + width], "big") if width else tag & 0x1F
        start = at + 1 + width
        return data[start:start + size].decode("utf-8"), start + size
    if 0x80 <= tag < 0x90:
        size, at, is_map = tag & 0x0F, at + 1, True
    elif 0x90 <= tag < 0xA0:
        size, at, is_map = tag & 0x0F, at + 1, False
    elif tag in (0xDC, 0xDD):
        width = 2 if tag == 0xDC else 4
        size, at, is_map = int.from_bytes(data[at + 1:at + 1 + width], "big"), at + 1 + width, False
    else:
        raise ValueError(f"byte {at}: type {tag:#x} is not expected in a word list")
    values = []
    for _ in range(size * 2 if is_map else size):
        value, at = unpack(data, at)
        values.append(value)
    return (dict(zip(values[::2], values[1::2])) if is_map else values), at


def word_frequencies(tree, language):
    """Word to frequency, from the largest list of a language; the place of a list of words is its frequency in hundredths of decades."""
    folder = tree / "wordfreq" / "data"
    path = folder / f"large_{language}.msgpack.gz"
    if not path.exists():
        path = folder / f"small_{language}.msgpack.gz"
    lists, _ = unpack(gzip.decompress(path.read_bytes()))
    return {word: 10 ** (-place / 100) for place, words in enumerate(lists[1:]) for word in words if WORD.fullmatch(word)}


def core(segment):
    """The word of a segment that holds exactly one."""
    found = WORD.findall(segment)
    return found[0].casefold().replace("’", "'") if len(found) == 1 and not any(c.isdigit() for c in segment) else None


def shape(segment):
    """What stands before and after the word, and how it is capitalised."""
    found = WORD.search(segment)
    word = found[0]
    case = "upper" if word.isupper() and len(word) > 1 else "title" if word[0].isupper() else "lower"
    return segment[:found.start()], case, segment[found.end():]


CASES = {"upper": str.upper, "title": lambda word: word[:1].upper() + word[1:], "lower": str}


def reweighted(counts, frequencies):
    """Segments counted in one register, with the words as frequent as in general text.

    A word's segments share the word's frequency as they do in the text; a word that the text lacks, or has too rarely, gets the
    commonest shapes of all words. Segments without a word keep their place beside the words, as do words that the lists have in two
    parts (French l'homme); their first part is then no word by itself.
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
        own = by_word.get(word, [])
        seen = sum(count for _, count in own)
        if elided[word] > seen:
            continue
        trust = seen / (seen + 5)
        for segment, count in own:
            out[segment] += frequency * scale * trust * count / seen
        rest = frequency * scale * (1 - trust)
        # The shapes at evenly spaced places, of which the hash says the first: a shape's expected weight is its share.
        tries = min(len(common), math.ceil(rest / STEP))
        first = tables.hash_share(word, "shape")
        for i in range(tries):
            before, case, after = common[bisect.bisect_right(borders, (first + i) / tries * borders[-1])][0]
            out[before + CASES[case](word) + after] += rest / tries
    for segment, count in others.items():
        out[segment] += count * WORDS_TOTAL / max(words, 1)
    return out

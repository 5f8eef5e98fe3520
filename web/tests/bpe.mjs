// Two small made-up languages, and a tokenizer that is trained on them the plain way.

/** The two languages, by their letters. */
export const LANGUAGES = { consonantal: "bcdfgklmnprst", vocalic: "aeiouylnrs" };

/** About so many words of a language, some to a line; other text for another seed. */
export function text(letters, words, seed) {
  let state = (seed * 2654435761) >>> 0;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
  const out = [];
  for (let place = 0; place < words; place += 1) {
    // The word of a number is the same in every text; small numbers are frequent.
    const number = Math.min(next(60), next(60));
    for (let at = 0; at < 2 + (number % 4); at += 1)
      out.push(letters[(number * (at + 3) + at * at) % letters.length]);
    out.push(place % 12 === 11 ? "\n" : " ");
  }
  return out.join("");
}

/** The `tokenizer.json` of a byte-level tokenizer trained on a text: the most frequent pair of every step is merged. */
export function tokenizerFile(training, merges) {
  const counts = new Map();
  for (const line of training.split("\n")) {
    line
      .split(" ")
      .filter(Boolean)
      .forEach((word, place) => {
        const spelled = (place > 0 ? "\u0120" : "") + word;
        counts.set(spelled, (counts.get(spelled) ?? 0) + 1);
      });
  }
  let words = [...counts].map(([word, count]) => [[...word], count]);
  const vocabulary = new Set(words.flatMap(([tokens]) => tokens));
  const learned = [];
  for (let step = 0; step < merges; step += 1) {
    const pairs = new Map();
    for (const [tokens, count] of words) {
      for (let place = 1; place < tokens.length; place += 1) {
        const pair = `${tokens[place - 1]} ${tokens[place]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      }
    }
    if (pairs.size === 0) break;
    const [best] = [...pairs].reduce((a, b) => (b[1] > a[1] ? b : a));
    const [left, right] = best.split(" ");
    learned.push(best);
    vocabulary.add(left + right);
    words = words.map(([tokens, count]) => [merged(tokens, left, right), count]);
  }
  const vocab = Object.fromEntries([...vocabulary].map((token, id) => [token, id]));
  const pre_tokenizer = {
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  };
  return JSON.stringify({
    version: "1.0",
    pre_tokenizer,
    model: { type: "BPE", vocab, merges: learned },
  });
}

function merged(tokens, left, right) {
  const out = [];
  for (let place = 0; place < tokens.length; place += 1) {
    if (tokens[place] === left && tokens[place + 1] === right) {
      out.push(left + right);
      place += 1;
    } else out.push(tokens[place]);
  }
  return out;
}

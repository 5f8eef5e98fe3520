// Two small synthetic languages, and a straightforward trainer of a tokenizer for them.

/** The two languages, by their letters. */
export const LANGUAGES = { consonantal: "bcdfgklmnprst", vocalic: "aeiouylnrs" };

/** About `words` words of a language in several lines; the text depends on the seed. */
export function text(letters, words, seed) {
  let state = (seed * 2654435761) >>> 0;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
  const out = [];
  for (let index = 0; index < words; index += 1) {
    // A number has the same word in every text; small numbers are frequent.
    const number = Math.min(next(60), next(60));
    for (let at = 0; at < 2 + (number % 4); at += 1)
      out.push(letters[(number * (at + 3) + at * at) % letters.length]);
    out.push(index % 12 === 11 ? "\n" : " ");
  }
  return out.join("");
}

/**
 * The `tokenizer.json` of a byte-level tokenizer trained on a text: every step merges the most
 * frequent pair.
 */
export function tokenizerFile(training, merges) {
  const counts = new Map();
  for (const line of training.split("\n")) {
    line
      .split(" ")
      .filter(Boolean)
      .forEach((word, index) => {
        const spelled = (index > 0 ? "\u0120" : "") + word;
        counts.set(spelled, (counts.get(spelled) ?? 0) + 1);
      });
  }
  let words = [...counts].map(([word, count]) => [[...word], count]);
  const vocabulary = new Set(words.flatMap(([tokens]) => tokens));
  const learned = [];
  for (let step = 0; step < merges; step += 1) {
    const pairs = new Map();
    for (const [tokens, count] of words) {
      for (let index = 1; index < tokens.length; index += 1) {
        const pair = `${tokens[index - 1]} ${tokens[index]}`;
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
  for (let index = 0; index < tokens.length; index += 1) {
    if (tokens[index] === left && tokens[index + 1] === right) {
      out.push(left + right);
      index += 1;
    } else out.push(tokens[index]);
  }
  return out;
}

//! [`looks_like_tokenizer`]: recognises tokenizers by content, without reading them whole.

use super::rank_array::RankArray;

/// So much of a packed file is unpacked to look at: as much as the largest script holds before its
/// merges.
#[cfg(feature = "tokenizer")]
const UNPACKED: u64 = 4 << 20;
/// The minimum length of a text in base64 that may be packed merges.
const PACKED: usize = 256;
/// Lines that must all be pairs of tokens where a list of merges has no header.
const PAIRS: usize = 20;

/// Whether the content of a file is meant as a tokenizer: of a kind that
/// [`read_tokenizer`](crate::read_tokenizer) reads, or of one that it refuses by name. Packed files
/// are looked into where the crate is built with its feature `tokenizer`.
pub fn looks_like_tokenizer(bytes: &[u8]) -> bool {
    #[cfg(feature = "tokenizer")]
    if let Some(head) = super::sample::uncompressed_head(bytes, UNPACKED) {
        return is_tokenizer(&head);
    }
    is_tokenizer(bytes)
}

fn is_tokenizer(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"GGUF") || is_sentence_piece(bytes) {
        return true;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // A text that is cut off inside a character.
        Err(problem) if problem.error_len().is_none() => {
            let whole = bytes.get(..problem.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let text = text.trim_start();
    let has = |key: &str| text.contains(key);
    if has("\"bpe_ranks\"") {
        return true;
    }
    match text.as_bytes().first() {
        Some(b'{') => {
            has("\"pre_tokenizer\"")
                || has("\"vocab\"")
                    && (has("\"merges\"")
                        || has("\"token_bytes\"")
                        || has("\"default_vocab_size\""))
        }
        Some(_) => {
            text.starts_with("#version")
                || text.starts_with("[PAD]\n")
                || is_ranks(text)
                || is_merges(text)
                || is_packed(text)
                || RankArray::first(text).is_some()
        }
        None => false,
    }
}

/// A message with a piece, which begins with its text and goes on with its score.
fn is_sentence_piece(bytes: &[u8]) -> bool {
    match bytes {
        [0x0A, _, 0x0A, length, rest @ ..] => rest.get(usize::from(*length)) == Some(&0x15),
        _ => false,
    }
}

/// Two lines with a token in base64 and its rank.
fn is_ranks(text: &str) -> bool {
    let rank = |line: &str| {
        let (token, rank) = line.trim().split_once(' ')?;
        if is_base64(token) {
            rank.trim().parse::<u32>().ok()
        } else {
            None
        }
    };
    let mut lines = text.lines();
    let ranks = (lines.next().and_then(rank), lines.next().and_then(rank));
    matches!(ranks, (Some(first), Some(second)) if second == first.saturating_add(1))
}

/// Pairs of tokens, of which some begin with GPT-2's sign for a space.
fn is_merges(text: &str) -> bool {
    let is_pair = |line: &str| line.split(' ').filter(|token| !token.is_empty()).count() == 2;
    let mut head = text.lines().take(PAIRS);
    head.clone().any(|line| line.contains('\u{120}')) && head.all(is_pair)
}

/// A script with two long texts in base64.
fn is_packed(text: &str) -> bool {
    text.split('"')
        .filter(|part| part.len() >= PACKED && is_base64(part))
        .nth(1)
        .is_some()
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    !digits.is_empty() && text.len().is_multiple_of(4) && digits.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks_like(bytes: impl AsRef<[u8]>) -> bool {
        looks_like_tokenizer(bytes.as_ref())
    }

    #[test]
    fn tokenizers_are_told_by_content_also_those_that_are_refused_or_cut_off() {
        let piece = b"\x0A\x0E\x0A\x05<unk>\x15\0\0\0\0\x18\x02";
        let bytes: Vec<String> = (0..=255).map(|byte| format!("[{byte}]")).collect();
        let ranks = format!("\"use strict\";\nconst c0 = [{},\"th", bytes.join(","));
        let packed = format!("export const v = \"{0}\", m = \"{0}\"", "QUJD".repeat(100));
        for text in [
            r#"{"version":"1","pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"WordPiece","v"#,
            r#" {"model":{"vocab":{},"merges":[]}}"#,
            r#"{"config":{"default_vocab_size":9},"vocab":[]}"#,
            r#"export default {"pat_str":"\\w","bpe_ranks":"! 0 IQ=="}"#,
            "#version: 0.2\n\u{120} t\n",
            "\u{120} t\n\u{120} a\nh e\n",
            "IQ== 0\nIg== 1\n",
            "[PAD]\n[unused0]\n",
            "GGUF\x03",
            &packed,
            &ranks,
        ] {
            assert!(looks_like(text), "{text:.60}");
        }
        assert!(looks_like(piece));
    }

    #[test]
    fn run_tables_and_texts_are_no_tokenizers() {
        for text in [
            "",
            "run_id,train_web,train_code,loss\n1,0.5,0.5,2.1\n",
            "loss 12\nmean 40\n",
            r#"{"run": 1, "vocab": 50257, "mixture": {"web": 1.0}}"#,
            "the quick brown\nfox jumps\n",
            "word\tcount\nthe\t3\n",
        ] {
            assert!(!looks_like(text), "{text}");
        }
        assert!(!looks_like(b"PAR1\xff\xff"));
    }

    #[cfg(feature = "tokenizer")]
    #[test]
    fn packed_files_are_told_by_what_they_hold() {
        let zipped = |bytes: &[u8]| {
            let mut zipped = Vec::new();
            let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::fast());
            std::io::Read::read_to_end(&mut encoder, &mut zipped).unwrap();
            zipped
        };
        let zstandard = |bytes: &[u8]| {
            ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
        };
        let tokenizer = "IQ== 0\nIg== 1\n".as_bytes();
        let table = "run_id,train_web,train_code,loss\n1,0.5,0.5,2.1\n".as_bytes();
        assert!(looks_like(zipped(tokenizer)) && looks_like(zstandard(tokenizer)));
        assert!(!looks_like(zipped(table)) && !looks_like(zstandard(table)));
        let long = "Iw== 2\n".repeat(1_000_000);
        let whole = zipped(&[tokenizer, long.as_bytes()].concat());
        assert!(
            looks_like(&whole) && looks_like(&whole[..whole.len() / 2]),
            "a long one, and one that is cut off"
        );
        // A text that is cut off inside a character.
        let text = ["#version: 0.2\n", &"\u{120} t\n".repeat(2_000_000)].concat();
        assert!(looks_like(zipped(text.as_bytes())));
        assert!(!looks_like([0x1F, 0x8B]) && !looks_like([0x28, 0xB5, 0x2F, 0xFD]));
    }
}

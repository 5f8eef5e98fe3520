//! [`RankArray`]: tokens in the order of their ranks as scripts spell them,
//! `["!", "\"", [161], , " t"]`.

/// This number of single bytes at the start distinguishes a vocabulary from other arrays.
const SINGLE_BYTES: usize = 128;

/// The entries of an array that are left, up to the bracket that ends it: a token each, `None`
/// where a rank has none.
///
/// An entry that is no token is an error with the text from there on, and the last one.
#[derive(Clone)]
pub(super) struct RankArray<'a> {
    rest: &'a str,
    has_ended: bool,
}

impl<'a> RankArray<'a> {
    /// The first array of a script that begins as a vocabulary does.
    pub fn first(script: &'a str) -> Option<Self> {
        let arrays = script
            .match_indices('[')
            .filter_map(|(at, _)| Self::opened(script.get(at..)?));
        let is_byte = |entry: &Result<Option<Vec<u8>>, &str>| {
            let token = entry.as_ref().ok().and_then(Option::as_ref);
            token.is_some_and(|token| token.len() == 1)
        };
        let mut vocabularies = arrays.filter(|array| {
            let bytes = array.clone().take(SINGLE_BYTES).take_while(is_byte);
            bytes.count() == SINGLE_BYTES
        });
        vocabularies.next()
    }

    fn opened(script: &'a str) -> Option<Self> {
        script.strip_prefix('[').map(|rest| Self {
            rest,
            has_ended: false,
        })
    }
}

#[cfg(feature = "tokenizer")]
impl<'a> RankArray<'a> {
    /// The array that the script declares next, behind this one: long vocabularies are in several.
    pub fn following(&self) -> Option<Self> {
        let rest = self.rest.trim_start();
        let rest = rest.strip_prefix([';', ',']).unwrap_or(rest).trim_start();
        let keyword = ["const ", "let ", "var "]
            .into_iter()
            .find_map(|keyword| rest.strip_prefix(keyword));
        let name = keyword.unwrap_or(rest);
        let rest = name
            .trim_start_matches(|unit: char| unit.is_alphanumeric() || unit == '_' || unit == '$');
        if rest.len() == name.len() {
            return None;
        }
        Self::opened(rest.trim_start().strip_prefix('=')?.trim_start())
    }

    /// Whether another vocabulary comes later in the script.
    pub fn has_another(&self) -> bool {
        Self::first(self.rest).is_some()
    }
}

impl<'a> Iterator for RankArray<'a> {
    type Item = Result<Option<Vec<u8>>, &'a str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let start = self.rest.trim_start();
        if let Some(rest) = start.strip_prefix(']') {
            (self.rest, self.has_ended) = (rest, true);
            return None;
        }
        if let Some(rest) = start.strip_prefix(',') {
            self.rest = rest;
            return Some(Ok(None));
        }
        let token = token(start).and_then(|(token, rest)| {
            let rest = rest.trim_start();
            let rest = if rest.starts_with(']') {
                rest
            } else {
                rest.strip_prefix(',')?
            };
            Some((token, rest))
        });
        Some(match token {
            Some((token, rest)) => {
                self.rest = rest;
                Ok(Some(token))
            }
            None => {
                self.has_ended = true;
                Err(start)
            }
        })
    }
}

/// The token that a script begins with, a text or an array of bytes, and what comes after it.
fn token(script: &str) -> Option<(Vec<u8>, &str)> {
    match script.chars().next()? {
        quote @ ('"' | '\'' | '`') => text(script.get(1..)?, quote),
        '[' => {
            let rest = script.get(1..)?;
            let end = rest.find(|unit: char| {
                !unit.is_ascii_digit() && unit != ',' && !unit.is_whitespace()
            })?;
            let (bytes, rest) = rest.split_at_checked(end)?;
            let bytes: Result<Vec<u8>, _> =
                bytes.split(',').map(|byte| byte.trim().parse()).collect();
            Some((bytes.ok()?, rest.strip_prefix(']')?))
        }
        _ => None,
    }
}

/// A text behind its quote.
fn text(mut script: &str, quote: char) -> Option<(Vec<u8>, &str)> {
    let mut text = String::new();
    loop {
        let (plain, rest) = script.split_at_checked(script.find([quote, '\\'])?)?;
        text.push_str(plain);
        match rest.strip_prefix(quote) {
            Some(rest) => return Some((text.into_bytes(), rest)),
            None => {
                let (unit, rest) = escaped(rest)?;
                text.push(unit);
                script = rest;
            }
        }
    }
}

/// The character of an escape at the start of a script.
fn escaped(script: &str) -> Option<(char, &str)> {
    let mut units = script.strip_prefix('\\')?.chars();
    let unit = match units.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{C}',
        'v' => '\u{B}',
        '0' => '\0',
        'x' => {
            return hexadecimal(units.as_str(), 2)
                .and_then(|(code, rest)| Some((char::from_u32(code)?, rest)));
        }
        'u' => return unicode(units.as_str()),
        unit => unit,
    };
    Some((unit, units.as_str()))
}

/// The character of `\u` and four digits, or any number of them in braces; two escapes make one
/// character beyond U+FFFF.
fn unicode(script: &str) -> Option<(char, &str)> {
    if let Some(braced) = script.strip_prefix('{') {
        let (code, rest) =
            hexadecimal(braced, braced.find(|unit: char| !unit.is_ascii_hexdigit())?)?;
        return Some((char::from_u32(code)?, rest.strip_prefix('}')?));
    }
    let (code, rest) = hexadecimal(script, 4)?;
    if let Some(unit) = char::from_u32(code) {
        return Some((unit, rest));
    }
    let (low, rest) = hexadecimal(rest.strip_prefix("\\u")?, 4)?;
    let pair = [u16::try_from(code).ok()?, u16::try_from(low).ok()?];
    Some((char::decode_utf16(pair).next()?.ok()?, rest))
}

fn hexadecimal(script: &str, digits: usize) -> Option<(u32, &str)> {
    let (code, rest) = script.split_at_checked(digits)?;
    let is_number = code.bytes().all(|digit| digit.is_ascii_hexdigit());
    Some((
        u32::from_str_radix(code, 16).ok().filter(|_| is_number)?,
        rest,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(script: &str) -> Vec<Result<Option<Vec<u8>>, &str>> {
        RankArray::opened(script).unwrap().collect()
    }

    #[test]
    fn entries_are_texts_bytes_or_nothing() {
        let token = |text: &str| Ok(Some(text.as_bytes().to_vec()));
        let script = r#"["a" , 'b"', `c'`, [161] ,, [ 226, 128 ],"\n\x1B\v\0\"\\é",
            "\u0041\u{1F600}\ud83d\ude00\'", ] tail"#;
        let expected = [
            token("a"),
            token("b\""),
            token("c'"),
            Ok(Some(vec![161])),
            Ok(None),
            Ok(Some(vec![226, 128])),
            token("\n\u{1B}\u{B}\0\"\\é"),
            token("A😀😀'"),
        ];
        assert_eq!(entries(script), expected);
        assert_eq!(entries("[]"), []);
    }

    #[test]
    fn what_is_no_token_ends_the_array() {
        for script in [
            "[\"a",
            "[[256]]",
            "[[1,]]",
            "[[1",
            "[\"\\ud83d\"]",
            "[\"\\u{110000}\"]",
            "[\"\\x4\"]",
            "[\"\\x+4\"]",
            "[a]",
            "[\"a\" \"b\"]",
            "[",
        ] {
            let found = entries(script);
            assert_eq!(found, [Err(&script[1..])], "{script}");
        }
    }

    #[cfg(feature = "tokenizer")]
    #[test]
    fn arrays_are_found_one_after_the_other() {
        let bytes: Vec<String> = (0..=255).map(|byte| format!("[{byte}]")).collect();
        let first = bytes.join(",");
        let script = format!(
            "const a=[\"x\"];const c0 = [{first}]\nconst c1 = [\"th\"],c2=['he'];\nconst d = \
            c0.concat(c1);"
        );
        let mut array = RankArray::first(&script).unwrap();
        assert_eq!(array.by_ref().count(), 256);
        let mut next = array.following().unwrap();
        assert_eq!(
            next.by_ref().collect::<Vec<_>>(),
            [Ok(Some(b"th".to_vec()))]
        );
        let mut last = next.following().unwrap();
        assert_eq!(last.by_ref().count(), 1);
        assert!(last.following().is_none());
        assert!(RankArray::first("const hex = [\"0\", \"1\", \"2\"]").is_none());
    }
}

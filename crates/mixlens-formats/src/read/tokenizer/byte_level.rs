//! The spelling of bytes in printable characters that byte-level tokenizers use.

/// The character that represents a byte: itself where it prints, else the next of U+0100 and up.
pub(crate) fn char_of(byte: u8) -> char {
    if prints(byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|&before| !prints(before)).count();
    u32::try_from(before)
        .ok()
        .and_then(|before| char::from_u32(0x100 + before))
        .unwrap_or('\u{100}')
}

fn prints(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF)
}

/// The byte that a character represents.
pub(crate) fn byte_of(unit: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(unit)
        && prints(byte)
    {
        return Some(byte);
    }
    let hidden = u32::from(unit).checked_sub(0x100)?;
    match hidden {
        0..=0x20 => u8::try_from(hidden).ok(),
        0x21..=0x42 => u8::try_from(hidden - 0x21 + 0x7F).ok(),
        0x43 => Some(0xAD),
        _ => None,
    }
}

/// The bytes that a text represents; `None` if a character represents no byte.
pub(crate) fn bytes_of(text: &str) -> Option<Box<[u8]>> {
    text.chars().map(byte_of).collect()
}

/// Bytes as printable text.
pub(crate) fn spelled(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char_of(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_unique_character_and_reads_back() {
        assert_eq!(
            (char_of(b' '), char_of(b'\n'), char_of(b'a'), char_of(0xE9)),
            ('Ġ', 'Ċ', 'a', 'é')
        );
        for byte in 0..=255 {
            assert_eq!(byte_of(char_of(byte)), Some(byte), "{byte}");
        }
        assert_eq!(
            (byte_of(' '), byte_of('\u{144}'), byte_of('日')),
            (None, None, None)
        );
    }
}

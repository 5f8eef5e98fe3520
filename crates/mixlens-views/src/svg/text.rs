//! Text: one element for each piece of a line with one format.

use std::fmt::Write;

use egui::epaint::TextShape;
use egui::epaint::text::TextFormat;
use egui::{Color32, FontFamily, Rect, pos2, vec2};

use super::outline::{rect_attributes, rotated};
use super::{colour, number};

/// The fonts of the window, then similar ones.
const PROPORTIONAL: &str = "Ubuntu, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
const MONOSPACE: &str = "Hack, 'DejaVu Sans Mono', monospace";

/// A letter with its position from the left of the text and its width.
struct Letter<'a> {
    letter: char,
    left: f32,
    width: f32,
    /// From the top of the text.
    baseline: f32,
    format: &'a TextFormat,
}

/// Appends the lines of a text. `textLength` keeps every piece as wide as it was laid out, whatever
/// the font.
pub(super) fn write_text(shape: &TextShape, out: &mut String) {
    let sections = &shape.galley.job.sections;
    let mut offset = 0;
    for row in &shape.galley.rows {
        let letters = row.glyphs.iter().filter_map(|glyph| {
            let section = sections
                .iter()
                .find(|section| section.byte_range.end.0 > offset)
                .or(sections.last())?;
            offset += glyph.chr.len_utf8();
            Some(Letter {
                letter: glyph.chr,
                left: row.pos.x + glyph.pos.x,
                width: glyph.advance_width,
                baseline: row.pos.y + glyph.pos.y,
                format: &section.format,
            })
        });
        let letters: Vec<Letter<'_>> = letters.collect();
        offset += usize::from(row.ends_with_newline);
        for piece in letters.chunk_by(|a, b| std::ptr::eq(a.format, b.format)) {
            write_piece(shape, piece, out);
        }
    }
}

fn write_piece(shape: &TextShape, piece: &[Letter<'_>], out: &mut String) {
    let Some(from) = piece
        .iter()
        .position(|letter| !letter.letter.is_whitespace())
    else {
        return;
    };
    let to = piece
        .iter()
        .rposition(|letter| !letter.letter.is_whitespace())
        .unwrap_or(from);
    let piece = piece.get(from..=to).unwrap_or_default();
    let (Some(first), Some(last)) = (piece.first(), piece.last()) else {
        return;
    };
    let (x, length, format) = (
        shape.pos.x + first.left,
        last.left + last.width - first.left,
        first.format,
    );
    let (y, size) = (shape.pos.y + first.baseline, format.font_id.size);
    let ink = if format.color == Color32::PLACEHOLDER {
        shape.fallback_color
    } else {
        format.color
    };
    let ink = shape
        .override_text_color
        .unwrap_or(ink)
        .gamma_multiply(shape.opacity_factor);
    if ink == Color32::TRANSPARENT {
        return;
    }
    let turned = rotated(shape.angle, shape.pos);
    if format.background != Color32::TRANSPARENT {
        let behind = Rect::from_min_size(pos2(x, y - size), vec2(length, size * 1.25))
            .expand(format.expand_bg);
        let _ = writeln!(
            out,
            "<rect {}{}{turned}/>",
            rect_attributes(behind),
            colour("fill", format.background)
        );
    }
    let family = if format.font_id.family == FontFamily::Monospace {
        MONOSPACE
    } else {
        PROPORTIONAL
    };
    let style = if format.italics {
        " font-style=\"italic\""
    } else {
        ""
    };
    let line = match (
        format.underline.is_empty() && shape.underline.is_empty(),
        format.strikethrough.is_empty(),
    ) {
        (true, true) => "",
        (false, _) => " text-decoration=\"underline\"",
        (true, false) => " text-decoration=\"line-through\"",
    };
    let fitted = if piece.len() > 1 {
        format!(
            " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"",
            number(length)
        )
    } else {
        String::new()
    };
    let text: String = piece.iter().map(|letter| letter.letter).collect();
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" \
        font-family=\"{family}\"{style}{line}{fitted}{}{turned} \
         xml:space=\"preserve\">{}</text>",
        number(x),
        number(y),
        number(size),
        colour("fill", ink),
        escape(&text),
    );
}

/// Text between tags: markup is escaped, and characters that XML does not allow are replaced.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}')
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

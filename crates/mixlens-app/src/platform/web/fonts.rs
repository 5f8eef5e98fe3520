//! The fonts of the page. The first frame needs one of them; the monospace font follows.

use std::sync::Arc;

use egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use egui::{Context, FontData, FontDefinitions, FontFamily, FontTweak};
use epaint_default_fonts::{EGUI_ICONS, UBUNTU_LIGHT};

/// egui's name of the monospace font.
const MONOSPACE: &str = "Hack";

/// The first bytes of a TrueType font.
const TRUE_TYPE: [u8; 4] = [0, 1, 0, 0];

/// The fonts of egui without the monospace font: code is drawn in the font of text until
/// [`add_monospace_font`].
pub fn first_fonts() -> FontDefinitions {
    let icons = FontTweak {
        // As egui scales them.
        scale: 0.9,
        ..FontTweak::default()
    };
    let fonts = [
        ("Ubuntu-Light", FontData::from_static(UBUNTU_LIGHT)),
        ("egui-icons", FontData::from_static(EGUI_ICONS).tweak(icons)),
    ];
    let names = fonts
        .each_ref()
        .map(|(name, _)| (*name).to_owned())
        .to_vec();
    let families = [FontFamily::Proportional, FontFamily::Monospace];
    FontDefinitions {
        font_data: fonts
            .into_iter()
            .map(|(name, font)| (name.to_owned(), Arc::new(font)))
            .collect(),
        families: families
            .into_iter()
            .map(|family| (family, names.clone()))
            .collect(),
    }
}

/// Adds the monospace font. A file that is not a TrueType font changes nothing: a server may answer
/// with a page where a file is missing.
pub fn add_monospace_font(ctx: &Context, file: Vec<u8>) {
    if file.starts_with(&TRUE_TYPE) {
        ctx.add_font(FontInsert::new(
            MONOSPACE,
            FontData::from_owned(file),
            vec![InsertFontFamily {
                family: FontFamily::Monospace,
                priority: FontPriority::Highest,
            }],
        ));
    }
}

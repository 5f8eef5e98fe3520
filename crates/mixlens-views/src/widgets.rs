//! Controls that several panels share.

use egui::{Button, DragValue, Response, Ui};
use mixlens_core::simplex::Redistribution;
use mixlens_study::{Command, CommandKind, Edit, Study, percent_text};

/// Speed of a dragged number field, as a proportion per point.
const SPEED: f64 = 0.0005;

/// A button for a job that needs a fitted surrogate.
pub(crate) fn needs_fit_ui(ui: &mut Ui, study: &Study, title: &str, kind: CommandKind) -> Response {
    let button = ui.add_enabled(study.fit().is_some(), Button::new(title));
    button
        .on_hover_text(kind.info().tooltip)
        .on_disabled_hover_text("Fit a surrogate first")
}

/// A number field for a proportion, in per cent.
pub(crate) fn part_field(part: &mut f64) -> DragValue<'_> {
    DragValue::new(part)
        .range(0.0..=1.0)
        .speed(SPEED)
        .update_while_editing(false)
        .custom_formatter(|part, _| percent_text(part))
        .custom_parser(part_from_percent)
}

/// Parses the text of a number field: `12.5 %` or `12.5`.
fn part_from_percent(text: &str) -> Option<f64> {
    text.trim()
        .trim_end_matches('%')
        .trim()
        .parse::<f64>()
        .ok()
        .map(|percent| percent / 100.0)
}

/// Every way to redistribute a change, for a menu.
pub(crate) fn redistributions(study: &Study) -> Vec<(String, bool, Command)> {
    let current = study.redistribution();
    let plain = [
        (
            "Others in proportion".to_owned(),
            Redistribution::Proportional,
        ),
        ("Others by equal points".to_owned(), Redistribution::Even),
    ];
    let names = study.domains().names().iter().enumerate();
    let swaps = names.map(|(with, name)| (format!("Only {name}"), Redistribution::Swap { with }));
    let all = plain.into_iter().chain(swaps);
    all.map(|(title, policy)| {
        (
            title,
            policy == current,
            Command::Edit(Edit::SetRedistribution(policy)),
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_field_parses_the_text_it_shows() {
        for part in [0.0, 0.1234, 1.0] {
            assert!((part_from_percent(&percent_text(part)).unwrap() - part).abs() < 1e-12);
        }
        assert_eq!(part_from_percent("x"), None);
    }
}

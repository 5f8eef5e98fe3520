//! The HTML tag `<mix-lens>` that embeds this mixture in a page.

use std::fmt::Write as _;

use mixlens_core::simplex::Mixture;
use mixlens_formats::{decimals_that_sum_to_one, html_text};

use crate::State;
use crate::export::DIGITS;

/// The name of the surrogate file next to the page.
pub(crate) const FILE: &str = "surrogate.json";

/// The tag with mixture, baseline, locks and tokens, and a table of the mixture for readers without
/// scripts.
pub(crate) fn embed_code(state: &State) -> String {
    let names = state.current.domains().names();
    let mut attributes = vec![("src", FILE.to_owned())];
    // The lists of the tag are separated by commas.
    if !names
        .iter()
        .any(|name| name.contains(',') || name.trim() != name)
    {
        attributes.push(("baseline", weights(&state.baseline.mixture)));
        attributes.push(("weights", weights(&state.current)));
        let named = |index: usize| names.get(index).map_or("", String::as_str);
        let locked: Vec<&str> = (0..names.len())
            .filter(|&index| state.locks.is_locked(index))
            .map(named)
            .collect();
        if !locked.is_empty() {
            attributes.push(("locked", locked.join(",")));
        }
        if let Some(training) = state.limits.training_tokens {
            let unique = names.iter().zip(&state.limits.unique_tokens);
            let unique: Vec<String> = unique
                .filter_map(|(name, tokens)| Some(format!("{name}:{}", (*tokens)?)))
                .collect();
            if !unique.is_empty() {
                attributes.push(("unique-tokens", unique.join(",")));
                attributes.push(("training-tokens", training.to_string()));
                attributes.push(("max-epochs", state.limits.max_epochs.to_string()));
            }
        }
    }
    let mut text = String::from("<script src=\"mix-lens.js\" defer></script>\n<mix-lens");
    for (name, value) in attributes {
        let _ = write!(text, " {name}=\"{}\"", html_text(&value));
    }
    text.push_str(
        ">\n  <table>\n    \
         <thead><tr><th>Domain</th><th>Proportion</th></tr></thead>\n    <tbody>\n",
    );
    for (name, part) in names
        .iter()
        .zip(decimals_that_sum_to_one(&state.current, DIGITS))
    {
        let _ = writeln!(
            text,
            "      <tr><td>{}</td><td>{part}</td></tr>",
            html_text(name)
        );
    }
    text.push_str("    </tbody>\n  </table>\n</mix-lens>\n");
    text
}

fn weights(mixture: &Mixture) -> String {
    let parts = decimals_that_sum_to_one(mixture, DIGITS);
    let pairs = mixture
        .domains()
        .names()
        .iter()
        .zip(parts)
        .map(|(name, part)| format!("{name}:{part}"));
    pairs.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use mixlens_core::simplex::DomainSet;

    use super::*;
    use crate::testing::do_now;
    use crate::{Command, Edit, Event, Output, Study};

    #[test]
    fn the_tag_holds_the_state_and_the_file_the_surrogates() {
        let mut study = Study::demo().unwrap();
        assert!(
            study.apply(Output::CopyEmbed).is_err(),
            "nothing is fitted yet"
        );
        do_now(&mut study, Command::fit_first());
        study
            .apply(Edit::SetLock {
                domain: 1,
                is_locked: true,
            })
            .unwrap();
        study.apply(Edit::SetTrainingTokens(Some(1e12))).unwrap();
        study
            .apply(Edit::SetUniqueTokens {
                domain: 0,
                to: Some(5e10),
            })
            .unwrap();
        let events = study.apply(Output::CopyEmbed).unwrap();
        let [Event::TextCopied(tag), Event::FileReady { name, text }] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(name, FILE);
        assert_eq!(
            mixlens_core::fit::SurrogateSet::from_json(text).unwrap(),
            *study.fit().unwrap().set
        );
        assert!(
            tag.contains("src=\"surrogate.json\"") && tag.contains("locked=\"de_manual\""),
            "{tag}"
        );
        assert!(
            tag.contains(
                "unique-tokens=\"en_manual:50000000000\" training-tokens=\"1000000000000\""
            ),
            "{tag}"
        );
    }

    #[test]
    fn names_that_are_code_stay_text() {
        let domains = DomainSet::new(["<img onerror=\"x\">", "a&b"]).unwrap();
        let study = Study::of_domains("test", domains);
        let tag = embed_code(study.state());
        assert!(
            tag.contains("<td>&lt;img onerror=&quot;x&quot;&gt;</td>")
                && tag.contains("a&amp;b:0.500000"),
            "{tag}"
        );
    }

    #[test]
    fn names_with_commas_are_in_the_table_alone() {
        let study = Study::of_domains("test", DomainSet::new(["a,b", "c"]).unwrap());
        let tag = embed_code(study.state());
        assert!(
            tag.contains("<td>a,b</td>") && !tag.contains("weights"),
            "{tag}"
        );
    }
}

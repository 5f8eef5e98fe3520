//! What a screen reader gets: everything that can be used has a name, in every panel.

use std::collections::BTreeSet;

use mixlens_study::Edit;
use mixlens_views::PANELS;

use super::driver::{Answers, Driver};

#[test]
fn every_widget_that_can_be_used_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: folder.path().join("study.mixlens.json"),
    });
    driver.apply(Edit::SaveMixture {
        name: String::new(),
    });
    driver.search_and_propose();
    let mut nameless = BTreeSet::new();
    for &panel in PANELS {
        driver.bring_forward(panel);
        nameless.extend(
            driver
                .nameless()
                .into_iter()
                .map(|widget| format!("{}: {widget}", panel.title())),
        );
    }
    assert!(nameless.is_empty(), "{nameless:#?}");
}

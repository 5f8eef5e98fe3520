use super::*;

#[test]
fn there_are_twelve_natural_and_six_programming_languages_in_less_than_twelve_megabytes() {
    let of_kind = |kind| {
        CATEGORIES
            .iter()
            .filter(|category| category.kind == kind)
            .count()
    };
    assert!(of_kind(Kind::Natural) >= 12 && of_kind(Kind::Code) >= 6);
    assert!(
        CATEGORIES
            .iter()
            .map(|category| category.file_bytes)
            .sum::<u64>()
            <= 12_000_000
    );
}

#[test]
fn names_are_different_and_every_category_has_sources_with_licences() {
    for (index, category) in CATEGORIES.iter().enumerate() {
        assert_eq!(
            CATEGORIES
                .iter()
                .position(|other| other.name == category.name),
            Some(index)
        );
        assert!(
            !category.sources.is_empty()
                && category
                    .sources
                    .iter()
                    .all(|source| !source.licence.is_empty()),
            "{}",
            category.name
        );
    }
    assert!(BuiltIn::find("fr").is_some_and(|category| category.label == "French"));
    assert_eq!(BuiltIn::find("klingon"), None);
}

#[cfg(feature = "tables")]
#[test]
fn a_table_is_packed_and_as_long_as_the_index_says() {
    for category in CATEGORIES {
        assert_eq!(category.table().len() as u64, category.file_bytes);
        assert!(
            category.table().starts_with(&[0x28, 0xB5, 0x2F, 0xFD]),
            "{}",
            category.name
        );
    }
}

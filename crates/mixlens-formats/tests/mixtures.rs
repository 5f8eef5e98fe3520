//! Whatever can be read as a mixture is read as one.
#![expect(clippy::unwrap_used, reason = "helpers of tests may unwrap")]

use std::sync::Arc;

use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_formats::{
    ColumnNames, ImportedMixtures, NamedBytes, PredictedRow, PredictedValue, import_mixtures,
    import_token_counts, mixtures_to_csv, predictions_to_csv,
};

fn domains() -> Arc<DomainSet> {
    DomainSet::new(["web", "code", "wiki"]).unwrap()
}

fn read(text: &str) -> Result<ImportedMixtures, String> {
    import_mixtures(&NamedBytes::new("mix", text), Some(&domains()))
        .map_err(|error| error.to_string())
}

#[test]
fn every_spelling_of_one_mixture_reads_to_the_same() {
    for text in [
        "web,code,wiki\n0.5,0.3,0.2\n",
        "train_code,train_web,train_wiki\n0.3,0.5,0.2\n",
        "index,train_web,train_code,train_wiki,metric/web_val_loss\n7,0.5,0.3,0.2,3\n",
        "id,domain,proportion\nx,web,0.5\nx,code,0.3\nx,wiki,0.2\n",
        r#"{"web":0.5,"code":0.3,"wiki":0.2}"#,
        "{\n  \"mixture\": {\"train_web\": 0.5, \"code\": 0.3, \"wiki\": 0.2}, \"version\": 1\n}\n",
        concat!(
            r#"{"version":1,"status":"optimal","mixture":{"web":0.5,"code":0.3,"wiki":0.2},"#,
            r#""predicted":{"a":{"value":1}}}"#,
        ),
        r#"[{"id":"x","mixture":{"web":0.5,"code":0.3,"wiki":0.2}}]"#,
    ] {
        let mixtures = read(text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .mixtures;
        assert_eq!(mixtures.len(), 1, "{text}");
        assert_eq!(mixtures[0].1.parts(), [0.5, 0.3, 0.2], "{text}");
    }
}

#[test]
fn domains_not_named_count_as_zero_only_where_the_rest_sums_to_one() {
    let read_back = read(r#"{"web":0.75,"wiki":0.25}"#).unwrap();
    assert_eq!(read_back.mixtures[0].1.parts(), [0.75, 0.0, 0.25]);
    let notice = read_back.notices[0].to_string();
    assert_eq!(
        notice,
        "1 domain not in the mixture, counted as zero: \"code\""
    );
    assert!(
        read(r#"{"web":0.5,"wiki":0.25}"#)
            .unwrap_err()
            .contains("found 0.75")
    );
    assert!(read("web,wiki\n0.75,0.25\n").is_ok());
}

#[test]
fn unknown_domains_are_named() {
    let expected = "no domain is called \"books\"; known are \"web\", \"code\", \"wiki\"";
    for text in [
        r#"{"web":0.5,"books":0.5}"#,
        "web,books\n0.5,0.5\n",
        "index,train_web,train_books\n1,0.5,0.5\n",
        "id,domain,proportion\nx,web,0.5\nx,books,0.5\n",
    ] {
        let message = read(text).unwrap_err();
        assert!(
            message.starts_with("\"mix\"") && message.ends_with(expected),
            "{text}: {message}"
        );
    }
}

#[test]
fn bad_mixtures_are_named_by_key_or_line() {
    assert!(
        read(r#"{"web":1.5,"code":-0.5}"#)
            .unwrap_err()
            .starts_with("\"mix\", column `code`: expected a finite")
    );
    assert!(
        read(r#"{"web":"much","code":0.5}"#)
            .unwrap_err()
            .contains("column `web`: expected a number, found \"much\"")
    );
    assert!(
        read("web,code,wiki\n50,30,20\n")
            .unwrap_err()
            .contains("line 2")
    );
    assert!(
        read("web,code,wiki\n50,30,20\n")
            .unwrap_err()
            .contains("percent")
    );
    assert!(read("").unwrap_err().contains("empty file"));
}

#[test]
fn without_given_domains_the_file_brings_its_own() {
    let read = import_mixtures(
        &NamedBytes::new("m", "index,train_a,train_b\n1,0.5,0.5\n2,1,0\n"),
        None,
    )
    .unwrap();
    assert_eq!(read.mixtures[1].1.domains().names(), ["a", "b"]);
    assert_eq!(read.mixtures[1].0, "2");
}

#[test]
fn written_mixtures_read_back() {
    let (mixture, _) = Mixture::from_weights(&domains(), &[1.0, 1.0, 1.0]).unwrap();
    let plain = mixtures_to_csv(&[("1".to_owned(), mixture.clone())], ColumnNames::Plain, 4);
    assert_eq!(plain, "index,web,code,wiki\n1,0.3334,0.3333,0.3333\n");
    let regmix = mixtures_to_csv(&[("1".to_owned(), mixture)], ColumnNames::RegMix, 4);
    assert!(regmix.starts_with("index,train_web,train_code,train_wiki\n"));
    assert_eq!(
        read(&plain).unwrap().mixtures,
        read(&regmix).unwrap().mixtures
    );
}

#[test]
fn predictions_are_written_with_intervals_where_there_are_any() {
    let value = |value, interval| PredictedRow {
        id: "r".into(),
        values: vec![PredictedValue { value, interval }],
        support: Some("inside".into()),
    };
    let metrics = ["loss, a".to_owned()];
    let text = predictions_to_csv(&metrics, &[value(1.5, Some((1.0, 2.0))), value(2.5, None)]);
    assert_eq!(
        text,
        "index,\"loss, a\",\"loss, a_low\",\"loss, \
        a_high\",support\nr,1.5,1,2,inside\nr,2.5,,,inside\n"
    );
}

#[test]
fn token_counts_read_from_csv_and_json() {
    let expected = vec![
        ("code".to_owned(), 300_000_000_000),
        ("web".to_owned(), 1_200_000_000_000),
    ];
    for text in [
        "domain,tokens\ncode,300B\nweb,1.2T\n",
        "source;unique_tokens\ncode;300000000000\nweb;1.2e12\n",
        r#"{"code":"300B","web":1200000000000}"#,
        r#"{"token_counts":{"code":3e11,"web":"1.2T"}}"#,
    ] {
        assert_eq!(
            import_token_counts(&NamedBytes::new("t", text)).unwrap(),
            expected,
            "{text}"
        );
    }
    let message = |text: &str| {
        import_token_counts(&NamedBytes::new("t", text))
            .unwrap_err()
            .to_string()
    };
    assert!(
        message("domain,tokens\nweb,lots\n")
            .starts_with("\"t\", line 2, column `tokens`: expected a number of tokens")
    );
    assert!(message("domain,tokens\nweb,1\nweb,2\n").contains("expected each domain once"));
    assert!(message("domain,size\nweb,1\n").contains("expected a column \"unique_tokens\""));
}

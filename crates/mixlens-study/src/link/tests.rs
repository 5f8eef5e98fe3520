use mixlens_core::simplex::DomainSet;
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTableBuilder};
use proptest::prelude::*;

use super::*;
use crate::{BaselineFrom, Edit, Panel, Session, Study, StudyError, ViewChange};

/// A study with `count` domains and `metrics` metrics, and something in every part of its state.
fn study(count: usize, metrics: usize, numbers: &[f64]) -> Study {
    let domains =
        DomainSet::new((0..count).map(|index| format!("the domain number {index}"))).unwrap();
    let metric = |index: usize| Metric {
        name: format!("metric_{index}_loss"),
        direction: Direction::Lower,
    };
    let metrics = MetricSet::new((0..metrics).map(metric).collect()).unwrap();
    let values = vec![Some(1.0); metrics.len()];
    let mut builder = RunTableBuilder::new(domains, metrics.clone(), RowSums::Rescale);
    let uniform = vec![1.0 / count as f64; count];
    builder.push("a", &uniform, &values).unwrap();
    let mut study = Study::of_table("test", std::sync::Arc::new(builder.finish()));
    let number = |index: usize| numbers[index % numbers.len()];
    for domain in 0..count {
        let _ = study.apply(Edit::SetProportion {
            domain,
            to: number(domain),
        });
        study
            .apply(Edit::SetLower {
                domain,
                to: Some(0.001 * number(domain)),
            })
            .unwrap();
        study
            .apply(Edit::SetUpper {
                domain,
                to: Some(0.9 + 0.01 * number(domain + 1)),
            })
            .unwrap();
        let tokens = Some((1e9 + 1e13 * number(domain + 2)).round());
        study
            .apply(Edit::SetUniqueTokens { domain, to: tokens })
            .unwrap();
    }
    study
        .apply(Edit::SetBaseline(BaselineFrom::Current))
        .unwrap();
    study
        .apply(Edit::SetProportion {
            domain: 0,
            to: number(7),
        })
        .unwrap();
    study.apply(Edit::SetTrainingTokens(Some(1.2e9))).unwrap();
    study.apply(Edit::SetMaxEpochs(6.5)).unwrap();
    study
        .apply(Edit::AddConstraint(
            "the domain number 0 <= 2*the domain number 1 + 0.9".into(),
        ))
        .unwrap();
    for domain in (3..count).step_by(5) {
        study
            .apply(Edit::SetLock {
                domain,
                is_locked: true,
            })
            .unwrap();
    }
    for metric in 0..metrics.len() {
        study
            .apply(Edit::SetWeight {
                metric,
                to: number(metric + 3),
            })
            .unwrap();
    }
    study
        .apply(Edit::SetDirection {
            metric: 0,
            to: Direction::Higher,
        })
        .unwrap();
    study
        .apply(Edit::AddBound("metric_1_loss <= baseline + 0.01".into()))
        .unwrap();
    study.apply(Edit::SetSeed(u64::MAX)).unwrap();
    study.apply(ViewChange::SetTernary([2, 0, 1])).unwrap();
    study.apply(ViewChange::ShowMetric(Some(1))).unwrap();
    study
        .apply(ViewChange::ShowPanel {
            panel: Panel::Runs,
            is_shown: true,
        })
        .unwrap();
    study
}

#[test]
fn a_full_study_of_32_domains_fits_into_2000_characters() {
    for numbers in [
        vec![0.123_456_789, 0.9, 0.000_012_345],
        vec![1.0 / 3.0, 1.0 / 7.0],
    ] {
        let link = study_link(&study(32, 32, &numbers));
        assert!(link.len() <= 2000, "{} characters", link.len());
        assert!(
            link.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%&=,".contains(&byte)),
            "{link}"
        );
    }
}

#[test]
fn a_link_opens_the_state_that_it_was_made_from_as_one_step() {
    let sent = study(12, 5, &[0.25, 0.125, 0.5]);
    let link = study_link(&sent);
    let mut received = Study::of_table("test", std::sync::Arc::clone(sent.table().unwrap()));
    let before = received.state().clone();
    received
        .apply(Session::OpenLink(format!("#{link}")))
        .unwrap();
    let (state, expected) = (received.state(), sent.state());
    for (part, sent) in state.current.parts().iter().zip(expected.current.parts()) {
        assert!((part - sent).abs() < 1e-9);
    }
    assert_eq!(
        (&state.locks, &state.limits.linear, &state.goal),
        (&expected.locks, &expected.limits.linear, &expected.goal)
    );
    assert_eq!(
        (state.seed, &received.view().ternary),
        (u64::MAX, &[2, 0, 1])
    );
    assert!(received.view().panels.contains(&Panel::Runs));
    assert_eq!(study_link(&received), link);
    received.apply(Session::Undo).unwrap();
    assert_eq!(received.state(), &before);
}

#[test]
fn short_names_are_in_the_link_and_long_ones_as_fingerprints() {
    let short = study_link(&study(3, 2, &[0.3]));
    assert_eq!(link_domains(&short).unwrap().unwrap().len(), 3);
    let long = study_link(&study(40, 2, &[0.01]));
    assert_eq!(link_domains(&long).unwrap(), None);
    let mut other = Study::of_domains(
        "other",
        DomainSet::new((0..40).map(|i| format!("d{i}"))).unwrap(),
    );
    let problem = other
        .apply(Session::OpenLink(long))
        .unwrap_err()
        .to_string();
    assert!(
        problem.starts_with("not a readable link: the link is for other domains"),
        "{problem}"
    );
}

#[test]
fn newer_links_are_refused_by_their_version() {
    let link = study_link(&study(3, 2, &[0.3])).replacen("v=1", "v=2", 1);
    assert_eq!(
        link_domains(&link).unwrap_err(),
        StudyError::NewerVersion {
            found: 2,
            newest: 1
        }
    );
    assert!(link_domains(&"a".repeat(1 << 20)).is_err());
}

#[test]
fn packed_numbers_keep_six_digits() {
    let numbers = [
        0.0,
        1.0,
        0.25,
        1.2e12,
        123_456.0,
        9.999_99e-7,
        2.345_67,
        1e-30,
        3.4e38,
    ];
    let packed = pack::numbers(&numbers.map(Some));
    assert_eq!(pack::parse_numbers(&packed).unwrap(), numbers.map(Some));
    assert_eq!(
        pack::parse_numbers(&pack::numbers(&[None, Some(2.0)])).unwrap(),
        [None, Some(2.0)]
    );
    assert_eq!(
        pack::unescape("%")
            .or(pack::unescape("%+1"))
            .or(pack::unescape("%ff")),
        None
    );
}

proptest! {
    #[test]
    fn any_state_makes_the_same_link_again(
        numbers in proptest::collection::vec(0.0..1.0_f64, 1..9),
        count in 3..40_usize,
    ) {
        let sent = study(count, 4, &numbers);
        let link = study_link(&sent);
        let mut received = Study::of_table("test", std::sync::Arc::clone(sent.table().unwrap()));
        received.apply(Session::OpenLink(link.clone())).unwrap();
        prop_assert_eq!(study_link(&received), link);
        prop_assert!((received.current().parts().iter().sum::<f64>() - 1.0).abs() <= 1e-12);
    }

    #[test]
    fn no_text_breaks_the_study(
        noise in "\\PC{0,80}", cut in 0.0..1.0_f64, at in 0.0..1.0_f64, byte in 32..127_u8,
    ) {
        let mut study = study(5, 3, &[0.2, 0.7]);
        let link = study_link(&study);
        let byte_at = |share: f64| (share * link.len() as f64) as usize;
        let mut flipped = link.clone().into_bytes();
        flipped[byte_at(at)] = byte;
        let flipped = String::from_utf8(flipped).unwrap();
        for hostile in [
            &noise,
            &link[..byte_at(cut)],
            &flipped,
            &format!("{link}&{noise}"),
            &format!("v=1&{noise}"),
        ] {
            let before = study.state().clone();
            let _ = link_domains(hostile);
            match study.apply(Session::OpenLink(hostile.to_owned())) {
                Err(_) => prop_assert_eq!(study.state(), &before),
                Ok(_) => {
                    let sum: f64 = study.current().parts().iter().sum();
                    prop_assert!((sum - 1.0).abs() <= 1e-12);
                }
            }
            let _ = study.domain_rows();
        }
    }
}

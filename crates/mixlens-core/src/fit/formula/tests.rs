//! Forms with more than the kinds of version 1 write, and how files hold them.

use serde_json::{from_str, to_string};

use super::*;
use crate::fit::surrogate::tests::check_gradient;

/// A law with an exponent for each domain, of which one counts upwards: of the form of the power
/// law, and of a kind that no table here lists.
const OTHER_KIND: &str = concat!(
    r#"{"power":{"kind":"d-cpt","floor":1.5,"exponent":[0.4,-1.2],"heights":[0.8,-0.3],"#,
    r#""offsets":[0.05,0.2],"clip":{"least":0.0,"most":9.0}}}"#
);

#[test]
fn a_kind_without_code_here_predicts_from_its_form() {
    let law: FittedSurrogate = from_str(OTHER_KIND).unwrap();
    assert_eq!((law.name(), law.formula().form()), ("d-cpt", "power"));
    let term = |height: f64, x: f64, offset: f64, exponent: f64| {
        height * (1.0 + x / offset).powf(-exponent)
    };
    let expected = 1.5 + term(0.8, 0.3, 0.05, 0.4) + term(-0.3, 0.7, 0.2, -1.2);
    assert!((law.predict_one(&[0.3, 0.7]) - expected).abs() < 1e-14);
    check_gradient(&law, &[0.3, 0.7], 1e-8);
    assert_eq!(to_string(&law).unwrap(), OTHER_KIND);
    assert!(!law.is_of_version_1());
}

#[test]
fn offsets_inside_the_power_are_heights_and_offsets_of_terms() {
    // k (o + x)^e, as in D-CPT (Que et al. 2024, "D-CPT law").
    let [scale, offset, power] = [0.7_f64, 0.1, -0.6];
    let text = OTHER_KIND
        .replace("[0.4,-1.2]", &format!("{}", -power))
        .replace("[0.8,-0.3]", &format!("[{},0]", scale * offset.powf(power)))
        .replace("[0.05,0.2]", &format!("[{offset},1]"));
    let law: FittedSurrogate = from_str(&text).unwrap();
    let expected = 1.5 + scale * (offset + 0.3).powf(power);
    assert!((law.predict_one(&[0.3, 0.7]) - expected).abs() < 1e-14);
}

#[test]
fn power_terms_are_convex_where_every_term_is() {
    let law = |heights: &str, exponents: &str| -> FittedSurrogate {
        let text = OTHER_KIND.replace("[0.8,-0.3]", heights);
        from_str(&text.replace("[0.4,-1.2]", exponents)).unwrap()
    };
    assert!(law("[0.8,0.3]", "0.4").is_convex());
    // Convex, each falling or rising: x² (exponent −2) up, −√x (exponent −½) down.
    assert!(law("[0.8,-0.3]", "[-2,-0.5]").is_convex());
    assert!(!law("[0.8,-0.3]", "[0.4,-1.2]").is_convex());
    assert!(!law("[-0.8,0.3]", "0.4").is_convex());
}

#[test]
fn numbers_out_of_range_are_refused() {
    for (from, to) in [
        ("[0.05,0.2]", "[0.05,0.0]"),
        ("[0.05,0.2]", "[0.05]"),
        ("[0.4,-1.2]", "[]"),
        ("[0.4,-1.2]", "[1,2,3]"),
        ("[0.8,-0.3]", "[]"),
        (r#""least":0.0"#, r#""least":10.0"#),
        (r#""floor":1.5,"#, ""),
        (r#""floor":1.5,"#, r#""floor":1.5,"other":1,"#),
        (r#""power""#, r#""stretched""#),
    ] {
        let text = OTHER_KIND.replace(from, to);
        assert_ne!(text, OTHER_KIND);
        assert!(from_str::<FittedSurrogate>(&text).is_err(), "{text}");
    }
}

#[test]
fn notes_may_stand_anywhere_among_the_numbers() {
    let report = r#""report":{"runs":9,"free_parameters":3,"starts":1,"reached_best":1,"evaluations":1,"converged":true}"#;
    let text =
        format!(r#"{{"scheffe":{{{report},"degree":"linear","domains":1,"coefficients":[2.0]}}}}"#);
    let fitted: FittedSurrogate = from_str(&text).unwrap();
    assert_eq!(fitted.reports().len(), 1);
    assert_eq!(fitted.report().unwrap().runs, 9);
    let written = to_string(&fitted).unwrap();
    assert!(written.ends_with(&format!("{report}}}}}")), "{written}");
    assert!(fitted.is_of_version_1());
}

#[test]
fn a_sum_is_of_version_1_where_its_parts_are() {
    let mean = |part: &str| -> FittedSurrogate {
        from_str(&format!(
            r#"{{"ensemble":{{"weights":[1.0],"members":[{part}]}}}}"#
        ))
        .unwrap()
    };
    assert!(!mean(OTHER_KIND).is_of_version_1());
    let first = OTHER_KIND
        .replace(r#""kind":"d-cpt","#, "")
        .replace("[0.4,-1.2]", "0.4");
    assert!(mean(&first).is_of_version_1());
    let parts = mean(OTHER_KIND).formula().parts().len();
    assert_eq!(parts, 1);
}

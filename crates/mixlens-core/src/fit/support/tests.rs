//! Support of runs whose place is known.

use super::*;

/// Twenty runs along a line, 0.02 apart, and one far from them.
fn line() -> TrainingSupport {
    let mut rows: Vec<f64> =
        (0..20).flat_map(|i| [0.1 + 0.02 * f64::from(i), 0.9 - 0.02 * f64::from(i), 0.0]).collect();
    rows.extend([0.2, 0.2, 0.6]);
    TrainingSupport::new(&rows, 3).unwrap()
}

#[test]
fn the_usual_distance_ignores_the_lonely_five_percent() {
    assert!((line().usual_distance() - 0.02).abs() < 1e-12);
}

#[test]
fn mixtures_are_inside_at_the_edge_or_outside() {
    let support = line();
    assert_eq!(support.classify(&[0.31, 0.69, 0.0]).unwrap(), Support::Inside);
    assert_eq!(support.classify(&[0.3, 0.5, 0.2]).unwrap(), Support::Edge);
    assert_eq!(support.classify(&[0.6, 0.4, 0.0]).unwrap(), Support::Outside);
    assert_eq!(support.beyond_range(&[0.6, 0.4, 0.0]).unwrap(), [0]);
    assert_eq!(support.classify(&[f64::NAN, 0.5, 0.5]).unwrap(), Support::Outside);
    assert!(support.classify(&[0.5, 0.5]).is_err());
}

#[test]
fn every_run_supports_itself() {
    let support = line();
    for (row, parts) in support.rows().chunks_exact(3).enumerate() {
        assert_eq!(support.classify(parts).unwrap(), Support::Inside);
        assert_eq!(support.nearest(parts, 1).unwrap(), [NearRun { row, distance: 0.0 }]);
    }
}

#[test]
fn nearest_runs_come_in_order_of_distance() {
    let near = line().nearest(&[0.2, 0.21, 0.59], 3).unwrap();
    assert_eq!((near.len(), near[0].row), (3, 20));
    assert!((near[0].distance - 0.01).abs() < 1e-12);
    assert!(near[1].distance <= near[2].distance);
    assert_eq!(line().nearest(&[0.2, 0.2, 0.6], 100).unwrap().len(), 21);
}

#[test]
fn the_rows_are_all_that_is_saved() {
    let support = line();
    let text = serde_json::to_string(&support).unwrap();
    assert!(text.starts_with(r#"{"width":3,"rows":[0.1,0.9,"#), "{text}");
    assert_eq!(serde_json::from_str::<TrainingSupport>(&text).unwrap(), support);
    for broken in [r#"{"width":3,"rows":[0.1]}"#, r#"{"width":0,"rows":[]}"#, r#"{"width":2,"rows":[]}"#] {
        assert!(serde_json::from_str::<TrainingSupport>(broken).is_err(), "{broken}");
    }
}

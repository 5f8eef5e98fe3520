use super::*;
use crate::simplex::Supply;

fn sampler(prior: &Prior, centre: &[f64], constraints: Option<Constraints>, seed: u64) -> Sampler {
    let domains = DomainSet::new((0..centre.len()).map(|number| format!("d{number}"))).unwrap();
    let (centre, _) = Mixture::from_weights(&domains, centre).unwrap();
    Sampler::new(
        prior,
        &centre,
        constraints.unwrap_or_else(|| Constraints::free(&domains)),
        seed,
    )
    .unwrap()
}

fn draw(sampler: &Sampler, n: usize) -> Vec<f64> {
    let mut rows = vec![0.0; n * sampler.domains().len()];
    sampler.fill(0, &mut rows);
    rows
}

/// Mean and variance of every part.
fn moments(rows: &[f64], width: usize) -> Vec<(f64, f64)> {
    let n = (rows.len() / width) as f64;
    let moment = |domain: usize| {
        let parts = || rows.iter().skip(domain).step_by(width);
        let mean = parts().sum::<f64>() / n;
        (
            mean,
            parts().map(|part| (part - mean).powi(2)).sum::<f64>() / n,
        )
    };
    (0..width).map(moment).collect()
}

#[test]
fn dirichlet_samples_have_the_dirichlet_moments() {
    // Concentrations below, around and above 1 take different paths through the gamma sampler.
    let centre = [0.6, 0.25, 0.1, 0.05];
    let n = 200_000;
    for concentration in [0.05, 1.0, 4.0, 60.0] {
        let rows = draw(
            &sampler(&Prior::Dirichlet { concentration }, &centre, None, 3),
            n,
        );
        for ((mean, variance), expected) in moments(&rows, 4).into_iter().zip(centre) {
            let exact = expected * (1.0 - expected) / (concentration + 1.0);
            // Five standard errors of the mean; the variance within five per cent.
            assert!(
                (mean - expected).abs() < 5.0 * (exact / n as f64).sqrt(),
                "{concentration}: {mean} {expected}"
            );
            assert!(
                (variance / exact - 1.0).abs() < 0.05,
                "{concentration}: {variance} {exact}"
            );
        }
    }
}

#[test]
fn samples_are_mixtures_and_depend_on_seed_and_index_alone() {
    for prior in [
        Prior::Uniform,
        Prior::Dirichlet { concentration: 0.3 },
        Prior::regmix(),
        Prior::LowDiscrepancy,
    ] {
        let sampler = sampler(&prior, &[5.0, 3.0, 1.0, 0.5, 0.01], None, 11);
        let rows = draw(&sampler, 1000);
        for row in rows.chunks_exact(5) {
            assert!(row.iter().all(|part| (0.0..=1.0).contains(part)));
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let mut part = vec![0.0; 5 * 300];
        sampler.fill(137, &mut part);
        assert_eq!(part, rows[5 * 137..5 * 437]);
    }
}

#[test]
fn wide_registers_do_not_change_a_bit() {
    let sampler = sampler(&Prior::regmix(), &[5.0, 3.0, 1.0, 0.5, 0.01], None, 11);
    let detected = draw(&sampler, 500);
    let mut baseline = vec![0.0; detected.len()];
    sampler.fill_all(0, &mut baseline);
    assert_eq!(detected, baseline);
}

#[test]
fn tiny_concentrations_still_give_mixtures() {
    let rows = draw(
        &sampler(
            &Prior::Dirichlet {
                concentration: 1e-4,
            },
            &[0.5, 0.3, 0.2],
            None,
            1,
        ),
        2000,
    );
    assert!(
        rows.chunks_exact(3)
            .all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12)
    );
    // Nearly every sample is a corner, and each corner is hit in proportion.
    let first = rows.chunks_exact(3).filter(|row| row[0] > 0.99).count();
    assert!((900..1100).contains(&first), "{first}");
}

#[test]
fn a_domain_without_natural_weight_stays_out() {
    let rows = draw(
        &sampler(
            &Prior::Dirichlet { concentration: 1.0 },
            &[0.5, 0.0, 0.5],
            None,
            1,
        ),
        500,
    );
    assert!(rows.chunks_exact(3).all(|row| row[1] <= 0.0));
}

#[test]
fn every_sample_keeps_the_constraints() {
    let domains = DomainSet::new(["d0", "d1", "d2", "d3"]).unwrap();
    let supply = Supply {
        unique_tokens: vec![Some(1e9), Some(2e8), None, None],
        training_tokens: 1e10,
        max_epochs: 4.0,
    };
    let constraints = Constraints::builder(&domains)
        .lower("d3", 0.3)
        .unwrap()
        .supply(&supply)
        .unwrap();
    let constraints = constraints.build().unwrap();
    for prior in [
        Prior::Uniform,
        Prior::Dirichlet { concentration: 1.0 },
        Prior::regmix(),
        Prior::LowDiscrepancy,
    ] {
        let sampler = sampler(&prior, &[8.0, 4.0, 2.0, 0.1], Some(constraints.clone()), 5);
        let rows = draw(&sampler, 2000);
        assert!(
            rows.chunks_exact(4)
                .all(|row| constraints.contains(row, 1e-12))
        );
    }
}

#[test]
fn regmix_strengths_are_taken_in_turn() {
    // The weakest strength gives samples near corners, the strongest samples near the tempered
    // centre.
    let sampler = sampler(&Prior::regmix(), &[4.0, 3.0, 2.0, 1.0], None, 2);
    let rows = draw(&sampler, 15 * 400);
    let largest = |turn: usize| {
        let rows = rows.chunks_exact(4).skip(turn).step_by(15);
        rows.map(|row| row.iter().copied().fold(0.0, f64::max))
            .sum::<f64>()
            / 400.0
    };
    assert!(largest(0) > 0.9, "{}", largest(0));
    assert!(largest(14) < 0.65, "{}", largest(14));
}

#[test]
fn low_discrepancy_samples_are_more_even_than_chance() {
    let n = 4096;
    let centre = [1.0; 4];
    let error = |prior: &Prior| {
        let rows = draw(&sampler(prior, &centre, None, 9), n);
        moments(&rows, 4)
            .into_iter()
            .map(|(mean, _)| (mean - 0.25).abs())
            .fold(0.0, f64::max)
    };
    assert!(error(&Prior::LowDiscrepancy) * 4.0 < error(&Prior::Uniform));
}

#[test]
fn parameters_out_of_range_are_named() {
    let domains = DomainSet::new(["a", "b"]).unwrap();
    let centre = Mixture::uniform(&domains);
    let result = Sampler::new(
        &Prior::Dirichlet { concentration: 0.0 },
        &centre,
        Constraints::free(&domains),
        0,
    );
    assert!(matches!(
        result,
        Err(CoreError::BadParameter {
            name: "concentration",
            ..
        })
    ));
}

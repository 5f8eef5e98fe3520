//! The fixtures of the specification of sampling and budgets, by its sections, and properties of
//! plans.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::compute::Control;
use crate::law::*;
use crate::optim::{Program, Slack, SolveOptions, solve};
use crate::published::*;
use crate::quality::*;
use crate::simplex::{DomainSet, Mixture};
use crate::supply::*;

fn domains(count: usize) -> Arc<DomainSet> {
    DomainSet::new((0..count).map(|index| format!("d{index}"))).unwrap()
}

fn mixture(parts: &[f64]) -> Mixture {
    Mixture::from_proportions(&domains(parts.len()), parts, 1e-3).unwrap()
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    let near = |(f, e): (&f64, &f64)| (f - e).abs() <= tolerance;
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(near),
        "{found:?} is not {expected:?}"
    );
}

fn known(epochs: &[Option<f64>]) -> Vec<f64> {
    epochs.iter().map(|epochs| epochs.unwrap()).collect()
}

/// D = 1000B, U = (2000, 100, 20)B.
fn toy(parts: &[f64]) -> Plan {
    Plan::single(
        mixture(parts),
        1e12,
        vec![Some(2e12), Some(1e11), Some(2e10)],
    )
    .unwrap()
}

fn toy_caps() -> Caps {
    let plan = toy(&[0.8, 0.15, 0.05]);
    Caps::new(plan.domains(), plan.unique_tokens().to_vec(), vec![4.0; 3]).unwrap()
}

#[test]
fn section_1_toy_epochs_and_caps() {
    let plan = toy(&[0.80, 0.15, 0.05]);
    close(&known(&plan.epochs()), &[0.40, 1.50, 2.50], 1e-12);
    close(&toy_caps().proportions(1e12), &[1.0, 0.40, 0.08], 1e-15);
    assert_eq!(toy_caps().capacity(), Some(8.48e12));
    let budget = toy_caps().largest_budget(&plan.mean_mixture()).unwrap();
    assert_eq!(budget.domain, 2, "wiki is the first at its cap");
    close(&[budget.training_tokens], &[1.6e12], 1.0);
    let natural = natural_mixture(plan.domains(), plan.unique_tokens()).unwrap();
    let mean_epochs = 1e12 / 2.12e12;
    let by_epochs: Vec<f64> = known(&plan.epochs())
        .iter()
        .map(|epochs| epochs / mean_epochs)
        .collect();
    close(
        &known(&upsampling_factors(&plan.mean_mixture(), &natural)),
        &by_epochs,
        1e-12,
    );
}

#[test]
fn section_1_toy_wish_onto_the_caps() {
    let target = [0.5, 0.3, 0.2];
    close(
        toy_caps().fill(&target, 1e12).unwrap().parts(),
        &[0.575, 0.345, 0.08],
        1e-12,
    );
    close(
        toy_caps().nearest(&target, 1e12).unwrap().parts(),
        &[0.56, 0.36, 0.08],
        1e-12,
    );
    let problem = toy_caps().fill(&target, 1e13).unwrap_err().to_string();
    assert!(
        problem.contains("8.4800e12 tokens, fewer than the 1.0000e13"),
        "{problem}"
    );
}

#[test]
fn section_1_phases_add_up() {
    let phase = |parts: &[f64], training_tokens| Phase {
        training_tokens,
        mixture: mixture(parts),
    };
    let phases = vec![
        phase(&[0.9, 0.08, 0.02], 8e11),
        phase(&[0.4, 0.4, 0.2], 2e11),
    ];
    let plan = Plan::new(phases, vec![Some(2e12), Some(1e11), None]).unwrap();
    close(plan.mean_mixture().parts(), &[0.8, 0.144, 0.056], 1e-12);
    close(&[plan.training_tokens()], &[1e12], 0.0);
    close(&known(&plan.phase_epochs(0)[..2]), &[0.36, 0.64], 1e-12);
    close(&known(&plan.phase_epochs(1)[..2]), &[0.04, 0.8], 1e-12);
    close(&known(&plan.epochs()[..2]), &[0.4, 1.44], 1e-12);
    assert_eq!(plan.epochs_until(1), plan.epochs());
    assert_eq!((plan.epochs()[2], plan.phase_epochs(7)), (None, Vec::new()));
}

#[test]
fn section_1_units_are_converted_by_means() {
    // Half of the documents are books of 100,000 tokens, half web pages of 1,000.
    let documents = mixture(&[0.5, 0.5]);
    let tokens = convert(&documents, Some(&[1e5, 1e3]), None).unwrap();
    close(tokens.parts(), &[100.0 / 101.0, 1.0 / 101.0], 1e-12);
    close(
        convert(&tokens, None, Some(&[1e5, 1e3])).unwrap().parts(),
        documents.parts(),
        1e-12,
    );
    // Bytes: token_i · bytes per token, so tokens per byte are the means.
    let bytes = convert(&tokens, None, Some(&[0.25, 0.5])).unwrap();
    close(bytes.parts(), &[200.0 / 201.0, 1.0 / 201.0], 1e-12);
    assert_eq!(
        convert(&tokens, None, None).unwrap().parts(),
        tokens.parts()
    );
    let problem = convert(&documents, Some(&[1e5, 0.0]), None)
        .unwrap_err()
        .to_string();
    assert!(problem.contains("\"d1\""), "{problem}");
}

#[test]
fn section_1_traffic_lights() {
    let lights = LightLimits::default();
    for (epochs, light) in [
        (0.0, Light::Green),
        (4.0, Light::Green),
        (4.1, Light::Amber),
        (16.0, Light::Amber),
        (16.1, Light::Red),
    ] {
        assert_eq!(lights.light(epochs), light, "{epochs}");
    }
    assert_eq!(
        (lights.light(40.1), lights.light(f64::INFINITY)),
        (Light::Spent, Light::Spent)
    );
}

/// English, Italian, Chinese, Swahili of mC4 (billions).
const MC4: [f64; 4] = [2733.0, 162.0, 39.0, 1.0];

#[test]
fn section_2_1_and_2_2_mc4_shares_and_factors() {
    let domains = domains(4);
    let natural = temperature_mixture(&domains, &MC4, 1.0).unwrap();
    let rows = [
        (1.0, [0.931_175, 0.055_196, 0.013_288, 0.000_341], 1.0),
        (1.5, [0.822_386, 0.125_024, 0.048_383, 0.004_207], 1.237_614),
        (2.0, [0.723_562, 0.176_163, 0.086_435, 0.013_841], 2.248_952),
        (3.33, [0.555_540, 0.237_799, 0.155_056, 0.051_605], 10.9814),
        (5.0, [0.454_302, 0.258_178, 0.194_191, 0.093_329], 29.8319),
        (10.0, [0.349_540, 0.263_503, 0.228_528, 0.158_429], 78.9868),
        (100.0, [0.259_440, 0.252_212, 0.248_646, 0.239_702], 174.513),
    ];
    for (temperature, shares, factor) in rows {
        let sampled = temperature_mixture(&domains, &MC4, temperature).unwrap();
        close(sampled.parts(), &shares, 6e-7);
        let found = scalarisation_factor(&sampled, &natural);
        assert!(
            (found / factor - 1.0).abs() < 2e-6,
            "τ {temperature}: F {found}, expected {factor}"
        );
    }
}

#[test]
fn section_2_2_zipf_factors() {
    let rows = [
        (0.5, [1.0351, 1.0852, 1.1058, 1.1258]),
        (1.0, [1.1618, 1.4033, 1.5032, 1.5998]),
        (1.5, [1.4116, 2.1570, 2.4854, 2.8093]),
        (2.0, [1.8065, 3.8219, 4.8229, 5.8465]),
    ];
    let domains = domains(10);
    for (exponent, factors) in rows {
        let sizes: Vec<f64> = (1..=10)
            .map(|rank| f64::from(rank).powf(-exponent))
            .collect();
        let natural = temperature_mixture(&domains, &sizes, 1.0).unwrap();
        for (temperature, factor) in [2.0, 5.0, 10.0, 100.0].into_iter().zip(factors) {
            let sampled = temperature_mixture(&domains, &sizes, temperature).unwrap();
            close(&[scalarisation_factor(&sampled, &natural)], &[factor], 6e-5);
            // The closed form, with xᵢ = Uᵢ^(1/τ).
            let x: Vec<f64> = sizes
                .iter()
                .map(|size| size.powf(1.0 / temperature))
                .collect();
            let power = |p: f64| x.iter().map(|x| x.powf(p)).sum::<f64>();
            let closed = power(temperature) * power(2.0 - temperature) / power(1.0).powi(2);
            close(
                &[scalarisation_factor(&sampled, &natural)],
                &[closed],
                1e-9 * closed,
            );
        }
    }
}

#[test]
fn section_2_2_weighting_can_be_less_noisy_when_gradients_differ() {
    let found =
        sampling_variances(&mixture(&[0.5, 0.5]), &mixture(&[0.9, 0.1]), &[100.0, 1.0]).unwrap();
    close(
        &[found.scalarisation, found.sampling],
        &[30.277_777_777_777_78, 50.5],
        1e-9,
    );
    // The minimum-variance sampler beats both: (Σ aᵢ √vᵢ)².
    let target = mixture(&[0.5, 0.5]);
    let sampler = min_variance_sampler(&target, &[100.0, 1.0]).unwrap();
    close(sampler.parts(), &[10.0 / 11.0, 1.0 / 11.0], 1e-12);
    let lowest = sampling_variances(&target, &sampler, &[100.0, 1.0])
        .unwrap()
        .scalarisation;
    close(&[lowest], &[5.5 * 5.5], 1e-9);
}

#[test]
fn section_2_2_equal_gradients_make_the_difference_of_variances() {
    let natural = temperature_mixture(&domains(4), &MC4, 1.0).unwrap();
    let sampled = temperature_mixture(&domains(4), &MC4, 5.0).unwrap();
    let found = sampling_variances(&sampled, &natural, &[3.0; 4]).unwrap();
    let factor = scalarisation_factor(&sampled, &natural);
    close(
        &[found.scalarisation - found.sampling],
        &[3.0 * (factor - 1.0)],
        1e-9,
    );
}

#[test]
fn section_2_3_cooldown_mean_of_mc4() {
    let phases = cooldown(&domains(4), &MC4, &CooldownStep::PUBLISHED, 1e5).unwrap();
    let plan = Plan::new(phases, vec![None; 4]).unwrap();
    close(
        plan.mean_mixture().parts(),
        &[0.692_739, 0.156_687, 0.103_740, 0.046_835],
        1e-6,
    );
    let short = [CooldownStep {
        fraction: 0.4,
        temperature: 5.0,
    }];
    assert!(
        cooldown(&domains(4), &MC4, &short, 1e5)
            .unwrap_err()
            .to_string()
            .contains("sum to 0.4")
    );
}

#[test]
fn section_2_4_uni_max() {
    let found = uni_max(&domains(4), &MC4, 400.0, 4.0).unwrap();
    close(&found.budgets, &[132.0, 132.0, 132.0, 4.0], 1e-12);
    close(found.mixture.parts(), &[0.33, 0.33, 0.33, 0.01], 1e-12);
    close(&[found.unspent], &[0.0], 0.0);
    let found = uni_max(&domains(5), &[1000.0, 300.0, 50.0, 5.0, 1.0], 600.0, 5.0).unwrap();
    close(&found.budgets, &[190.0, 190.0, 190.0, 25.0, 5.0], 1e-12);
    let found = uni_max(&domains(3), &[10.0, 5.0, 1.0], 100.0, 4.0).unwrap();
    close(&found.budgets, &[40.0, 20.0, 4.0], 1e-12);
    close(&[found.unspent], &[36.0], 1e-12);
    close(found.mixture.parts(), &[0.625, 0.3125, 0.0625], 1e-12);
    // Uniform when no cap binds.
    close(
        uni_max(&domains(3), &[9.0, 8.0, 7.0], 3.0, 1.0)
            .unwrap()
            .mixture
            .parts(),
        &[1.0 / 3.0; 3],
        1e-15,
    );
}

#[test]
fn section_3_constants_and_losses() {
    let law = DataConstrainedLaw::default();
    close(
        &[law.parameters_scale, law.tokens_scale],
        &[520.825, 1487.716],
        1e-3,
    );
    close(
        &[law.irreducible, law.balance()],
        &[1.869_144, 0.225_802],
        1e-6,
    );
    close(
        &[law.loss(6.34e9, 242e9, 25e9).unwrap()],
        &[2.225_644_088_998_447_7],
        1e-12,
    );
    close(
        &[law.loss(8.67e9, 178e9, 25e9).unwrap()],
        &[2.226_963_407_508_786_7],
        1e-12,
    );
    close(
        &[
            law.effective_tokens(242e9, 25e9),
            law.effective_tokens(178e9, 25e9),
        ],
        &[190.849e9, 151.237e9],
        1e6,
    );
    let parameters = [
        law.effective_parameters(6.34e9, 242e9, 25e9),
        law.effective_parameters(8.67e9, 178e9, 25e9),
    ];
    close(&parameters, &[4.840_67e9, 5.773_31e9], 1e4);
}

#[test]
fn section_3_value_of_repetition() {
    let web = Repetition::default();
    let values = [
        (2.0, 0.9841),
        (3.0, 0.9585),
        (4.0, 0.9314),
        (5.0, 0.9045),
        (8.0, 0.8280),
        (16.0, 0.6614),
    ];
    for (epochs, value) in values.into_iter().chain([(40.0, 0.3792), (64.0, 0.2521)]) {
        close(&[web.value(epochs)], &[value], 6e-5);
        close(
            &[web.effective_tokens(epochs * 7e9, 7e9) / (epochs * 7e9)],
            &[web.value(epochs)],
            1e-12,
        );
    }
    for (epochs, value) in [(4.0, 0.823), (16.0, 0.377), (40.0, 0.079)] {
        close(&[web.marginal_value(epochs)], &[value], 6e-4);
    }
    close(
        &[web.ceiling(), 1.0 / f64::from(web)],
        &[16.4, 0.064_99],
        2e-2,
    );
    assert!(web.effective_tokens(1e30, 1.0) <= web.ceiling());
    // Marginal value is the slope of effective tokens.
    let slope = (web.effective_tokens(8.001, 1.0) - web.effective_tokens(7.999, 1.0)) / 0.002;
    close(&[slope], &[web.marginal_value(8.0)], 1e-6);
}

#[test]
fn section_3_effective_mixture_takes_a_constant_per_domain() {
    let plan = toy(&[0.80, 0.15, 0.05]);
    let web = [Repetition::default(); 3];
    let effective = plan.effective_tokens(&web).unwrap();
    // Less than one epoch counts in full.
    close(&effective[..1], &[8e11], 0.0);
    close(
        &effective[1..2],
        &[1e11 * 1.5 * Repetition::default().value(1.5)],
        1.0,
    );
    let code = Repetition::try_from(40.0).unwrap();
    let more = plan.effective_tokens(&[web[0], code, web[2]]).unwrap();
    assert!(more[1] > effective[1]);
    close(&more[2..], &effective[2..], 0.0);
    let total: f64 = effective.iter().sum();
    let shares: Vec<f64> = effective.iter().map(|tokens| tokens / total).collect();
    close(
        plan.effective_mixture(&web).unwrap().parts(),
        &shares,
        1e-12,
    );
    assert!(Repetition::try_from(0.0).is_err() && plan.effective_tokens(&web[..2]).is_err());
}

#[test]
fn section_4_best_proportion_of_a_scarce_target() {
    let law = ScarceTarget {
        irreducible: 1.0,
        scale: 1000.0,
        exponent: 0.35,
        price: 0.05,
        repetition: Repetition::try_from(8.0).unwrap(),
        coefficient: 5.0,
        target_tokens: 1e9,
    };
    close(&[law.best_proportion(1e10).unwrap()], &[0.579], 1e-3);
    close(&[law.best_proportion(1e11).unwrap()], &[0.073], 1e-3);
    let best = law.best_proportion(1e10).unwrap();
    for other in [best - 0.01, best + 0.01] {
        assert!(law.loss(other, 1e10).unwrap() > law.loss(best, 1e10).unwrap());
    }
    assert!(law.loss(1.1, 1e10).is_err());
}

#[test]
fn section_5_late_upsampling() {
    let best = [0.10, 0.30, 0.30, 0.20, 0.0, 0.20];
    for (result, best) in DURATION_RESULTS.iter().zip(best) {
        close(&[result.best_fraction()], &[best], 0.0);
    }
    let gain = |index: usize| {
        let scores = DURATION_RESULTS[index].scores;
        scores[3] - scores[0]
    };
    close(&[gain(0), gain(1), gain(2)], &[6.90, 8.26, 6.17], 1e-9);
    let (base, late) = (
        mixture(&[0.3435, 0.3670, 0.0717, 0.2178]),
        mixture(&[0.0, 0.30, 0.35, 0.35]),
    );
    let sweep = length_sweep(&base, &late, &DURATION_FRACTIONS, 1e12, &[None; 4]).unwrap();
    close(
        sweep[3].plan.mean_mixture().parts(),
        &[0.2748, 0.3536, 0.1274, 0.2442],
        1e-4,
    );
    assert_eq!(
        (sweep[0].plan.phases().len(), sweep[1].plan.phases().len()),
        (1, 2)
    );
    assert_eq!(sweep[0].plan.mean_mixture(), base);
}

#[test]
fn section_5_interpolation_passes_through_what_was_measured() {
    for result in DURATION_RESULTS {
        for (fraction, score) in DURATION_FRACTIONS.into_iter().zip(result.scores) {
            close(&[result.score_at(fraction).unwrap()], &[score], 1e-9);
        }
        assert_eq!(
            (result.score_at(0.31), result.score_at(-0.01)),
            (None, None)
        );
    }
    // A parabola is interpolated exactly.
    let squares = DURATION_FRACTIONS.map(|x| x * x);
    close(
        &[duration_between(&DURATION_FRACTIONS, &squares, 0.17).unwrap()],
        &[0.0289],
        1e-12,
    );
}

#[test]
fn section_6_raw_beside_rewritten() {
    let row = |pool: &str, dataset: &str| {
        let found = PUBLISHED_REWRITES
            .iter()
            .find(|row| row.pool.starts_with(pool) && row.dataset == dataset);
        found.unwrap().core
    };
    let both = [
        row("1B", "raw + rewritten"),
        row("3B", "raw + rewritten, 0.6 / 0.4"),
        row("7B", "raw + rewritten"),
    ];
    let gains: Vec<f64> = ["1B", "3B", "7B"]
        .iter()
        .zip(both)
        .map(|(pool, both)| both - row(pool, "raw top 10 %"))
        .collect();
    close(&gains, &[0.010, 0.013, 0.025], 1e-9);
    let found = rewritten(2e10, 1e10, 6e10, 0.5, 0.5, Repetition::default()).unwrap();
    close(
        &[found.raw_epochs, found.rewritten_epochs, found.unique_gain],
        &[1.5, 3.0, 1.5],
        1e-12,
    );
    close(&[found.generated_tokens], &[2e10], 0.0);
    assert!(found.effective_tokens > found.raw_only_effective_tokens);
    // Twice the raw data at 1.5 epochs would be worth more than that.
    let same = found.equivalent_raw_tokens.unwrap();
    assert!(same > 2e10 && same < 4e10, "{same}");
    close(
        &[Repetition::default().effective_tokens(6e10, same)],
        &[found.effective_tokens],
        1.0,
    );
}

#[test]
fn section_7_a_filter_costs_repetition() {
    let plan = Plan::single(mixture(&[1.0]), 3e11, vec![Some(1e11)]).unwrap();
    let found = filtered(&plan, &[0.46], &[Repetition::default()]).unwrap();
    close(&known(&plan.epochs()), &[3.0], 1e-12);
    close(&known(&found.plan.epochs()), &[6.5], 0.03);
    close(
        &[found.effective_before / 3e11, found.effective_after / 3e11],
        &[0.9585, 0.865],
        5e-4,
    );
    close(&[found.kept_tokens], &[4.6e10], 0.0);
    let law = DataConstrainedLaw::default();
    let price = break_even_loss(&law, 7e9, 3e11, 1e11, 0.46).unwrap();
    assert!(price > 0.0 && price < 0.05, "{price}");
    assert!(filtered(&plan, &[1.2], &[Repetition::default()]).is_err());
}

#[test]
fn section_8_a_good_plan_passes_and_a_bad_one_is_told_why() {
    let params = CheckParams {
        batch: Some((4e6, 4096.0)),
        proxy_tokens: Some(1e9),
        ..CheckParams::usual(3)
    };
    let good = check_plan(&toy(&[0.80, 0.15, 0.05]), &params).unwrap();
    let ids: Vec<&str> = good.iter().map(|check| check.id).collect();
    let all = [
        "epochs",
        "shares",
        "caps",
        "effective_tokens",
        "proxy_match",
        "smallest_domain",
        "sampler_resolution",
    ];
    assert_eq!(ids, all);
    let levels: Vec<CheckLevel> = good.iter().map(|check| check.level).collect();
    let (ok, warn) = (CheckLevel::Ok, CheckLevel::Warn);
    assert_eq!(
        levels,
        [ok, ok, ok, ok, warn, ok, ok],
        "proxy runs of 1B tokens repeat nothing: {good:?}"
    );
    let bad = check_plan(&toy(&[0.499_95, 0.50, 0.000_05]), &params).unwrap();
    let fails: Vec<&str> = bad
        .iter()
        .filter(|one| one.level == CheckLevel::Fail)
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(
        fails,
        [
            "d1 is read 5.00 times, more than its cap of 4 (amber)",
            "d1 stays within its cap up to 8.000e11 training tokens, but the plan has 1.000e12"
        ]
    );
    assert!(
        bad.iter()
            .any(|one| one.id == "shares" && one.level == warn && one.text.contains("d2 (5.0e-5)"))
    );
    assert!(
        bad.iter()
            .any(|one| one.id == "smallest_domain" && one.level == warn)
    );
}

#[test]
fn section_8_batches_of_whole_sequences() {
    let batch = BatchSampling::new(&mixture(&[0.999, 0.001, 0.0]), 4e6, 4000.0).unwrap();
    assert_eq!(batch.smallest, 1);
    close(
        &[
            batch.smallest_tokens,
            batch.smallest_sequences,
            batch.resolution,
        ],
        &[4e3, 1.0, 1e-3],
        1e-9,
    );
    close(&[batch.batches_without], &[0.367_695_424_770_964], 1e-9);
    let counts = batch_counts(&mixture(&[0.575, 0.345, 0.08]), 1e5, 4000.0).unwrap();
    assert_eq!(counts.iter().sum::<u64>(), 25);
    assert!(BatchSampling::new(&mixture(&[1.0]), 10.0, 4000.0).is_err());
}

#[test]
fn proxy_runs_are_matched_by_subsampling() {
    let (factor, matches) = proxy_match(&toy(&[0.80, 0.15, 0.05]), 1e10).unwrap();
    close(
        &[
            factor,
            matches[2].proxy_epochs.unwrap(),
            matches[2].target_epochs.unwrap(),
        ],
        &[0.01, 0.025, 2.5],
        1e-12,
    );
}

#[test]
fn plans_that_cannot_be_are_refused() {
    let phase = |names: [&str; 2]| Phase {
        training_tokens: 1e9,
        mixture: Mixture::uniform(&DomainSet::new(names).unwrap()),
    };
    let message = |phases, unique| Plan::new(phases, unique).unwrap_err().to_string();
    assert!(message(Vec::new(), Vec::new()).contains("at least one phase"));
    let other = message(vec![phase(["a", "b"]), phase(["a", "c"])], vec![None; 2]);
    assert!(
        other.contains("phase 2 is over a, c, phase 1 over a, b"),
        "{other}"
    );
    assert!(message(vec![phase(["a", "b"])], vec![None, Some(-1.0)]).contains("\"b\""));
    assert!(message(vec![phase(["a", "b"])], vec![None]).contains("expected 2"));
    let none = Phase {
        training_tokens: 0.0,
        ..phase(["a", "b"])
    };
    assert!(message(vec![none], vec![None; 2]).contains("training-tokens"));
}

/// Sizes, maximum epochs, weights and a budget that the caps can fill.
fn supplied() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>, f64)> {
    let rows = prop::collection::vec((1e9..1e12_f64, 0.5..20.0_f64, 0.01..1.0_f64), 2..8);
    (rows, 0.05..0.95_f64).prop_map(|(rows, part)| {
        let capacity: f64 = rows.iter().map(|(unique, epochs, _)| unique * epochs).sum();
        let column = |of: fn(&(f64, f64, f64)) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
        (
            column(|row| row.0),
            column(|row| row.1),
            column(|row| row.2),
            part * capacity,
        )
    })
}

proptest! {
    #[test]
    fn caps_are_never_exceeded_and_projections_are_idempotent(
        (unique, epochs, weights, tokens) in supplied(),
    ) {
        let domains = domains(unique.len());
        let known: Vec<Option<f64>> = unique.iter().copied().map(Some).collect();
        let caps = Caps::new(&domains, known.clone(), epochs.clone()).unwrap();
        let target = Mixture::from_weights(&domains, &weights).unwrap().0;
        let filled = caps.fill(target.parts(), tokens).unwrap();
        let nearest = caps.nearest(target.parts(), tokens).unwrap();
        for found in [&filled, &nearest] {
            let plan = Plan::single(found.clone(), tokens, known.clone()).unwrap();
            for (read, cap) in plan.epochs().iter().zip(&epochs) {
                prop_assert!(read.unwrap() <= cap * (1.0 + 1e-12));
            }
            let largest = caps.largest_budget(found).unwrap().training_tokens;
            prop_assert!(largest >= tokens * (1.0 - 1e-12));
        }
        prop_assert_eq!(caps.nearest(nearest.parts(), tokens).unwrap(), nearest);
        let again = caps.fill(filled.parts(), tokens).unwrap();
        for (again, once) in again.parts().iter().zip(filled.parts()) {
            prop_assert!((again - once).abs() <= 1e-12);
        }
    }

    /// Water-filling against the interior-point method on Σ pᵢ ln(pᵢ / wᵢ).
    #[test]
    fn water_filling_is_the_projection_of_kullback_and_leibler(
        (unique, epochs, weights, tokens) in supplied(),
    ) {
        let domains = domains(unique.len());
        let caps = Caps::new(&domains, unique.iter().copied().map(Some).collect(), epochs).unwrap();
        let target = Mixture::from_weights(&domains, &weights).unwrap().0;
        let filled = caps.fill(target.parts(), tokens).unwrap();
        let divergence = |x: &[f64], out: &mut [f64]| -> f64 {
            let terms = x.iter().zip(target.parts()).zip(out);
            terms
                .map(|((x, w), out)| {
                    *out = (x / w).ln() + 1.0;
                    x * (x / w).ln()
                })
                .sum()
        };
        let (lower, upper) = (vec![0.0; unique.len()], caps.proportions(tokens));
        let program = Program {
            lower: &lower,
            upper: &upper,
            rows: &[],
            objective: Some(&divergence),
            limits: &[],
            slack: Slack::Never,
        };
        let solved = solve(&program, SolveOptions::default(), &Control::default());
        prop_assert!(solved.report.gap.unwrap() < 1e-8, "{:?}", solved.report);
        let mut gradient = vec![0.0; unique.len()];
        let ours = divergence(filled.parts(), &mut gradient);
        let minimum = solved.report.objective.unwrap();
        prop_assert!(ours <= minimum + 1e-9, "{ours} {:?}", solved.report);
        for (ours, solved) in filled.parts().iter().zip(&solved.x) {
            prop_assert!((ours - solved).abs() < 1e-4, "{:?} {:?}", filled.parts(), solved);
        }
    }

    /// Epochs do not depend on whether tokens, documents or bytes are counted.
    #[test]
    fn epochs_agree_across_units(
        rows in prop::collection::vec((1e9..1e12_f64, 1.0..1e5_f64, 0.01..1.0_f64), 2..8),
        tokens in 1e9..1e13_f64,
    ) {
        let domains = domains(rows.len());
        let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let means: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let unique: Vec<Option<f64>> = rows.iter().map(|row| Some(row.0)).collect();
        let by_tokens = Mixture::from_weights(&domains, &weights).unwrap().0;
        let plan = Plan::single(by_tokens.clone(), tokens, unique.clone()).unwrap();
        let by_documents = convert(&by_tokens, None, Some(&means)).unwrap();
        // The same run counted in documents: Σ Dᵢ / mᵢ of them, from Uᵢ / mᵢ unique ones.
        let read: f64 = plan
            .domain_tokens()
            .iter()
            .zip(&means)
            .map(|(tokens, mean)| tokens / mean)
            .sum();
        let unique: Vec<Option<f64>> = unique
            .iter()
            .zip(&means)
            .map(|(unique, mean)| unique.map(|unique| unique / mean))
            .collect();
        let counted = Plan::single(by_documents.clone(), read, unique).unwrap();
        for (a, b) in plan.epochs().iter().zip(counted.epochs()) {
            let (a, b) = (a.unwrap(), b.unwrap());
            prop_assert!((a - b).abs() <= 1e-9 * a, "{a} {b}");
        }
        let back = convert(&by_documents, Some(&means), None).unwrap();
        for (a, b) in back.parts().iter().zip(by_tokens.parts()) {
            prop_assert!((a - b).abs() <= 1e-12);
        }
    }
}

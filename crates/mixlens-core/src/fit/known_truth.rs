//! Hidden laws over seventeen domains, with many proportions of zero, come back from noiseless
//! runs.

use super::{Surrogate, SurrogateParams};
use crate::compute::{Control, CounterStream};

const WIDTH: usize = 17;

/// Random mixtures, about a third of the proportions zero.
fn mixtures(n: usize, seed: u64) -> Vec<f64> {
    let mut stream = CounterStream::new(seed, 0);
    let mut rows: Vec<f64> = (0..n * WIDTH)
        .map(|_| {
            if stream.next_unit() < 0.3 {
                0.0
            } else {
                stream.next_unit().powi(3) + 1e-4
            }
        })
        .collect();
    for row in rows.chunks_exact_mut(WIDTH) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

/// `WIDTH` numbers of a hidden law.
fn numbers(stream: &mut CounterStream, number: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..WIDTH).map(|_| number(stream.next_unit())).collect()
}

/// Fits without a penalty to 128 runs of five hidden laws, and compares what is behind the
/// predictions with the law itself on other mixtures.
fn comes_back(
    name: &str,
    pairs: &[(&str, &str)],
    law: impl Fn(&mut CounterStream) -> Box<dyn Fn(&[f64]) -> f64>,
) {
    let pairs = [pairs, &[("penalty", "0")]].concat();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let params = SurrogateParams::named(name, &pairs).unwrap();
    for seed in 0..5 {
        let truth = law(&mut CounterStream::new(seed, 77));
        let rows = mixtures(128, seed + 100);
        let values: Vec<f64> = rows.chunks_exact(WIDTH).map(&truth).collect();
        let fitted = params
            .fit("loss", &rows, &values, &Control::default())
            .unwrap();
        for parts in mixtures(200, 9).chunks_exact(WIDTH) {
            let (found, expected) = (
                fitted.gradient_into(parts, &mut [0.0; WIDTH]).unwrap(),
                truth(parts),
            );
            assert!(
                (found - expected).abs() < 1e-9 * expected,
                "{name} {seed}: {found} and {expected}"
            );
        }
    }
}

#[test]
fn effective_data_laws_come_back() {
    for exponent in ["shared", "per_domain"] {
        comes_back("effective-data", &[("exponent", exponent)], |stream| {
            let coefficients = numbers(stream, |x| (-6.0 * x).exp());
            let mut exponents = numbers(stream, |x| 0.2 + 0.7 * x);
            if exponent == "shared" {
                exponents = vec![exponents[0]; WIDTH];
            }
            let [floor, steepness, base] =
                [1.0, 0.2, 0.01].map(|least| least * (1.0 + 4.0 * stream.next_unit()));
            Box::new(move |x| {
                let terms = x.iter().zip(&coefficients).zip(&exponents);
                let useful = base + terms.map(|((x, w), a)| w * x.powf(*a)).sum::<f64>();
                floor + useful.powf(-steepness)
            })
        });
    }
}

#[test]
fn exponential_laws_come_back() {
    for floor in ["free", "zero"] {
        comes_back("exponential", &[("floor", floor)], |stream| {
            let slopes = numbers(stream, |x| 8.0 * (x - 0.6));
            let level = if floor == "free" {
                1.0 + stream.next_unit()
            } else {
                0.0
            };
            Box::new(move |x| level + x.iter().zip(&slopes).map(|(x, t)| t * x).sum::<f64>().exp())
        });
    }
}

#[test]
fn power_laws_come_back() {
    comes_back("power", &[], |stream| {
        let heights = numbers(stream, |x| (-4.0 * x).exp());
        let offsets = numbers(stream, |x| 0.02 + 0.2 * x);
        let exponent = 0.3 + 0.8 * stream.next_unit();
        Box::new(move |x| {
            let scales = heights.iter().zip(&offsets);
            1.5 + x
                .iter()
                .zip(scales)
                .map(|(x, (k, a))| k * (1.0 + x / a).powf(-exponent))
                .sum::<f64>()
        })
    });
}

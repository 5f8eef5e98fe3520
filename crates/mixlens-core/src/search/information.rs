//! [`Information`]: the information of the runs about the parameters of laws, and how much each
//! mixture of a pool would add.

use nalgebra::{DMatrix, DVector};

use crate::CoreError;
use crate::compute::Control;
use crate::fit::{FittedSurrogate, Surrogate, SurrogateSet};
use crate::optim::cholesky::Factor;

/// Weight ε of the identity in M, relative to the mean information of a run: it covers directions
/// that the runs leave open.
const PRIOR_INFORMATION: f64 = 1e-3;
/// Mixtures and runs multiplied at a time; cancellation is checked between them.
const COLUMNS: usize = 64;

/// ln(1 + φ' M⁻¹ φ), summed over the metrics, for every mixture of a pool.
pub(super) struct Information {
    metrics: Vec<OfMetric>,
    gains: Vec<f64>,
}

impl Information {
    /// How many numbers the matrices hold.
    pub fn numbers(set: &SurrogateSet, pool: usize) -> usize {
        let (width, runs) = (
            set.domains().len() + 1,
            set.support().rows().len() / set.domains().len(),
        );
        let side = width.min(runs);
        let each = width
            .saturating_mul(pool + runs)
            .saturating_add(side.saturating_mul(4 * side));
        each.saturating_mul(set.metrics().len())
    }

    /// The information of the runs of `set`; `None` where a surrogate has no slopes.
    pub fn new(
        set: &SurrogateSet,
        pool: &[&[f64]],
        control: &Control,
    ) -> Result<Option<Self>, CoreError> {
        let runs: Vec<&[f64]> = set
            .support()
            .rows()
            .chunks_exact(set.domains().len())
            .collect();
        let mut metrics = Vec::with_capacity(set.metrics().len());
        for fitted in set.metrics() {
            let Some(metric) = OfMetric::new(&fitted.surrogate, pool, &runs, control)? else {
                return Ok(None);
            };
            metrics.push(metric);
        }
        let mut information = Self {
            metrics,
            gains: vec![0.0; pool.len()],
        };
        information.refresh();
        Ok(Some(information))
    }

    /// The information that the pool's mixture at `index` would add.
    pub fn gain(&self, index: usize) -> f64 {
        self.gains.get(index).copied().unwrap_or(f64::NAN)
    }

    /// Adds the pool's mixture at `index` to the runs.
    pub fn add(&mut self, index: usize) {
        self.metrics.iter_mut().for_each(|metric| metric.add(index));
        self.refresh();
    }

    fn refresh(&mut self) {
        self.gains.fill(0.0);
        for metric in &self.metrics {
            self.gains
                .iter_mut()
                .zip(&metric.forms)
                .for_each(|(gain, form)| *gain += form.max(0.0).ln_1p());
        }
    }
}

struct OfMetric {
    /// The features φ of every mixture of the pool, a column each.
    pool: DMatrix<f64>,
    inverse: Inverse,
    /// φ' M⁻¹ φ for every mixture of the pool.
    forms: DVector<f64>,
    /// For every mixture added, M⁻¹ φ and 1 / (1 + φ' M⁻¹ φ) with the M before it.
    added: Vec<(DVector<f64>, f64)>,
}

impl OfMetric {
    fn new(
        surrogate: &FittedSurrogate,
        pool: &[&[f64]],
        runs: &[&[f64]],
        control: &Control,
    ) -> Result<Option<Self>, CoreError> {
        let Some(mut runs) = features(surrogate, runs, control)? else {
            return Ok(None);
        };
        let Some(mut pool) = features(surrogate, pool, control)? else {
            return Ok(None);
        };
        // Each feature is divided by its root mean square: the factor between the feature and the
        // parameter's derivative is unknown.
        let count = runs.ncols() as f64;
        let scales: Vec<f64> = runs
            .row_iter()
            .map(|feature| (feature.norm_squared() / count).sqrt().max(1e-12))
            .collect();
        for features in [&mut runs, &mut pool] {
            features
                .row_iter_mut()
                .zip(&scales)
                .for_each(|(mut feature, scale)| feature /= *scale);
        }
        let Some(inverse) = Inverse::new(runs, control)? else {
            return Ok(None);
        };
        let mut forms = DVector::zeros(pool.ncols());
        for start in (0..pool.ncols()).step_by(COLUMNS) {
            control.check()?;
            let columns = COLUMNS.min(pool.ncols() - start);
            forms
                .rows_mut(start, columns)
                .copy_from(&inverse.forms(&pool.columns(start, columns).into_owned()));
        }
        Ok(Some(Self {
            pool,
            inverse,
            forms,
            added: Vec::new(),
        }))
    }

    /// The Sherman-Morrison formula, for the forms only; M⁻¹ itself stays that of the runs.
    fn add(&mut self, index: usize) {
        let feature = self.pool.column(index).into_owned();
        // With across = M⁻¹ φ and scale = 1 / (1 + φ' M⁻¹ φ), every form ψ' M⁻¹ ψ falls by
        // scale (ψ' across)².
        let mut across = self.inverse.solve(&feature);
        for (earlier, scale) in &self.added {
            across.axpy(-scale * earlier.dot(&feature), earlier, 1.0);
        }
        let scale = 1.0 / (1.0 + across.dot(&feature));
        let products = self.pool.tr_mul(&across);
        self.forms.zip_apply(&products, |form, product| {
            *form -= scale * product * product
        });
        self.added.push((across, scale));
    }
}

/// xⱼ ∂L/∂xⱼ of every domain and a constant, a column for every mixture.
fn features(
    surrogate: &FittedSurrogate,
    mixtures: &[&[f64]],
    control: &Control,
) -> Result<Option<DMatrix<f64>>, CoreError> {
    let width = mixtures.first().map_or(0, |parts| parts.len());
    let mut features = DMatrix::from_element(width + 1, mixtures.len(), 1.0);
    let mut slopes = vec![0.0; width];
    for (parts, mut column) in mixtures.iter().zip(features.column_iter_mut()) {
        control.check()?;
        if surrogate.gradient_into(parts, &mut slopes).is_none() {
            return Ok(None);
        }
        column
            .iter_mut()
            .zip(slopes.iter().zip(*parts))
            .for_each(|(feature, (slope, part))| *feature = slope * part);
    }
    Ok(Some(features))
}

/// M⁻¹ for M = εI + Σ φφ' over the runs: through a factor of the smaller matrix, M or the runs'
/// Gram matrix.
///
/// ```text
/// M⁻¹ = (I − Φ (εI + Φ'Φ)⁻¹ Φ') / ε      with a column of Φ for every run
/// ```
/// Source of the formula: Woodbury 1950, "Inverting modified matrices".
enum Inverse {
    OfFeatures(Factor),
    OfRuns { runs: DMatrix<f64>, factor: Factor },
}

impl Inverse {
    /// `None` where a number is not finite.
    fn new(runs: DMatrix<f64>, control: &Control) -> Result<Option<Self>, CoreError> {
        let is_wide = runs.nrows() > runs.ncols();
        let rows = if is_wide {
            runs.transpose()
        } else {
            runs.clone()
        };
        let mut products = DMatrix::identity(rows.nrows(), rows.nrows()) * PRIOR_INFORMATION;
        for start in (0..rows.ncols()).step_by(COLUMNS) {
            control.check()?;
            let part = rows.columns(start, COLUMNS.min(rows.ncols() - start));
            products.gemm(1.0, &part, &part.transpose(), 1.0);
        }
        let factor = Factor::new(products, control);
        control.check()?;
        Ok(factor.map(|factor| {
            if is_wide {
                Self::OfRuns { runs, factor }
            } else {
                Self::OfFeatures(factor)
            }
        }))
    }

    /// M⁻¹ φ.
    fn solve(&self, feature: &DVector<f64>) -> DVector<f64> {
        match self {
            Self::OfFeatures(factor) => factor.solve(feature),
            Self::OfRuns { runs, factor } => {
                (feature - runs * factor.solve(&runs.tr_mul(feature))) / PRIOR_INFORMATION
            }
        }
    }

    /// φ' M⁻¹ φ for every column φ.
    fn forms(&self, features: &DMatrix<f64>) -> DVector<f64> {
        match self {
            Self::OfFeatures(factor) => factor.inverse_forms(features),
            Self::OfRuns { runs, factor } => {
                let squares = features.column_iter().map(|feature| feature.norm_squared());
                let squares = DVector::from_iterator(features.ncols(), squares);
                (squares - factor.inverse_forms(&runs.tr_mul(features))) / PRIOR_INFORMATION
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::CounterStream;

    fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
        let mut stream = CounterStream::new(seed, 0);
        DMatrix::from_fn(rows, columns, |_, _| stream.next_unit() - 0.5)
    }

    #[test]
    fn both_inverses_are_that_of_the_information() {
        let control = Control::default();
        for (width, runs) in [(3, 200), (70, 70), (150, 9), (1, 1)] {
            let (runs, features) = (random(width, runs, 1), random(width, 20, 2));
            let information =
                &runs * runs.transpose() + DMatrix::identity(width, width) * PRIOR_INFORMATION;
            let expected = information.try_inverse().unwrap();
            let inverse = Inverse::new(runs, &control).unwrap().unwrap();
            let forms = inverse.forms(&features);
            for (feature, form) in features.column_iter().zip(&forms) {
                let solved = &expected * feature;
                assert!(
                    (inverse.solve(&feature.into_owned()) - &solved).amax() < 1e-8 * solved.amax()
                );
                assert!((form - solved.dot(&feature)).abs() < 1e-8 * form);
            }
        }
    }

    #[test]
    fn what_is_added_counts_as_a_run() {
        let (runs, pool) = (random(6, 30, 1), random(6, 40, 2));
        let (control, indices) = (Control::default(), [5, 17, 17, 3]);
        let forms = |runs: &DMatrix<f64>| {
            Inverse::new(runs.clone(), &control)
                .unwrap()
                .unwrap()
                .forms(&pool)
        };
        let mut metric = OfMetric {
            forms: forms(&runs),
            inverse: Inverse::new(runs.clone(), &control).unwrap().unwrap(),
            pool: pool.clone(),
            added: Vec::new(),
        };
        let mut all = runs;
        for index in indices {
            metric.add(index);
            all = all.insert_column(0, 0.0);
            all.set_column(0, &pool.column(index));
            assert!((&metric.forms - forms(&all)).amax() < 1e-9, "after {index}");
        }
    }
}

//! Levenberg–Marquardt for small dense problems, from several starts.
#![expect(
    clippy::indexing_slicing,
    reason = "dense kernels over lengths that are fixed at the start of the fit"
)]

use super::FitReport;
use super::penalised::check_terms;
use crate::CoreError;
use crate::compute::Control;

/// A function of p parameters with a value at each of n runs.
pub(crate) trait Curve {
    /// The number of parameters p.
    fn parameters(&self) -> usize;

    /// Writes the value at every run and its derivative by every parameter (n × p, row after row).
    fn evaluate(&self, theta: &[f64], values: &mut [f64], jacobian: &mut [f64]);
}

/// What is known of a parameter beforehand: its scale, where it usually lies, what it cannot be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prior {
    /// The size of a usual change; steps are measured in it.
    pub unit: f64,
    /// Where it is pulled to.
    pub centre: f64,
    /// The factor in the residual strength · (θ − centre); 0 for no pull.
    pub strength: f64,
    /// The least value allowed.
    pub least: f64,
}

impl Prior {
    /// A pull with the given strength on a parameter of unit 1, and no bound.
    pub(crate) fn pull(centre: f64, strength: f64) -> Self {
        Self {
            unit: 1.0,
            centre,
            strength,
            least: f64::NEG_INFINITY,
        }
    }

    /// No pull, only a unit and a bound.
    pub(crate) fn at_least(least: f64, unit: f64) -> Self {
        Self {
            unit,
            centre: 0.0,
            strength: 0.0,
            least,
        }
    }
}

/// The lowest cost found, and where.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    pub theta: Vec<f64>,
    pub cost: f64,
    evaluations: u32,
    converged: bool,
}

/// Most evaluations from one start.
const MAX_EVALUATIONS: u32 = 300;
/// A step that promises, or brings, less than this part of the cost ends the descent (two in a row
/// for the latter).
const NEGLIGIBLE_DECREASE: f64 = 1e-7;
/// Mean squared residual, in units of the standard deviation of the values, below which a fit is
/// exact.
const EXACT: f64 = 1e-27;
/// A start whose cost is within this factor of the lowest found the same basin.
const SAME_BASIN: f64 = 1.01;

/// A curve to be fitted to measured values.
///
/// ```text
/// min over θ  ½ Σₙ ((f(θ)ₙ − yₙ) / s)² + ½ Σₖ (strengthₖ · (θₖ − centreₖ))²,   θₖ ≥ leastₖ
/// ```
/// y measured values, s their standard deviation. Damping is the same for every parameter in its
/// unit (Levenberg 1944): scaled with the diagonal of JᵀJ, the flat valleys of a law whose
/// parameters trade off take three to six times as many steps. It follows the gain ratio (Madsen,
/// Nielsen and Tingleff 2004, "Methods for non-linear least squares problems", algorithm 3.16).
/// Departs from both in the lower bounds: a parameter that sits on its bound and is pushed outwards
/// stays there for the step.
pub(crate) struct LeastSquares<'a, C> {
    pub curve: &'a C,
    pub measured: &'a [f64],
    pub priors: &'a [Prior],
}

impl<C: Curve> LeastSquares<'_, C> {
    /// Descends from every start and keeps the lowest cost (the first of equals).
    ///
    /// # Errors
    /// [`CoreError::NumericalFailure`] when no start has a finite cost, [`CoreError::Cancelled`].
    pub(crate) fn fit(
        &self,
        what: &'static str,
        starts: &[Vec<f64>],
        free_parameters: usize,
        control: &Control,
    ) -> Result<(Vec<f64>, FitReport), CoreError> {
        let mut ends = Vec::with_capacity(starts.len());
        for start in starts {
            ends.extend(self.descend(start, control)?);
        }
        let best = ends
            .iter()
            .min_by(|a, b| a.cost.total_cmp(&b.cost))
            .ok_or(CoreError::NumericalFailure { what })?;
        let exact = EXACT * self.measured.len() as f64;
        let report = FitReport {
            runs: self.measured.len() as u32,
            free_parameters: free_parameters as u32,
            starts: starts.len() as u32,
            reached_best: ends
                .iter()
                .filter(|end| end.cost <= SAME_BASIN * best.cost.max(exact))
                .count() as u32,
            evaluations: ends.iter().map(|end| end.evaluations).sum(),
            converged: best.converged,
        };
        Ok((best.theta.clone(), report))
    }

    /// Descends from one start; `None` when the cost is not finite there.
    fn descend(&self, start: &[f64], control: &Control) -> Result<Option<Solution>, CoreError> {
        let mut theta: Vec<f64> = start
            .iter()
            .zip(self.priors)
            .map(|(at, prior)| at.max(prior.least))
            .collect();
        let mut work = Work::new(self.measured.len(), self.curve.parameters());
        let mut cost = self.evaluate(&theta, &mut work);
        if !cost.is_finite() {
            return Ok(None);
        }
        let exact = EXACT * self.measured.len() as f64;
        self.build_normal_equations(&theta, &mut work, control);
        let (mut damping, mut growth, mut idle) = (1e-2, 2.0, 0);
        let mut evaluations = 1;
        let mut converged = cost <= exact;
        while evaluations < MAX_EVALUATIONS && !converged {
            control.check()?;
            let promised = self.propose(&theta, damping, &mut work, control);
            if promised.is_some_and(|promised| promised <= NEGLIGIBLE_DECREASE * 1e-3 * cost) {
                converged = true;
                break;
            }
            let trial_cost = match promised {
                Some(_) => {
                    evaluations += 1;
                    let trial = work.trial.clone();
                    self.evaluate(&trial, &mut work)
                }
                None => f64::INFINITY,
            };
            let gain = (cost - trial_cost) / promised.unwrap_or(1.0);
            if trial_cost.is_finite() && gain > 1e-4 {
                idle = if cost - trial_cost <= NEGLIGIBLE_DECREASE * cost {
                    idle + 1
                } else {
                    0
                };
                theta.copy_from_slice(&work.trial);
                cost = trial_cost;
                self.build_normal_equations(&theta, &mut work, control);
                damping = (damping * (1.0 - (2.0 * gain - 1.0).powi(3)).clamp(0.1, 1.0)).max(1e-15);
                growth = 2.0;
                converged = idle >= 2 || cost <= exact;
            } else {
                damping *= growth;
                growth *= 2.0;
                // No step, however short, goes down: the rounding error of the cost is reached.
                converged = damping > 1e14;
            }
        }
        Ok(Some(Solution {
            theta,
            cost,
            evaluations,
            converged,
        }))
    }

    /// The cost at `theta`; residuals and Jacobian go into `work`.
    fn evaluate(&self, theta: &[f64], work: &mut Work) -> f64 {
        self.curve
            .evaluate(theta, &mut work.residuals, &mut work.jacobian);
        let inverse = 1.0 / deviation(self.measured);
        let mut cost = 0.0;
        for (residual, measured) in work.residuals.iter_mut().zip(self.measured) {
            *residual = (*residual - measured) * inverse;
            cost += *residual * *residual;
        }
        for (at, prior) in theta.iter().zip(self.priors) {
            cost += (prior.strength * (at - prior.centre)).powi(2);
        }
        work.jacobian.iter_mut().for_each(|slope| *slope *= inverse);
        cost / 2.0
    }

    /// JᵀJ (upper half) and Jᵀr with the priors' parts, from what [`Self::evaluate`] left.
    ///
    /// Ends early when somebody asked to stop, which the descent sees next.
    fn build_normal_equations(&self, theta: &[f64], work: &mut Work, control: &Control) {
        let p = theta.len();
        work.normal.fill(0.0);
        work.slope.fill(0.0);
        for (row, residual) in work.jacobian.chunks_exact(p).zip(&work.residuals) {
            if control.is_cancelled() {
                return;
            }
            for (i, &left) in row.iter().enumerate() {
                // Domains without a part in a run leave zeros.
                if left.to_bits() << 1 != 0 {
                    work.slope[i] += left * residual;
                    let entries = &mut work.normal[i * p + i..(i + 1) * p];
                    entries
                        .iter_mut()
                        .zip(&row[i..])
                        .for_each(|(entry, right)| *entry += left * right);
                }
            }
        }
        for (k, (at, prior)) in theta.iter().zip(self.priors).enumerate() {
            let weight = prior.strength * prior.strength;
            work.normal[k * p + k] += weight;
            work.slope[k] += weight * (at - prior.centre);
        }
    }

    /// The damped step from `theta`: writes the trial point, returns the decrease that the
    /// quadratic model promises.
    fn propose(
        &self,
        theta: &[f64],
        damping: f64,
        work: &mut Work,
        control: &Control,
    ) -> Option<f64> {
        let p = theta.len();
        let lowest = |k: usize| self.priors[k].least - theta[k];
        work.held
            .iter_mut()
            .enumerate()
            .for_each(|(k, held)| *held = lowest(k) >= 0.0 && work.slope[k] > 0.0);
        // Each round holds at least one parameter more.
        loop {
            self.solve_free(theta, damping, work, control)?;
            let beyond = |k: &usize| !work.held[*k] && work.step[*k] < lowest(*k);
            match (0..p).find(beyond) {
                Some(k) => work.held[k] = true,
                None => break,
            }
        }
        let Work {
            normal,
            slope,
            step,
            trial,
            ..
        } = work;
        let mut decrease = 0.0;
        for i in 0..p {
            trial[i] = (theta[i] + step[i]).max(self.priors[i].least);
            let after: f64 = (i + 1..p).map(|j| normal[i * p + j] * step[j]).sum();
            decrease -= step[i] * (slope[i] + 0.5 * normal[i * p + i] * step[i] + after);
        }
        decrease.is_finite().then_some(decrease.max(0.0))
    }

    /// Solves the damped normal equations for the parameters that are not held; those that are go
    /// to their bound.
    fn solve_free(
        &self,
        theta: &[f64],
        damping: f64,
        work: &mut Work,
        control: &Control,
    ) -> Option<()> {
        let p = theta.len();
        let Work {
            normal,
            slope,
            factor,
            step,
            held,
            ..
        } = work;
        for i in 0..p {
            for j in i..p {
                factor[j * p + i] = if i != j && (held[i] || held[j]) {
                    0.0
                } else {
                    normal[i * p + j]
                };
            }
            factor[i * p + i] += damping / self.priors[i].unit.powi(2);
            step[i] = -slope[i];
        }
        for k in (0..p).filter(|&k| held[k]) {
            let to_bound = self.priors[k].least - theta[k];
            for i in 0..p {
                step[i] -= normal[i.min(k) * p + i.max(k)] * to_bound;
            }
        }
        solve_in_place(factor, step, control)?;
        for k in (0..p).filter(|&k| held[k]) {
            step[k] = self.priors[k].least - theta[k];
        }
        Some(())
    }
}

/// Room for one descent.
struct Work {
    residuals: Vec<f64>,
    jacobian: Vec<f64>,
    normal: Vec<f64>,
    slope: Vec<f64>,
    factor: Vec<f64>,
    step: Vec<f64>,
    trial: Vec<f64>,
    held: Vec<bool>,
}

impl Work {
    fn new(n: usize, p: usize) -> Self {
        let zeros = |length: usize| vec![0.0; length];
        Self {
            residuals: zeros(n),
            jacobian: zeros(n * p),
            normal: zeros(p * p),
            slope: zeros(p),
            factor: zeros(p * p),
            step: zeros(p),
            trial: zeros(p),
            held: vec![false; p],
        }
    }
}

/// Refuses so many parameters that their normal equations, or their slopes at all runs, would not
/// fit into memory.
///
/// # Errors
/// [`CoreError::TooManyTerms`].
pub(crate) fn check_parameters(
    surrogate: &'static str,
    metric: &str,
    parameters: usize,
    runs: usize,
) -> Result<(), CoreError> {
    check_terms(surrogate, metric, parameters, runs.max(parameters))
}

/// The standard deviation of the values; one where they do not vary.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    let deviation = (squares / n).sqrt();
    if deviation > 0.0 { deviation } else { 1.0 }
}

/// Solves A x = b by Cholesky's method: the lower half of `matrix` holds A, `vector` b and then x.
///
/// `None` when A is not positive definite, or when somebody asked to stop.
fn solve_in_place(matrix: &mut [f64], vector: &mut [f64], control: &Control) -> Option<()> {
    let p = vector.len();
    for i in 0..p {
        if control.is_cancelled() {
            return None;
        }
        let (above, rest) = matrix.split_at_mut(i * p);
        let row = &mut rest[..p];
        for j in 0..i {
            let other = &above[j * p..j * p + p];
            let dot: f64 = row[..j].iter().zip(&other[..j]).map(|(a, b)| a * b).sum();
            row[j] = (row[j] - dot) / other[j];
        }
        let pivot = row[i] - row[..i].iter().map(|a| a * a).sum::<f64>();
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        row[i] = pivot.sqrt();
        let dot: f64 = row[..i].iter().zip(vector.iter()).map(|(a, b)| a * b).sum();
        vector[i] = (vector[i] - dot) / row[i];
    }
    for i in (0..p).rev() {
        vector[i] /= matrix[i * p + i];
        let solved = vector[i];
        for (below, entry) in vector[..i].iter_mut().zip(&matrix[i * p..]) {
            *below -= entry * solved;
        }
    }
    Some(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Compares the Jacobian of `curve` over `n` runs at `theta` with central differences of its
    /// values.
    pub(crate) fn check_jacobian(curve: &impl Curve, n: usize, theta: &[f64]) {
        let p = curve.parameters();
        assert_eq!(theta.len(), p);
        let (mut jacobian, mut unused) = (vec![0.0; n * p], vec![0.0; n * p]);
        let (mut low, mut high) = (vec![0.0; n], vec![0.0; n]);
        curve.evaluate(theta, &mut low, &mut jacobian);
        for k in 0..p {
            let mut at = theta.to_vec();
            at[k] = theta[k] - 1e-5;
            curve.evaluate(&at, &mut low, &mut unused);
            at[k] = theta[k] + 1e-5;
            curve.evaluate(&at, &mut high, &mut unused);
            for run in 0..n {
                let (slope, difference) = (jacobian[run * p + k], (high[run] - low[run]) / 2e-5);
                let close = (slope - difference).abs() < 1e-8 * difference.abs().max(1.0);
                assert!(
                    close,
                    "run {run}, parameter {k}: {slope} against {difference}"
                );
            }
        }
    }

    /// b₁ (1 − exp(−b₂ x)): the "Misra1a" curve.
    struct Misra(Vec<f64>);

    impl Curve for Misra {
        fn parameters(&self) -> usize {
            2
        }

        fn evaluate(&self, theta: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
            for (n, x) in self.0.iter().enumerate() {
                let decay = (-theta[1] * x).exp();
                values[n] = theta[0] * (1.0 - decay);
                jacobian[2 * n] = 1.0 - decay;
                jacobian[2 * n + 1] = theta[0] * x * decay;
            }
        }
    }

    const X: [f64; 14] = [
        77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1,
        760.0,
    ];
    const Y: [f64; 14] = [
        10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47,
        81.78,
    ];

    fn scale(unit: f64) -> Prior {
        Prior::at_least(f64::NEG_INFINITY, unit)
    }

    fn fit(priors: [Prior; 2]) -> (Vec<f64>, FitReport) {
        let curve = Misra(X.to_vec());
        let problem = LeastSquares {
            curve: &curve,
            measured: &Y,
            priors: &priors,
        };
        problem
            .fit(
                "misra",
                &[vec![500.0, 1e-4], vec![250.0, 5e-4]],
                2,
                &Control::default(),
            )
            .unwrap()
    }

    #[test]
    fn both_starts_reach_the_certified_values_of_misra1a() {
        let (theta, report) = fit([scale(500.0), scale(1e-4)]);
        // NIST statistical reference datasets, Misra1a (public domain).
        assert!(
            (theta[0] / 2.389_421_291_8e2 - 1.0).abs() < 1e-6,
            "{theta:?}"
        );
        assert!(
            (theta[1] / 5.501_564_318_1e-4 - 1.0).abs() < 1e-6,
            "{theta:?}"
        );
        assert!(report.converged && report.reached_best == 2, "{report:?}");
    }

    #[test]
    fn a_bound_that_binds_is_met_exactly_and_the_rest_is_optimal() {
        let (theta, report) = fit([
            Prior {
                least: 300.0,
                ..scale(500.0)
            },
            scale(1e-4),
        ]);
        assert_eq!(theta[0].to_bits(), 300.0_f64.to_bits());
        assert!(report.converged);
        let slope = |b: f64| -> f64 {
            let terms = X.iter().zip(Y).map(|(x, y)| {
                let decay = (-b * x).exp();
                (300.0 * (1.0 - decay) - y) * x * decay
            });
            terms.sum()
        };
        assert!(
            slope(theta[1]).abs() < 1e-2 * slope(theta[1] * 1.01).abs(),
            "{theta:?}"
        );
    }

    #[test]
    fn a_strong_pull_decides() {
        let (theta, _) = fit([
            Prior {
                centre: 260.0,
                strength: 1e6,
                ..scale(500.0)
            },
            scale(1e-4),
        ]);
        assert!((theta[0] - 260.0).abs() < 1e-3, "{theta:?}");
    }
}

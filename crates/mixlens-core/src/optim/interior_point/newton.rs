//! One step of Newton's method on the perturbed optimality conditions.
#![expect(
    clippy::indexing_slicing,
    reason = "vectors of one program have the lengths that the program fixes"
)]

use nalgebra::{Cholesky, DMatrix, DVector};

use super::iterate::{Frame, Iterate, Values, dot};

/// Step of the finite differences for second derivatives, relative to the proportion.
const DIFFERENCE: f64 = 1e-6;
/// Minimum step of the differences: below the smallest proportion that the method visits.
const MIN_DIFFERENCE: f64 = 1e-18;
/// Added to the diagonal, relative to its largest entry, where functions have no curvature.
const RIDGE: f64 = 1e-14;

/// Σ (scaled residual)² of the optimality conditions perturbed by `target`, with gradients scaled
/// by `scale`.
pub(super) fn merit(
    frame: &Frame<'_>,
    point: &Iterate,
    values: &Values,
    target: f64,
    scale: &[f64],
) -> f64 {
    let dual = dual_residual(frame, point, values);
    let mut sum: f64 = frame
        .free
        .iter()
        .map(|&j| (dual[j] * scale[j]).powi(2))
        .sum();
    if frame.has_slack() {
        sum += (1.0 - dot(&point.weights, &frame.shares)).powi(2);
    }
    for (r, &share) in frame.shares.iter().enumerate() {
        sum += (values.excess[r] - share * point.t + point.slacks[r]).powi(2);
        sum += (point.weights[r] * point.slacks[r] - target).powi(2);
    }
    sum += values
        .equal
        .iter()
        .map(|excess| excess * excess)
        .sum::<f64>();
    for &j in &frame.free {
        sum += (point.low_weights[j] * (point.x[j] - frame.lower[j]) - target).powi(2);
        if frame.has_high(j) {
            sum += (point.high_weights[j] * (frame.upper[j] - point.x[j]) - target).powi(2);
        }
    }
    sum
}

/// ∇F + Σ λ ∇h − z_low + z_high + Σ ν a.
fn dual_residual(frame: &Frame<'_>, point: &Iterate, values: &Values) -> Vec<f64> {
    let mut dual = values.combined(&point.weights);
    for (j, dual) in dual.iter_mut().enumerate() {
        *dual += point.high_weights[j] - point.low_weights[j];
    }
    for ((row, _), level) in frame.equalities.iter().zip(&point.levels) {
        for (dual, coefficient) in dual.iter_mut().zip(row) {
            *dual += level * coefficient;
        }
    }
    dual
}

/// The Newton direction towards complementarity `target`; `None` when the system cannot be solved.
///
/// The changes of slacks and of the multipliers of inequalities and bounds are eliminated. The
/// remaining system is
///
/// ```text
/// [ H + J'WJ + D   A' ] [ dx ]      W = weights / slacks, D from the bounds,
/// [ A              0  ] [ dν ]      t one more column of J
/// ```
pub(super) fn direction(
    frame: &Frame<'_>,
    point: &Iterate,
    values: &Values,
    target: f64,
) -> Option<Iterate> {
    let free = &frame.free;
    let (n, with_slack) = (free.len(), frame.has_slack());
    let size = n + usize::from(with_slack);
    let inequalities = frame.shares.len();
    let jacobian = DMatrix::from_fn(inequalities, size, |r, c| match free.get(c) {
        Some(&j) => values.slopes[(r, j)],
        None => -frame.shares[r],
    });
    let primal: Vec<f64> = (0..inequalities)
        .map(|r| values.excess[r] - frame.shares[r] * point.t + point.slacks[r])
        .collect();
    let ratio: Vec<f64> = point
        .weights
        .iter()
        .zip(&point.slacks)
        .map(|(weight, slack)| weight / slack)
        .collect();
    // The change of the multipliers, without the part that depends on dx.
    let push: Vec<f64> = (0..inequalities)
        .map(|r| target / point.slacks[r] - point.weights[r] + ratio[r] * primal[r])
        .collect();
    // H + J'WJ, with `ratio` as the diagonal of W.
    let mut system = hessian(frame, point, values, size);
    for r in 0..inequalities {
        for a in 0..size {
            for b in 0..size {
                system[(a, b)] += ratio[r] * jacobian[(r, a)] * jacobian[(r, b)];
            }
        }
    }
    let dual = dual_residual(frame, point, values);
    let mut right = DVector::zeros(size);
    // D = z_low / (x − lower) + z_high / (upper − x), on the diagonal.
    for (c, &j) in free.iter().enumerate() {
        let low = point.x[j] - frame.lower[j];
        system[(c, c)] += point.low_weights[j] / low;
        right[c] = -dual[j] + target / low - point.low_weights[j];
        if frame.has_high(j) {
            let high = frame.upper[j] - point.x[j];
            system[(c, c)] += point.high_weights[j] / high;
            right[c] -= target / high - point.high_weights[j];
        }
    }
    if with_slack {
        right[n] = dot(&point.weights, &frame.shares) - 1.0;
    }
    for r in 0..inequalities {
        for c in 0..size {
            right[c] -= jacobian[(r, c)] * push[r];
        }
    }
    let equalities = DMatrix::from_fn(frame.equalities.len(), size, |e, c| {
        free.get(c).map_or(0.0, |&j| frame.equalities[e].0[j])
    });
    let (step, levels) = saddle(
        system,
        &right,
        &equalities,
        &DVector::from_column_slice(&values.equal),
    )?;
    let moved = &jacobian * &step;
    let mut out = Iterate {
        x: vec![0.0; point.x.len()],
        t: if with_slack { step[n] } else { 0.0 },
        slacks: (0..inequalities).map(|r| -primal[r] - moved[r]).collect(),
        weights: (0..inequalities)
            .map(|r| push[r] + ratio[r] * moved[r])
            .collect(),
        low_weights: vec![0.0; point.x.len()],
        high_weights: vec![0.0; point.x.len()],
        levels: levels.as_slice().to_vec(),
    };
    for (c, &j) in free.iter().enumerate() {
        out.x[j] = step[c];
        let (low, weight) = (point.x[j] - frame.lower[j], point.low_weights[j]);
        out.low_weights[j] = (target - weight * step[c]) / low - weight;
        if frame.has_high(j) {
            let (high, weight) = (frame.upper[j] - point.x[j], point.high_weights[j]);
            out.high_weights[j] = (target + weight * step[c]) / high - weight;
        }
    }
    Some(out)
}

/// Solves `K step + A' levels = right`, `A step = −excess`.
fn saddle(
    mut system: DMatrix<f64>,
    right: &DVector<f64>,
    equalities: &DMatrix<f64>,
    excess: &DVector<f64>,
) -> Option<(DVector<f64>, DVector<f64>)> {
    let mut ridge = RIDGE * system.diagonal().amax().max(1e-300);
    let factor = loop {
        for c in 0..system.nrows() {
            system[(c, c)] += ridge;
        }
        match Cholesky::new(system.clone()) {
            Some(factor) => break factor,
            None if ridge.is_finite() => ridge *= 100.0,
            None => return None,
        }
    };
    // levels = (A K⁻¹ A')⁻¹ (A K⁻¹ right + excess), step = K⁻¹ right − K⁻¹ A' levels.
    let across = factor.solve(&equalities.transpose());
    let straight = factor.solve(right);
    let mut schur = equalities * &across;
    let regularisation = 1e-14 * schur.diagonal().amax();
    for e in 0..schur.nrows() {
        // For equalities that are linearly dependent.
        schur[(e, e)] += regularisation;
    }
    let levels = Cholesky::new(schur)?.solve(&(equalities * &straight + excess));
    Some((straight - across * &levels, levels))
}

/// Second derivatives of F + Σ λ G over the free proportions, by differences of gradients.
///
/// An entry is taken from the column of the larger proportion, whose step is larger and whose
/// difference is less noisy.
fn hessian(frame: &Frame<'_>, point: &Iterate, values: &Values, size: usize) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(size, size);
    let program = frame.program;
    let rows = program.inequalities().count();
    let weights = &point.weights[rows..];
    if program.objective.is_none() && program.limits.is_empty() {
        return out;
    }
    let width = point.x.len();
    let mut base = values.slope.clone();
    for (k, weight) in weights.iter().enumerate() {
        for (j, base) in base.iter_mut().enumerate() {
            *base += weight * values.slopes[(rows + k, j)];
        }
    }
    let (mut x, mut gradient, mut one) = (point.x.clone(), vec![0.0; width], vec![0.0; width]);
    for (b, &j) in frame.free.iter().enumerate() {
        let start = x[j];
        x[j] = start + (DIFFERENCE * start).max(MIN_DIFFERENCE);
        let step = x[j] - start;
        gradient.fill(0.0);
        if let Some(objective) = program.objective {
            objective.gradient_into(&x, &mut gradient);
        }
        for (limit, weight) in program.limits.iter().zip(weights) {
            limit.function.gradient_into(&x, &mut one);
            for (gradient, one) in gradient.iter_mut().zip(&one) {
                *gradient += weight * one;
            }
        }
        x[j] = start;
        for (a, &i) in frame.free.iter().enumerate() {
            let entry = (gradient[i] - base[i]) / step;
            let is_mine = point.x[i] < start || (point.x[i] <= start && i <= j);
            if is_mine && entry.is_finite() {
                out[(a, b)] = entry;
                out[(b, a)] = entry;
            }
        }
    }
    out
}

//! [`Factor`]: Cholesky factor and inverse of a covariance matrix, in blocks.

use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut, DVector};

use crate::compute::{Control, ln};

/// Blocks up to this size are factorised column by column; larger ones are halved and left to
/// matrix products.
const SMALL: usize = 32;

/// A = L Lᵀ with L lower triangular, and L⁻¹.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factor {
    lower: DMatrix<f64>,
    inverse: DMatrix<f64>,
}

impl Factor {
    /// Factorises a symmetric matrix, of which the lower half is read. `None` when it is not
    /// positive definite, or when somebody asked to stop.
    pub(crate) fn new(mut matrix: DMatrix<f64>, control: &Control) -> Option<Self> {
        let n = matrix.nrows();
        let mut inverse = DMatrix::zeros(n, n);
        factorise(
            &mut matrix.as_view_mut(),
            &mut inverse.as_view_mut(),
            control,
        )?;
        matrix.fill_upper_triangle(0.0, 1);
        Some(Self {
            lower: matrix,
            inverse,
        })
    }

    /// ln det A.
    pub(crate) fn log_determinant(&self) -> f64 {
        2.0 * self
            .lower
            .diagonal()
            .iter()
            .map(|pivot| ln(*pivot))
            .sum::<f64>()
    }

    /// A⁻¹ b.
    pub(crate) fn solve(&self, b: &DVector<f64>) -> DVector<f64> {
        self.inverse.tr_mul(&(&self.inverse * b))
    }

    /// bᵀ A⁻¹ b.
    pub(crate) fn inverse_form(&self, b: &DVector<f64>) -> f64 {
        (&self.inverse * b).norm_squared()
    }

    /// bᵀ A⁻¹ b for every column b.
    pub(crate) fn inverse_forms(&self, columns: &DMatrix<f64>) -> DVector<f64> {
        let product = &self.inverse * columns;
        DVector::from_iterator(
            product.ncols(),
            product.column_iter().map(|column| column.norm_squared()),
        )
    }

    /// The diagonal of A⁻¹.
    pub(crate) fn inverse_diagonal(&self) -> DVector<f64> {
        DVector::from_iterator(
            self.lower.ncols(),
            self.inverse
                .column_iter()
                .map(|column| column.norm_squared()),
        )
    }

    /// A⁻¹, both halves.
    pub(crate) fn inverse(&self) -> DMatrix<f64> {
        let n = self.lower.nrows();
        let mut product = DMatrix::zeros(n, n);
        square(self.inverse.as_view(), &mut product.as_view_mut());
        product.fill_upper_triangle_with_lower_triangle();
        product
    }
}

/// Turns the lower half of `a` into L and fills the lower half of `inverse` with L⁻¹.
fn factorise(
    a: &mut DMatrixViewMut<'_, f64>,
    inverse: &mut DMatrixViewMut<'_, f64>,
    control: &Control,
) -> Option<()> {
    let n = a.nrows();
    if n <= SMALL {
        return factorise_small(a, inverse);
    }
    if control.is_cancelled() {
        return None;
    }
    let (top, rest) = (n / 2, n - n / 2);
    factorise(
        &mut a.view_mut((0, 0), (top, top)),
        &mut inverse.view_mut((0, 0), (top, top)),
        control,
    )?;
    let top_inverse = inverse.view((0, 0), (top, top)).into_owned();
    // L₂₁ = A₂₁ L₁₁⁻ᵀ, A₂₂ ← A₂₂ − L₂₁ L₂₁ᵀ
    let left = a.view((top, 0), (rest, top)) * top_inverse.transpose();
    a.view_mut((top, 0), (rest, top)).copy_from(&left);
    a.view_mut((top, top), (rest, rest))
        .gemm(-1.0, &left, &left.transpose(), 1.0);
    factorise(
        &mut a.view_mut((top, top), (rest, rest)),
        &mut inverse.view_mut((top, top), (rest, rest)),
        control,
    )?;
    // (L⁻¹)₂₁ = −L₂₂⁻¹ L₂₁ L₁₁⁻¹
    let product = inverse.view((top, top), (rest, rest)) * (left * top_inverse);
    inverse
        .view_mut((top, 0), (rest, top))
        .copy_from(&(-product));
    Some(())
}

/// [`factorise`] column by column.
fn factorise_small(
    a: &mut DMatrixViewMut<'_, f64>,
    inverse: &mut DMatrixViewMut<'_, f64>,
) -> Option<()> {
    let n = a.nrows();
    for j in 0..n {
        for k in 0..j {
            let factor = a[(j, k)];
            for i in j..n {
                a[(i, j)] -= factor * a[(i, k)];
            }
        }
        let pivot = a[(j, j)];
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        let root = pivot.sqrt();
        for i in j..n {
            a[(i, j)] /= root;
        }
    }
    for j in 0..n {
        for i in 0..j {
            inverse[(i, j)] = 0.0;
        }
        inverse[(j, j)] = 1.0 / a[(j, j)];
        for i in j + 1..n {
            let sum: f64 = (j..i).map(|k| a[(i, k)] * inverse[(k, j)]).sum();
            inverse[(i, j)] = -sum / a[(i, i)];
        }
    }
    Some(())
}

/// Writes the lower half of Mᵀ M for lower triangular M.
fn square(m: DMatrixView<'_, f64>, out: &mut DMatrixViewMut<'_, f64>) {
    let n = m.nrows();
    if n <= SMALL {
        out.copy_from(&m.tr_mul(&m));
        return;
    }
    let (top, rest) = (n / 2, n - n / 2);
    let corner = m.view((top, 0), (rest, top)).into_owned();
    square(
        m.view((0, 0), (top, top)),
        &mut out.view_mut((0, 0), (top, top)),
    );
    out.view_mut((0, 0), (top, top))
        .gemm(1.0, &corner.transpose(), &corner, 1.0);
    let below = m.view((top, top), (rest, rest));
    out.view_mut((top, 0), (rest, top))
        .gemm(1.0, &below.transpose(), &corner, 0.0);
    square(below, &mut out.view_mut((top, top), (rest, rest)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::CounterStream;

    #[test]
    fn the_factor_and_the_inverse_rebuild_the_matrix() {
        for n in [1, 5, 32, 33, 100, 150] {
            let mut stream = CounterStream::new(n as u64, 0);
            let half = DMatrix::from_fn(n, n, |_, _| stream.next_unit() - 0.5);
            let matrix = &half * half.transpose() + DMatrix::identity(n, n) * 0.1;
            let factor = Factor::new(matrix.clone(), &Control::default()).unwrap();
            let worst = (&factor.lower * factor.lower.transpose() - &matrix).amax();
            assert!(worst < 1e-12, "{n}: {worst}");
            let worst = (&matrix * factor.inverse() - DMatrix::identity(n, n)).amax();
            assert!(worst < 1e-9, "{n}: {worst}");
            let b = DVector::from_fn(n, |_, _| stream.next_unit());
            assert!((&matrix * factor.solve(&b) - &b).amax() < 1e-9);
            assert!((factor.inverse_form(&b) - b.dot(&factor.solve(&b))).abs() < 1e-9);
            let squares = factor.inverse_forms(&DMatrix::from_columns(&[b.clone(), b.clone()]));
            assert!((squares[1] - factor.inverse_form(&b)).abs() < 1e-9);
            assert!((factor.inverse_diagonal() - factor.inverse().diagonal()).amax() < 1e-9);
            let expected = matrix.determinant().ln();
            assert!(
                (factor.log_determinant() - expected).abs() < 1e-8 * expected.abs().max(1.0),
                "{n}"
            );
        }
    }

    #[test]
    fn a_matrix_with_a_negative_direction_is_refused() {
        let mut matrix = DMatrix::identity(70, 70);
        matrix[(60, 60)] = -1e-3;
        assert_eq!(Factor::new(matrix, &Control::default()), None);
    }

    #[test]
    fn a_factorisation_that_is_cancelled_ends() {
        let control = Control::default();
        control.cancel();
        assert_eq!(Factor::new(DMatrix::identity(70, 70), &control), None);
    }
}

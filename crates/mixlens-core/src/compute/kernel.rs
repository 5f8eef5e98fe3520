//! [`Kernel`]: inner loops compiled once for every instruction set that may be detected at run
//! time.

/// An inner loop. Implementations of `run` must be `#[inline(always)]`; otherwise they are not
/// compiled for the better instructions.
pub(crate) trait Kernel {
    /// Runs the loop; the bits are the same with any instructions.
    fn run(self);
}

/// Runs a kernel with the best instructions that this processor has.
#[cfg(feature = "simd")]
pub(crate) fn run_on_best(kernel: impl Kernel) {
    struct Adapter<K>(K);
    impl<K: Kernel> pulp::WithSimd for Adapter<K> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, _: S) {
            self.0.run();
        }
    }
    pulp::Arch::new().dispatch(Adapter(kernel));
}

/// Runs a kernel with the instructions that the program was compiled for.
#[cfg(not(feature = "simd"))]
pub(crate) fn run_on_best(kernel: impl Kernel) {
    kernel.run();
}

/// The instruction set that [`run_on_best`] uses on this processor.
pub(crate) fn best_name() -> String {
    #[cfg(feature = "simd")]
    let name = format!("{:?}", pulp::Arch::new())
        .split('(')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    #[cfg(not(feature = "simd"))]
    let name = "baseline".to_owned();
    name
}

//! [`Kernel`]: the programs that run on the device, one WGSL file each.

/// One kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kernel {
    Sample,
    Line,
    Exponential,
    EffectiveData,
    Power,
    Scheffe,
    LogQuadratic,
    Gp,
    Bins,
    Trees,
    TreeMasks,
    Fold,
    Offer,
    Compact,
    Survey,
}

/// Samples of a workgroup, in every kernel but [`Kernel::Compact`], which is one workgroup, and
/// [`Kernel::Survey`].
pub(crate) const WORKGROUP: u32 = 64;
/// Invocations of the largest workgroup, that of [`Kernel::Compact`].
pub(crate) const MAX_WORKGROUP: u32 = 256;
/// Storage buffers bound to a kernel.
pub(crate) const STORAGE_BUFFERS: u32 = 8;

/// Samples that an invocation of [`Kernel::Survey`] counts.
const SAMPLES_PER_INVOCATION: u32 = 32;

const PRELUDE: &str = include_str!("wgsl/prelude.wgsl");

impl Kernel {
    /// The text of the WGSL file.
    fn text(self) -> &'static str {
        match self {
            Self::Sample => include_str!("wgsl/sample.wgsl"),
            Self::Line => include_str!("wgsl/line.wgsl"),
            Self::Exponential => include_str!("wgsl/exponential.wgsl"),
            Self::EffectiveData => include_str!("wgsl/effective_data.wgsl"),
            Self::Power => include_str!("wgsl/power.wgsl"),
            Self::Scheffe => include_str!("wgsl/scheffe.wgsl"),
            Self::LogQuadratic => include_str!("wgsl/log_quadratic.wgsl"),
            Self::Gp => include_str!("wgsl/gp.wgsl"),
            Self::Bins => include_str!("wgsl/bins.wgsl"),
            Self::Trees => include_str!("wgsl/trees.wgsl"),
            Self::TreeMasks => include_str!("wgsl/tree_masks.wgsl"),
            Self::Fold => include_str!("wgsl/fold.wgsl"),
            Self::Offer => include_str!("wgsl/offer.wgsl"),
            Self::Compact => include_str!("wgsl/compact.wgsl"),
            Self::Survey => include_str!("wgsl/survey.wgsl"),
        }
    }

    /// The program for a number of domains.
    pub fn source(self, width: usize, with_logs: bool) -> String {
        format!(
            "const WIDTH: u32 = {width}u;\nconst WITH_LOGS: bool = {with_logs};\n{PRELUDE}\n{}",
            self.text()
        )
    }

    /// Rows of workgroups: one, or one per domain in the first mode of [`Kernel::Survey`].
    pub fn rows(self, mode: u32, width: u32) -> u32 {
        if self == Self::Survey && mode == 0 {
            width
        } else {
            1
        }
    }

    /// Workgroups of a row for this many samples.
    pub fn workgroups(self, samples: u32) -> u32 {
        match self {
            Self::Compact => 1,
            Self::Survey => samples.div_ceil(WORKGROUP * SAMPLES_PER_INVOCATION),
            _ => samples.div_ceil(WORKGROUP),
        }
    }
}

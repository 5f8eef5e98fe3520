//! [`GpuError`]: why there is no device.

/// Why no device could be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GpuError {
    /// The system knows no graphics processor.
    #[error("no graphics processor was found: {why}")]
    NoAdapter {
        /// What the system said.
        why: String,
    },
    /// All there is is a driver that computes on the CPU.
    #[error("the only graphics driver is {name}, which computes on the CPU")]
    OnlySoftware {
        /// The driver.
        name: String,
    },
    /// The graphics processor cannot do what the kernels need.
    #[error("{name} cannot run the kernels: {what} is {found}, {needed} are needed")]
    TooSmall {
        /// The device.
        name: String,
        /// The limit.
        what: &'static str,
        /// What the device has.
        found: u64,
        /// What the kernels need.
        needed: u64,
    },
    /// The graphics processor was found but could not be opened.
    #[error("{name} could not be opened: {why}")]
    NotOpened {
        /// The device.
        name: String,
        /// What the system said.
        why: String,
    },
}

//! [`GpuError`]: why there is no device.

/// Why no device could be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GpuError {
    /// The system has no graphics processor.
    #[error("no graphics processor was found: {why}")]
    NoAdapter {
        /// The message of the system.
        why: String,
    },
    /// The only driver computes on the CPU.
    #[error("the only graphics driver is {name}, which computes on the CPU")]
    OnlySoftware {
        /// The driver.
        name: String,
    },
    /// A limit of the graphics processor is too low for the kernels.
    #[error("{name} cannot run the kernels: {what} is {found}, {needed} are needed")]
    TooSmall {
        /// The device.
        name: String,
        /// The name of the limit.
        what: &'static str,
        /// The limit of the device.
        found: u64,
        /// The limit that the kernels need.
        needed: u64,
    },
    /// The graphics processor was found but could not be opened.
    #[error("{name} could not be opened: {why}")]
    NotOpened {
        /// The device.
        name: String,
        /// The message of the system.
        why: String,
    },
}

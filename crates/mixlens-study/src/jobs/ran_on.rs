//! [`RanOn`]: where mixtures were simulated, and how fast.

use mixlens_core::search::{DeviceChoice, Ran, Screener};
use serde::{Deserialize, Serialize};

use crate::number::token_text;

/// Where mixtures were simulated, and how long that took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RanOn {
    /// The device; `None` for the CPU.
    pub device: Option<String>,
    /// Why a device that was wanted was not used.
    pub notice: Option<String>,
    /// Seconds that the job took, where somebody looked at a clock; not saved, it is about the machine of today.
    #[serde(skip)]
    pub secs: Option<f64>,
}

impl RanOn {
    /// From what a simulation says of itself.
    pub(super) fn new(choice: DeviceChoice, device: Option<&dyn Screener>, ran: &Ran) -> Self {
        let name = device.and_then(Screener::name);
        // Where nobody asked for a device, it is no news that there is none.
        let is_told = choice == DeviceChoice::Gpu || name.is_some();
        let notice = match ran {
            Ran::Fallback(why) if is_told => Some(format!("the graphics processor was not used: {why}")),
            _ => None,
        };
        Self { device: name.filter(|_| *ran == Ran::Device), notice, secs: None }
    }

    /// Where so many mixtures were simulated and how fast; `None` where nobody looked at a clock.
    pub fn speed_text(&self, samples: u64) -> Option<String> {
        let secs = self.secs.filter(|secs| samples > 0 && *secs > 0.0)?;
        let device = self.device.as_deref().unwrap_or("the processor");
        let rate = token_text(samples as f64 / secs);
        Some(format!("on {device} in {secs:.1} s: {rate} mixtures a second"))
    }
}

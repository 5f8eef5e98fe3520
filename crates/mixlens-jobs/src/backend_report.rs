//! [`BackendReport`]: where mixtures were simulated, and how fast.

use mixlens_core::search::{Accelerator, Backend, DeviceChoice, DeviceFailure};
use serde::{Deserialize, Serialize};

use crate::number::token_text;

/// Where mixtures were simulated, and how long that took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BackendReport {
    /// The device; `None` for the CPU.
    pub device: Option<String>,
    /// Why a device that was wanted was not used.
    pub notice: Option<String>,
    /// Seconds that the job took, where somebody looked at a clock; not saved, it is about the
    /// machine of today.
    #[serde(skip)]
    pub secs: Option<f64>,
}

impl BackendReport {
    /// From what a simulation says of itself.
    pub(crate) fn new(
        choice: DeviceChoice,
        device: Option<&dyn Accelerator>,
        ran: &Backend,
    ) -> Self {
        // Where nobody asked for a device, it is no news that there is none; that it failed is.
        let is_told = |why: &DeviceFailure| {
            choice == DeviceChoice::Gpu || matches!(why, DeviceFailure::Failed { .. })
        };
        let notice = match ran {
            Backend::Fallback(why) if is_told(why) => {
                Some(format!("the graphics processor was not used: {why}"))
            }
            _ => None,
        };
        let device = device
            .and_then(Accelerator::name)
            .filter(|_| *ran == Backend::Device);
        Self {
            device,
            notice,
            secs: None,
        }
    }

    /// Where so many mixtures were simulated and how fast; `None` where nobody looked at a clock.
    pub fn speed_text(&self, samples: u64) -> Option<String> {
        let secs = self.secs.filter(|secs| samples > 0 && *secs > 0.0)?;
        let device = self.device.as_deref().unwrap_or("the processor");
        let rate = token_text(samples as f64 / secs);
        let time = if secs < 1.0 {
            format!("{:.0} ms", (1000.0 * secs).max(1.0))
        } else {
            format!("{secs:.1} s")
        };
        Some(format!("on {device} in {time}: {rate} mixtures a second"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_nobody_asked_for_is_told_only_when_it_failed() {
        let unable = Backend::Fallback(DeviceFailure::Unable {
            why: "there is none".to_owned(),
        });
        let failed = Backend::Fallback(DeviceFailure::Failed {
            why: "unplugged".to_owned(),
        });
        let notice = |choice, ran| BackendReport::new(choice, None, ran).notice;
        assert_eq!(notice(DeviceChoice::Auto, &unable), None);
        assert!(
            notice(DeviceChoice::Gpu, &unable).is_some_and(|text| text.ends_with("there is none"))
        );
        assert!(
            notice(DeviceChoice::Auto, &failed).is_some_and(|text| text.ends_with("unplugged"))
        );
        assert_eq!(notice(DeviceChoice::Gpu, &Backend::Device), None);
    }

    #[test]
    fn speeds_are_told_with_the_device() {
        let on = |device: Option<&str>, secs| BackendReport {
            device: device.map(str::to_owned),
            notice: None,
            secs,
        };
        let text = on(None, Some(0.0734)).speed_text(5000).unwrap();
        assert_eq!(text, "on the processor in 73 ms: 68.1k mixtures a second");
        let text = on(Some("a graphics processor (WebGPU)"), Some(2.5))
            .speed_text(100_000_000)
            .unwrap();
        assert_eq!(
            text,
            "on a graphics processor (WebGPU) in 2.5 s: 40M mixtures a second"
        );
        // An exact search simulates nothing, and a saved one took no time today.
        assert_eq!(
            (
                on(None, Some(1.0)).speed_text(0),
                on(None, None).speed_text(10)
            ),
            (None, None)
        );
    }
}

//! [`BackendReport`]: where mixtures were simulated, and how fast.

use mixlens_core::search::{Accelerator, Backend, DeviceChoice, DeviceFailure};
use serde::{Deserialize, Serialize};

use crate::number::token_text;

/// Where mixtures were simulated, and how long that took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BackendReport {
    /// The device; `None` for the CPU.
    pub device: Option<String>,
    /// Why the requested device was not used.
    pub notice: Option<String>,
    /// Seconds that the job took, where it was timed. Not saved: the time depends on the machine.
    #[serde(skip)]
    pub secs: Option<f64>,
}

impl BackendReport {
    /// From the report of a simulation.
    pub(crate) fn new(
        choice: DeviceChoice,
        device: Option<&dyn Accelerator>,
        ran: &Backend,
    ) -> Self {
        // Without a request for a device, a missing one is no news; a failed one is.
        let is_reported = |why: &DeviceFailure| {
            choice == DeviceChoice::Gpu || matches!(why, DeviceFailure::Failed { .. })
        };
        let notice = match ran {
            Backend::Fallback(why) if is_reported(why) => {
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

    /// Where `samples` mixtures were simulated and how fast; `None` where the job was not timed.
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
    fn without_a_request_only_a_failed_device_is_reported() {
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
    fn speeds_are_reported_with_the_device() {
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
        // An exact search simulates nothing, and a saved one has no time.
        assert_eq!(
            (
                on(None, Some(1.0)).speed_text(0),
                on(None, None).speed_text(10)
            ),
            (None, None)
        );
    }
}

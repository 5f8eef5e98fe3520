//! Differences in browsers: the clock, and waiting for the device.

use std::pin::Pin;
#[cfg(not(target_arch = "wasm32"))]
use std::sync::PoisonError;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use mixlens_core::{
    compute::Control,
    search::{Accelerator, BoxFuture, DeviceFailure, Screened, ScreeningSpec, SurveySpec, Tally},
};

use crate::Gpu;
#[cfg(not(target_arch = "wasm32"))]
use crate::{Adapters, GpuError};

/// Becomes ready when a callback of the device has run.
#[derive(Clone, Default)]
pub(crate) struct Signal(Arc<Mutex<SignalState>>);

#[derive(Default)]
struct SignalState {
    is_given: bool,
    waker: Option<Waker>,
}

impl Signal {
    /// Gives the signal and wakes the waiting task.
    pub fn give(&self) {
        if let Ok(mut state) = self.0.lock() {
            state.is_given = true;
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
        }
    }

    /// Whether the callback has run.
    #[cfg(not(target_arch = "wasm32"))]
    fn is_given(&self) -> bool {
        self.0.lock().is_ok_and(|state| state.is_given)
    }
}

impl Future for Signal {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Ok(mut state) = self.0.lock() else {
            return Poll::Ready(());
        };
        if state.is_given {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// A stopwatch.
pub(crate) struct Stopwatch {
    #[cfg(not(target_arch = "wasm32"))]
    started: std::time::Instant,
    /// Milliseconds, of which a browser's clock gives whole ones.
    #[cfg(target_arch = "wasm32")]
    started: f64,
}

impl Stopwatch {
    /// Starts the clock.
    pub fn start() -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let started = std::time::Instant::now();
        #[cfg(target_arch = "wasm32")]
        let started = js_sys::Date::now();
        Self { started }
    }

    /// Seconds since the start.
    pub fn secs(&self) -> f64 {
        #[cfg(not(target_arch = "wasm32"))]
        return self.started.elapsed().as_secs_f64();
        #[cfg(target_arch = "wasm32")]
        return (js_sys::Date::now() - self.started).max(0.0) / 1000.0;
    }
}

/// Time between two checks for cancellation, where waiting blocks.
#[cfg(not(target_arch = "wasm32"))]
const CHECK_INTERVAL: std::time::Duration = std::time::Duration::from_millis(20);

/// Waits until `signal` is given; `false` when `give_up` returns true first.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn wait(
    device: &wgpu::Device,
    signal: &Signal,
    give_up: impl Fn() -> bool,
) -> bool {
    while !signal.is_given() {
        if give_up() {
            return false;
        }
        // A wait that times out is repeated; a failure shows in the faults of the device.
        let _ = device.poll(wgpu::PollType::Wait {
            submission_index: None,
            timeout: Some(CHECK_INTERVAL),
        });
    }
    true
}

/// Waits until `signal` is given; `false` when `give_up` returns true first.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn wait(_: &wgpu::Device, signal: &Signal, give_up: impl Fn() -> bool) -> bool {
    if give_up() {
        return false;
    }
    signal.clone().await;
    true
}

/// Minimum samples for which a device is opened by default: with fewer the CPU finishes before the
/// device is open.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const MIN_SAMPLES: u64 = 4_000_000;

/// Fewer than elsewhere: a worker has one core.
#[cfg(target_arch = "wasm32")]
pub(crate) const MIN_SAMPLES: u64 = 1_000_000;

/// Lets one screening through at a time: wgpu does not support waiting for a device on one thread
/// while another submits work to it.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Default)]
pub(crate) struct Turnstile(Mutex<()>);

/// A page has one thread.
#[cfg(target_arch = "wasm32")]
#[derive(Default)]
pub(crate) struct Turnstile;

/// Keeps the enumeration of devices silent without a desktop session, as in a container; call this
/// first in `main`.
///
/// A Vulkan layer of Mesa queries the desktop for its device, and the library of the desktop prints
/// an error to stderr when `XDG_RUNTIME_DIR` is not set. There is no desktop then, so the layer is
/// switched off.
#[cfg(not(target_arch = "wasm32"))]
pub fn expect_no_desktop() {
    #[cfg(target_os = "linux")]
    {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if is_set("XDG_RUNTIME_DIR") || is_set("MESA_VK_DEVICE_SELECT") {
            return;
        }
        let is_alone =
            std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1);
        if is_alone {
            // SAFETY: changing the environment races with threads that read it. This process has no
            // other thread, as the line above has counted, and only another thread could start one
            // meanwhile.
            #[expect(unsafe_code, reason = "the layer has no other switch")]
            unsafe {
                std::env::set_var("NODEVICE_SELECT", "1");
            }
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Gpu {
    /// [`Gpu::open`] as a blocking call.
    ///
    /// # Errors
    /// Those of [`Gpu::open`].
    pub fn open_now(adapters: Adapters) -> Result<Self, GpuError> {
        pollster::block_on(Self::open(adapters))
    }
}

impl Accelerator for Gpu {
    fn name(&self) -> Option<String> {
        Some(Self::name(self).to_owned())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn screen<'a>(
        &'a self,
        screening: &'a ScreeningSpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Screened, DeviceFailure>> {
        Box::pin(async {
            // The lock guards no data, so a panic under it does no harm.
            let _guard = self
                .turnstile
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            pollster::block_on(self.screen_later(screening, control))
        })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn survey<'a>(
        &'a self,
        surveying: &'a SurveySpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Vec<Tally>, DeviceFailure>> {
        Box::pin(async {
            let _guard = self
                .turnstile
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            pollster::block_on(self.survey_later(surveying, control))
        })
    }

    #[cfg(target_arch = "wasm32")]
    fn screen<'a>(
        &'a self,
        screening: &'a ScreeningSpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Screened, DeviceFailure>> {
        Box::pin(self.screen_later(screening, control))
    }

    #[cfg(target_arch = "wasm32")]
    fn survey<'a>(
        &'a self,
        surveying: &'a SurveySpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Vec<Tally>, DeviceFailure>> {
        Box::pin(self.survey_later(surveying, control))
    }
}

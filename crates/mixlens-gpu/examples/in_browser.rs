//! The checks of `tests/device` as a module for browsers, whose WebGPU `web/tests/gpu.test.mjs`
//! checks.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap and index"
)]

/// The page calls the exported functions; nothing runs at start.
fn main() {}

#[cfg(target_arch = "wasm32")]
#[path = "../tests/device"]
mod page {
    #[macro_use]
    mod checks;
    mod lost;
    mod parity;
    mod runs;
    mod selection;
    mod survey;

    use mixlens_gpu::{Adapters, Gpu};
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        /// Writes to the console of the browser.
        #[wasm_bindgen(js_namespace = console, js_name = log)]
        fn report(text: &str);
    }

    /// The name of the browser's device.
    ///
    /// # Errors
    /// Why there is none.
    #[wasm_bindgen]
    pub async fn device() -> Result<String, JsError> {
        std::panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
        Ok(Gpu::open(Adapters::Any).await?.name().to_owned())
    }

    macro_rules! by_name {
        ($($module:ident::$check:ident,)*) => {
            /// The names of all checks.
            #[wasm_bindgen]
            pub fn checks() -> Vec<String> {
                vec![$(stringify!($check).to_owned()),*]
            }

            /// Runs a check, which panics, and so throws, where the device differs.
            ///
            /// # Errors
            /// Why there is no device, or no such check.
            #[wasm_bindgen]
            pub async fn check(name: &str) -> Result<(), JsError> {
                let name = name.to_owned();
                let gpu = Gpu::open(Adapters::Any).await?;
                match name.as_str() {
                    $(stringify!($check) => $module::$check(&gpu).await,)*
                    _ => return Err(JsError::new("expected the name of a check")),
                }
                Ok(())
            }
        };
    }
    for_each_check!(by_name);
}

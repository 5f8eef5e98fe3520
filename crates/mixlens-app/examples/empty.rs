//! An empty eframe app in a page, built like the browser app: the baseline of `bench/first-frame`
//! for the browser app's start.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod page {
    use wasm_bindgen::prelude::*;
    use web_sys::HtmlCanvasElement;

    #[derive(Default)]
    struct Empty {
        value: f32,
    }

    impl eframe::App for Empty {
        fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
            egui::CentralPanel::default().show(ui, |ui| {
                ui.heading("An empty app");
                ui.add(egui::Slider::new(&mut self.value, 0.0..=1.0));
            });
        }
    }

    /// Starts the app on a canvas.
    ///
    /// # Errors
    /// The browser's message about a missing feature.
    #[wasm_bindgen]
    pub async fn start(canvas: HtmlCanvasElement) -> Result<(), JsValue> {
        let create: eframe::AppCreator<'static> = Box::new(|_| Ok(Box::<Empty>::default()));
        eframe::WebRunner::new()
            .start(canvas, eframe::WebOptions::default(), create)
            .await
    }
}

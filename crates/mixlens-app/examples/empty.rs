//! An empty eframe app in a page, built as the browser app is: what `bench/first-frame` holds the
//! browser app's start against.

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
    /// What the browser cannot do, in its own words.
    #[wasm_bindgen]
    pub async fn start(canvas: HtmlCanvasElement) -> Result<(), JsValue> {
        let create: eframe::AppCreator<'static> = Box::new(|_| Ok(Box::<Empty>::default()));
        eframe::WebRunner::new()
            .start(canvas, eframe::WebOptions::default(), create)
            .await
    }
}

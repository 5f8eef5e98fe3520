//! The app in a page, started on a canvas by `web/app/main.ts`. Its jobs run in workers, which load
//! another module, `mixlens-worker`.

/// The page calls what it needs; nothing happens by itself.
fn main() {}

#[cfg(target_arch = "wasm32")]
mod page {
    use js_sys::Array;
    use mixlens_app::{
        App, AppSettings, AutoFit, Host, Platform, Remote, add_monospace_font, first_fonts,
    };
    use mixlens_study::{Panel, Theme};
    use mixlens_views::enlarge_for_fingers;
    use serde::Deserialize;
    use tsify::Tsify;
    use wasm_bindgen::prelude::*;
    use web_sys::HtmlCanvasElement;

    /// The app as an eframe app.
    struct Window(App);

    impl eframe::App for Window {
        fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
            self.0.frame(ui);
        }
    }

    /// Settings from the page. The page's TypeScript type is generated from this one.
    #[derive(Deserialize, Tsify)]
    struct Settings {
        /// The fragment of a link.
        link: Option<String>,
        /// Whether the runs that the link refers to are still being loaded.
        awaits_runs: bool,
        /// `light` or `dark`; the system's setting otherwise.
        theme: Option<String>,
        /// The only panels to show, by their names in links and saved studies, joined by commas.
        embedded: Option<String>,
        /// `webgl1` or `webgl2`; the best available otherwise.
        renderer: Option<String>,
        /// Whether the pointer is a finger.
        by_fingers: bool,
    }

    /// The page's handle of the running app.
    #[wasm_bindgen]
    pub struct Running {
        remote: Remote,
        host: Host,
        ctx: egui::Context,
    }

    #[wasm_bindgen]
    impl Running {
        /// Sends a request; false if this version does not support it.
        pub fn request(&self, request: &str) -> bool {
            self.remote.request(request)
        }

        /// Shows a message in the status bar.
        pub fn tell(&self, text: String) {
            self.remote.tell(text);
        }

        /// Adds the monospace font, whose file is fetched after the first frame.
        pub fn add_monospace_font(&self, file: Vec<u8>) {
            add_monospace_font(&self.ctx, file);
        }

        /// Opens files of the page.
        pub async fn load(&self, files: Array) {
            self.remote.load(&files, &self.host).await;
        }

        /// Opens the files named in the address of the page.
        pub async fn load_linked(&self, files: Array) {
            self.remote.load_linked(&files, &self.host).await;
        }

        /// Shows why the files named in the address of the page cannot be loaded.
        pub fn give_up_linked(&self, reason: String) {
            self.remote.give_up_linked(reason);
        }
    }

    /// Starts the app on a canvas.
    ///
    /// # Errors
    /// Settings of another version, or the browser's message about a missing feature.
    #[wasm_bindgen]
    pub async fn start(
        canvas: HtmlCanvasElement,
        host: Host,
        settings: &str,
    ) -> Result<Running, JsValue> {
        let settings: Settings =
            serde_json::from_str(settings).map_err(|problem| JsValue::from(problem.to_string()))?;
        let runner = eframe::WebRunner::new();
        let webgl_context_option = match settings.renderer.as_deref() {
            Some("webgl1") => eframe::WebGlContextOption::WebGl1,
            Some("webgl2") => eframe::WebGlContextOption::WebGl2,
            _ => eframe::WebGlContextOption::BestFirst,
        };
        let options = eframe::WebOptions {
            webgl_context_option,
            ..Default::default()
        };
        show_panics(host.clone());
        let page = host.clone();
        let (sender, receiver) = std::sync::mpsc::channel();
        let create: eframe::AppCreator<'static> = Box::new(move |cc| {
            cc.egui_ctx.set_fonts(first_fonts());
            let platform = Platform::new(host);
            let mut app = App::new(
                &cc.egui_ctx,
                AppSettings {
                    auto_fit: AutoFit::Best,
                    platform,
                },
            )?;
            if settings.by_fingers {
                enlarge_for_fingers(&cc.egui_ctx);
            }
            app.arrange(settings.theme.as_deref().and_then(theme), None);
            if settings.awaits_runs {
                app.await_runs(settings.link);
            } else if let Some(fragment) = settings.link {
                app.open_link(&fragment);
            }
            if let Some(names) = settings.embedded {
                app.embed(&panels(&names));
            }
            sender.send((app.remote(), cc.egui_ctx.clone()))?;
            Ok(Box::new(Window(app)))
        });
        runner.start(canvas, options, create).await?;
        let (remote, ctx) = receiver
            .try_recv()
            .map_err(|problem| JsValue::from(problem.to_string()))?;
        Ok(Running {
            remote,
            host: page,
            ctx,
        })
    }

    /// Panels by their names; mixture and metrics if no name is known.
    fn panels(names: &str) -> Vec<Panel> {
        let found: Vec<Panel> = names
            .split(',')
            .filter_map(|name| serde_json::from_value(name.into()).ok())
            .collect();
        if found.is_empty() {
            vec![Panel::Mixture, Panel::Metrics]
        } else {
            found
        }
    }

    fn theme(text: &str) -> Option<Theme> {
        match text {
            "light" => Some(Theme::Light),
            "dark" => Some(Theme::Dark),
            _ => None,
        }
    }

    /// Shows panics in the page; eframe writes them to the console only.
    fn show_panics(host: Host) {
        use std::cell::OnceCell;
        thread_local!(static HOST: OnceCell<Host> = const { OnceCell::new() });
        HOST.with(|cell| drop(cell.set(host)));
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            before(info);
            HOST.with(|cell| {
                cell.get()
                    .into_iter()
                    .for_each(|host| host.panicked(&info.to_string()))
            });
        }));
    }
}

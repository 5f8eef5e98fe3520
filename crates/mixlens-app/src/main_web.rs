//! The app in a page: what `web/app/main.ts` starts on a canvas. Its jobs are another module,
//! `mixlens-worker`, in workers.

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

    /// The app as eframe knows it.
    struct Window(App);

    impl eframe::App for Window {
        fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
            self.0.frame(ui);
        }
    }

    /// What a page starts the app with. Its TypeScript gets this type from here.
    #[derive(Deserialize, Tsify)]
    struct Settings {
        /// The fragment of a link.
        link: Option<String>,
        /// Whether the runs that the link is about are on their way.
        awaits_runs: bool,
        /// `light` or `dark`; as the system says otherwise.
        theme: Option<String>,
        /// The panels to show alone, as links and saved studies call them, joined by commas.
        embedded: Option<String>,
        /// What draws: `webgl1`, `webgl2`, or the better one that there is.
        renderer: Option<String>,
        /// Whether fingers point, not a mouse.
        by_fingers: bool,
    }

    /// The running app, as the page sees it.
    #[wasm_bindgen]
    pub struct Running {
        remote: Remote,
        host: Host,
        ctx: egui::Context,
    }

    #[wasm_bindgen]
    impl Running {
        /// Asks for something; false for what the app does not know.
        pub fn request(&self, request: &str) -> bool {
            self.remote.request(request)
        }

        /// Tells the user something.
        pub fn tell(&self, text: String) {
            self.remote.tell(text);
        }

        /// Draws code in the font of code, whose file came after the first frame.
        pub fn add_monospace_font(&self, file: Vec<u8>) {
            add_monospace_font(&self.ctx, file);
        }

        /// Opens files that the page has.
        pub async fn load(&self, files: Array) {
            self.remote.load(&files, &self.host).await;
        }

        /// Opens the files that the address of the page names.
        pub async fn load_linked(&self, files: Array) {
            self.remote.load_linked(&files, &self.host).await;
        }

        /// Says why files that the address of the page names cannot be had.
        pub fn give_up_linked(&self, reason: String) {
            self.remote.give_up_linked(reason);
        }
    }

    /// Starts the app on a canvas.
    ///
    /// # Errors
    /// Settings of another version, or what the browser cannot do, in its own words.
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
        tell_of_panics(host.clone());
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

    /// Panels by their names; the first two where none is known.
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

    /// The page shows why the app ended; eframe writes it to the console.
    fn tell_of_panics(host: Host) {
        thread_local!(static HOST: std::cell::OnceCell<Host> = const { std::cell::OnceCell::new() });
        HOST.with(|own| drop(own.set(host)));
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            before(info);
            HOST.with(|own| {
                own.get()
                    .into_iter()
                    .for_each(|host| host.panicked(&info.to_string()))
            });
        }));
    }
}

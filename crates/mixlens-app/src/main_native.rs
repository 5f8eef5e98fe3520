//! The command `mixlens-app`.

mod native_dialogs;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use mixlens_app::{
    App, AppSettings, AutoFit, PictureSettings, Platform, finish_writing, screenshot,
};
use mixlens_study::{Panel, Theme};
use mixlens_views::PANELS;

/// Move the sliders of a data mixture and see the predicted metrics of the language model.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// A saved study (*.mixlens.json) or the files of a run table; the embedded demo by default
    files: Vec<PathBuf>,
    /// Draw the window into this PNG file and exit
    #[arg(long, value_name = "OUT.png")]
    screenshot: Option<PathBuf>,
    /// Size of the screenshot in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x800", value_parser = size)]
    size: [u32; 2],
    /// Theme of the screenshot: light or dark
    #[arg(long, value_parser = theme)]
    theme: Option<Theme>,
    /// Panel to bring to the front, such as "Ternary"
    #[arg(long, value_parser = panel)]
    panel: Option<Panel>,
}

/// The program's icon in task bars.
const ICON: &[u8] = include_bytes!("../../../assets/icons/mixlens-256.png");

/// The app as an eframe app.
struct Window(App);

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.0.frame(ui);
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    match &args.screenshot {
        Some(path) => {
            let Args {
                size, theme, panel, ..
            } = args;
            let settings = PictureSettings {
                size,
                theme,
                panel,
                auto_fit: AutoFit::Best,
            };
            let picture = screenshot(&args.files, &settings)?;
            Ok(picture.save_png(path)?)
        }
        None => window(args),
    }
}

fn window(args: Args) -> anyhow::Result<()> {
    let viewport = egui::ViewportBuilder::default()
        .with_title("Mixlens")
        .with_app_id("mixlens")
        .with_icon(eframe::icon_data::from_png_bytes(ICON).context("the icon cannot be decoded")?)
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([720.0, 480.0]);
    let options = eframe::NativeOptions {
        viewport,
        ..Default::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let dialogs = Box::new(native_dialogs::NativeDialogs);
        let settings = AppSettings {
            auto_fit: AutoFit::Best,
            platform: Platform::new(dialogs, data_folder()),
        };
        let mut app = App::new(&cc.egui_ctx, settings)?;
        app.arrange(args.theme, args.panel);
        app.open(args.files);
        Ok(Box::new(Window(app)))
    });
    let ended = eframe::run_native("Mixlens", options, create);
    finish_writing();
    ended.context("the window cannot be opened")
}

/// The folder for recent files and backups; `MIXLENS_FOLDER` overrides it.
fn data_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let named = std::env::var_os("MIXLENS_FOLDER").map(PathBuf::from);
    named.or_else(|| {
        Some(
            etcetera::choose_base_strategy()
                .ok()?
                .data_dir()
                .join("mixlens"),
        )
    })
}

fn size(text: &str) -> Result<[u32; 2], String> {
    let read = |part: &str| {
        part.parse::<u32>()
            .ok()
            .filter(|side| (64..=8192).contains(side))
    };
    let (width, height) = text
        .split_once('x')
        .ok_or("expected a size such as 1280x800")?;
    read(width)
        .zip(read(height))
        .map(Into::into)
        .ok_or_else(|| "expected sides from 64 to 8192 pixels".to_owned())
}

fn theme(text: &str) -> Result<Theme, String> {
    match text {
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        _ => Err("expected light or dark".to_owned()),
    }
}

fn panel(text: &str) -> Result<Panel, String> {
    let known = || {
        PANELS
            .iter()
            .map(|panel| panel.title())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let wanted = PANELS
        .iter()
        .find(|panel| panel.title().eq_ignore_ascii_case(text));
    wanted
        .copied()
        .ok_or_else(|| format!("expected one of {}", known()))
}

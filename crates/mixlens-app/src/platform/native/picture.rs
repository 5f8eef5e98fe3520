//! [`Picture`]: pixels drawn off-screen.

use std::path::Path;

use mixlens_formats::write_atomically;

use crate::AppError;

/// Drawn pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Red, green, blue and alpha of every pixel, row after row from the top (width × height × 4).
    pub pixels: Vec<u8>,
}

impl Picture {
    /// Writes a PNG file atomically.
    ///
    /// # Errors
    /// [`AppError::Write`] when the file cannot be written.
    pub fn save_png(&self, path: &Path) -> Result<(), AppError> {
        Ok(write_atomically(path, &self.png()?)?)
    }

    /// The bytes of a PNG file.
    ///
    /// # Errors
    /// [`AppError::Drawing`] for a picture whose pixels do not fill its size.
    pub fn png(&self) -> Result<Vec<u8>, AppError> {
        let drawing = |problem: png::EncodingError| AppError::Drawing {
            problem: problem.to_string(),
        };
        let [width, height] = self.size;
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(drawing)?;
        writer.write_image_data(&self.pixels).map_err(drawing)?;
        writer.finish().map_err(drawing)?;
        Ok(bytes)
    }
}

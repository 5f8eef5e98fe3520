//! The JavaScript interface of [`Fitter`].

use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::fitter::Fitter;
use crate::wire::{FitStep, SourceFiles};

/// Fits a run table, one metric at a time, and writes a surrogate file.
#[wasm_bindgen(js_name = Fitter)]
#[derive(Debug)]
pub struct JsFitter(Fitter);

#[wasm_bindgen(js_class = Fitter)]
impl JsFitter {
    /// Reads a run table: one file, or one with proportions and one with metrics, in any order.
    pub fn open(files: Ts<SourceFiles>) -> Result<Self, JsError> {
        Ok(Self(Fitter::open(files.to_rust()?)?))
    }

    /// Fits the next metric.
    pub fn step(&mut self) -> Result<Ts<FitStep>, JsError> {
        Ok(self.0.step()?.into_ts()?)
    }

    /// Notices about the files.
    pub fn notices(&self) -> Vec<String> {
        self.0.notices().to_vec()
    }

    /// The text of the surrogate file. This call consumes the fitter.
    pub fn finish(self) -> Result<String, JsError> {
        Ok(self.0.finish()?)
    }
}

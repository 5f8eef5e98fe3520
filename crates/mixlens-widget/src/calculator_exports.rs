//! The JavaScript interface of [`Calculator`].

use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::calculator::Calculator;
use crate::wire::{
    Info, Names, Proposed, Search, Snapshot, State, Supply, Ternary, Traces, Weights,
};

/// A mixture under sliders, and the predictions of a surrogate file for it. Call `free()` after
/// use.
#[wasm_bindgen(js_name = Calculator)]
#[derive(Debug)]
pub struct JsCalculator(Calculator);

/// The corners of the ternary grid.
fn corners(list: &[u32]) -> [usize; 3] {
    let at = |index: usize| {
        list.get(index)
            .map_or(usize::MAX, |corner| *corner as usize)
    };
    [at(0), at(1), at(2)]
}

#[wasm_bindgen(js_class = Calculator)]
impl JsCalculator {
    /// Opens the text of a surrogate file from `mixlens fit`.
    pub fn open(text: &str) -> Result<Self, JsError> {
        Ok(Self(Calculator::open(text)?))
    }

    /// Domains, metrics and runs of the file.
    pub fn info(&self) -> Result<Ts<Info>, JsError> {
        Ok(self.0.info().into_ts()?)
    }

    /// All values shown for the current mixture.
    pub fn snapshot(&self) -> Result<Ts<Snapshot>, JsError> {
        Ok(self.0.snapshot()?.into_ts()?)
    }

    /// Sets the mixture by weights; domains without a weight get zero.
    #[wasm_bindgen(js_name = setWeights)]
    pub fn set_weights(&mut self, weights: Ts<Weights>) -> Result<(), JsError> {
        Ok(self.0.set_weights(&weights.to_rust()?)?)
    }

    /// Moves one domain (by index) to a proportion; the unlocked others compensate.
    pub fn drag(&mut self, domain: usize, to: f64) -> Result<(), JsError> {
        Ok(self.0.drag(domain, to)?)
    }

    /// Ends a drag; the next drag starts from the current mixture.
    pub fn release(&mut self) {
        self.0.release();
    }

    /// Resets the current mixture to the baseline.
    pub fn reset(&mut self) {
        self.0.reset();
    }

    /// Locks the named domains, and no others.
    #[wasm_bindgen(js_name = setLocked)]
    pub fn set_locked(&mut self, names: Ts<Names>) -> Result<(), JsError> {
        Ok(self.0.set_locked(&names.to_rust()?)?)
    }

    /// Compares with `uniform`, `natural`, `mean` (of the runs) or `default`.
    #[wasm_bindgen(js_name = setBaselineNamed)]
    pub fn set_baseline_named(&mut self, name: &str) -> Result<(), JsError> {
        Ok(self.0.set_baseline_named(name)?)
    }

    /// Compares with a mixture given by its weights.
    #[wasm_bindgen(js_name = setBaselineWeights)]
    pub fn set_baseline_weights(&mut self, weights: Ts<Weights>) -> Result<(), JsError> {
        Ok(self.0.set_baseline_weights(&weights.to_rust()?)?)
    }

    /// Sets unique and training tokens.
    #[wasm_bindgen(js_name = setSupply)]
    pub fn set_supply(&mut self, supply: Ts<Supply>) -> Result<(), JsError> {
        Ok(self.0.set_supply(&supply.to_rust()?)?)
    }

    /// Sets the weights of the metrics in the objective; without any, all metrics have equal
    /// weight.
    #[wasm_bindgen(js_name = setObjective)]
    pub fn set_objective(&mut self, weights: Ts<Weights>) -> Result<(), JsError> {
        Ok(self.0.set_objective(&weights.to_rust()?)?)
    }

    /// The predicted metrics for proportions in the order of the domains.
    pub fn predict(&self, parts: &[f64]) -> Result<Vec<f64>, JsError> {
        Ok(self.0.predict(parts)?)
    }

    /// One metric (by index) along each domain.
    pub fn traces(&self, metric: usize, points: u32) -> Result<Ts<Traces>, JsError> {
        Ok(self.0.traces(metric, points)?.into_ts()?)
    }

    /// One metric (by index) over three domains (by index).
    pub fn ternary(
        &self,
        domains: &[u32],
        metric: usize,
        steps: u32,
    ) -> Result<Ts<Ternary>, JsError> {
        Ok(self.0.ternary(corners(domains), metric, steps)?.into_ts()?)
    }

    /// Begins a search for the best predicted mixture; locked domains stay fixed.
    #[wasm_bindgen(js_name = beginSearch)]
    pub fn begin_search(&mut self, search: Ts<Search>) -> Result<(), JsError> {
        Ok(self.0.begin_search(search.to_rust()?)?)
    }

    /// Simulates up to `count` more mixtures; returns the completed fraction, from 0 to 1.
    #[wasm_bindgen(js_name = stepSearch)]
    pub fn step_search(&mut self, count: u32) -> Result<f64, JsError> {
        Ok(self.0.step_search(count)?)
    }

    /// Ends the search and sets the current mixture to the best predicted one.
    #[wasm_bindgen(js_name = finishSearch)]
    pub fn finish_search(&mut self) -> Result<Ts<Proposed>, JsError> {
        Ok(self.0.finish_search()?.into_ts()?)
    }

    /// The mixture as `yaml`, `json`, `csv` or `markdown`.
    #[wasm_bindgen(js_name = exportText)]
    pub fn export_text(&self, format: &str) -> Result<String, JsError> {
        Ok(self.0.export_text(format)?)
    }

    /// Mixture, locks and baseline.
    pub fn save(&self) -> Result<Ts<State>, JsError> {
        Ok(self.0.save().into_ts()?)
    }

    /// Restores a saved state, whole or not at all.
    pub fn restore(&mut self, state: Ts<State>) -> Result<(), JsError> {
        Ok(self.0.restore(&state.to_rust()?)?)
    }
}

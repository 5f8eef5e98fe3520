//! [`Calculator`] as JavaScript sees it.

use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::calculator::Calculator;
use crate::wire::{
    Info, Names, Proposed, Search, Snapshot, State, Supply, Ternary, Traces, Weights,
};

/// A mixture under sliders, and what a surrogate file says of it. Call `free()` when done with it.
#[wasm_bindgen(js_name = Calculator)]
#[derive(Debug)]
pub struct JsDesk(Calculator);

/// A corner of the ternary grid after another.
fn corners(list: &[u32]) -> [usize; 3] {
    let at = |place: usize| {
        list.get(place)
            .map_or(usize::MAX, |corner| *corner as usize)
    };
    [at(0), at(1), at(2)]
}

#[wasm_bindgen(js_class = Calculator)]
impl JsDesk {
    /// Opens the text of a surrogate file, as `mixlens fit` writes it.
    pub fn open(text: &str) -> Result<Self, JsError> {
        Ok(Self(Calculator::open(text)?))
    }

    /// What was loaded.
    pub fn info(&self) -> Result<Ts<Info>, JsError> {
        Ok(self.0.info().into_ts()?)
    }

    /// Everything that is shown of the mixture at hand.
    pub fn snapshot(&self) -> Result<Ts<Snapshot>, JsError> {
        Ok(self.0.snapshot()?.into_ts()?)
    }

    /// Sets the mixture by weights; domains that are not named count as zero.
    #[wasm_bindgen(js_name = setWeights)]
    pub fn set_weights(&mut self, weights: Ts<Weights>) -> Result<(), JsError> {
        Ok(self.0.set_weights(&weights.to_rust()?)?)
    }

    /// Moves one domain (by its position) to a proportion; the unlocked others make up for it.
    pub fn drag(&mut self, domain: usize, to: f64) -> Result<(), JsError> {
        Ok(self.0.drag(domain, to)?)
    }

    /// Ends a drag: the next one starts from where this one came to.
    pub fn release(&mut self) {
        self.0.release();
    }

    /// Takes the baseline for the mixture at hand.
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

    /// Sets the tokens there are and will be.
    #[wasm_bindgen(js_name = setSupply)]
    pub fn set_supply(&mut self, supply: Ts<Supply>) -> Result<(), JsError> {
        Ok(self.0.set_supply(&supply.to_rust()?)?)
    }

    /// Sets the weights of the metrics in the objective; all count alike where none is given.
    #[wasm_bindgen(js_name = setObjective)]
    pub fn set_objective(&mut self, weights: Ts<Weights>) -> Result<(), JsError> {
        Ok(self.0.set_objective(&weights.to_rust()?)?)
    }

    /// The metrics at proportions in the order of the domains.
    pub fn predict(&self, parts: &[f64]) -> Result<Vec<f64>, JsError> {
        Ok(self.0.predict(parts)?)
    }

    /// One metric (by its position) along each domain.
    pub fn traces(&self, metric: usize, points: u32) -> Result<Ts<Traces>, JsError> {
        Ok(self.0.traces(metric, points)?.into_ts()?)
    }

    /// One metric (by its position) over three domains (by their positions).
    pub fn ternary(
        &self,
        domains: &[u32],
        metric: usize,
        steps: u32,
    ) -> Result<Ts<Ternary>, JsError> {
        Ok(self.0.ternary(corners(domains), metric, steps)?.into_ts()?)
    }

    /// Begins a search for the best predicted mixture; locked domains stay.
    #[wasm_bindgen(js_name = beginSearch)]
    pub fn begin_search(&mut self, search: Ts<Search>) -> Result<(), JsError> {
        Ok(self.0.begin_search(search.to_rust()?)?)
    }

    /// Simulates up to `count` mixtures more; returns the part that is done, from 0 to 1.
    #[wasm_bindgen(js_name = stepSearch)]
    pub fn step_search(&mut self, count: u32) -> Result<f64, JsError> {
        Ok(self.0.step_search(count)?)
    }

    /// Takes the best predicted mixture found for the mixture at hand.
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

    /// Takes up a saved state, whole or not at all.
    pub fn restore(&mut self, state: Ts<State>) -> Result<(), JsError> {
        Ok(self.0.restore(&state.to_rust()?)?)
    }
}

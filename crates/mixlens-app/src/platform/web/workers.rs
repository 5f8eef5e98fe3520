//! [`Workers`]: jobs in web workers, each with a separate instance of the module.

use std::sync::Arc;

use js_sys::Uint8Array;
use mixlens_formats::NamedBytes;
use mixlens_study::{
    JobError, JobId, JobRequest, JobResult, JobTask, request_into_parts, result_from_text,
};
use wasm_bindgen::prelude::*;

use super::{Host, Platform};
use crate::files::{Inbox, Incoming};
use crate::jobs::Reporter;

/// Workers of the page.
pub(crate) struct Workers(Host);

/// A job in its worker.
pub(crate) struct Work {
    host: Host,
    number: u32,
}

impl Work {
    /// Stops it by terminating the worker.
    pub fn cancel(&self) {
        self.host.cancel(self.number);
    }
}

impl Workers {
    /// The workers of the page.
    pub fn on(platform: &Platform) -> Self {
        Self(platform.host.clone())
    }

    /// Starts a job.
    pub fn start(&self, request: JobRequest, reporter: Reporter, inbox: Inbox) -> Work {
        let id = request.id;
        let reads_tokenizers = matches!(request.task, JobTask::Infer { .. });
        let built_in = built_in(&request.task);
        let (text, files) = request_into_parts(request);
        let (mut names, mut bytes): (Vec<String>, Vec<JsValue>) = files.iter().map(as_sent).unzip();
        for (index, name) in built_in {
            names.insert(index, name.clone());
            bytes.insert(index, name.into());
        }
        let progress =
            Closure::<dyn FnMut(f64)>::new(move |done: f64| reporter.report(done as f32));
        let started = js_sys::Date::now();
        let done = Closure::once(move |result: Option<String>, problem: Option<String>| {
            let secs = (js_sys::Date::now() - started) / 1000.0;
            inbox.send(Incoming::JobDone(
                job_result(id, result, problem).taking(secs),
            ));
        });
        let number = self.0.run(
            reads_tokenizers,
            &text,
            names,
            bytes,
            progress.into_js_value(),
            done.into_js_value(),
        );
        Work {
            host: self.0.clone(),
            number,
        }
    }
}

/// Built-in categories, which the worker fetches by name, each with the index of its table among
/// the files of the request.
fn built_in(task: &JobTask) -> Vec<(usize, String)> {
    let JobTask::Infer { categories, .. } = task else {
        return Vec::new();
    };
    // The tokenizer comes first.
    let mut index = 1;
    let mut found = Vec::new();
    for category in categories {
        if category.files.is_empty() {
            found.push((index, category.name.clone()));
        }
        index += category.files.len().max(1);
    }
    found
}

fn as_sent(file: &Arc<NamedBytes>) -> (String, JsValue) {
    (
        file.name.clone(),
        Uint8Array::from(file.bytes.as_slice()).into(),
    )
}

/// The result of a worker, or the problem that it reported.
fn job_result(id: JobId, result: Option<String>, problem: Option<String>) -> JobResult {
    let failed = || JobError::Worker {
        message: problem.unwrap_or_default(),
    };
    match result
        .ok_or_else(failed)
        .and_then(|text| result_from_text(&text))
    {
        Ok(result) => result,
        Err(problem) => JobResult {
            id,
            outcome: Err(problem),
        },
    }
}

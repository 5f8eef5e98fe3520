//! Helpers for the tests of several modules.

pub(crate) mod bpe;

use mixlens_core::compute::{Control, Sequential};

use crate::{
    Analysis, Command, Event, JobRequest, JobResult, Study, request_from_parts, request_into_parts,
    result_from_text, result_text, run_job,
};

/// Applies a command, runs the jobs that it requests at once, and returns all other events.
pub(crate) fn do_now(study: &mut Study, command: Command) -> Vec<Event> {
    let mut all = Vec::new();
    for event in study.apply(command).unwrap() {
        match event {
            Event::JobRequested(request) => {
                let result = run_in_worker(*request);
                all.extend(study.apply(Analysis::JobFinished(result)).unwrap());
            }
            other => all.push(other),
        }
    }
    assert!(
        !all.iter()
            .any(|event| matches!(event, Event::JobFailed { .. })),
        "{all:?}"
    );
    all
}

/// Runs a job as a worker without shared memory does: request and result are sent as text.
pub(crate) fn run_in_worker(request: JobRequest) -> JobResult {
    let (text, files) = request_into_parts(request.clone());
    let arrived = request_from_parts(&text, files).unwrap();
    assert_eq!(arrived, request);
    let result = run_job(&arrived, &Control::default(), &Sequential);
    let back = result_from_text(&result_text(&result)).unwrap();
    match (&result.outcome, &back.outcome) {
        (Ok(sent), Ok(received)) => assert_eq!(sent, received),
        (Err(sent), Err(received)) => assert_eq!(sent.to_string(), received.to_string()),
        _ => panic!("a result changed on the way"),
    }
    back
}

//! Jobs over every kind of surrogate with their results on this machine, a line of JSON each, for
//! `web/tests/parity.test.mjs`, which runs the same jobs in the browser app and compares.

use std::io::Write as _;

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::SurrogateParams;
use mixlens_core::search::SurveyParams;
use mixlens_formats::{ImportOptions, NamedBytes};
use mixlens_study::{
    Analysis, Command, Edit, Event, JobRequest, NextRunsSettings, OnRejected, ParetoSettings,
    SamplingSettings, SearchSettings, Study, SurveySettings, request_from_parts,
    request_into_parts, result_text, run_job,
};
use serde_json::json;

const RUNS: &str = include_str!("../../../assets/demo/runs.csv");

/// Enough runs for every surrogate; more runs only take longer.
const ROWS: usize = 48;

/// Columns up to here: the domains and three metrics.
const COLUMNS: usize = 12;

/// Enough for a search to have an order, few enough for every surrogate in a test.
const SAMPLES: u64 = 5_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut study = Study::demo()?;
    let cut = |row: &str| row.split(',').take(COLUMNS).collect::<Vec<_>>().join(",") + "\n";
    let runs: String = RUNS.lines().take(1 + ROWS).map(cut).collect();
    let files = vec![NamedBytes::new("runs.csv", runs).into()];
    let options = ImportOptions::default();
    print_jobs(
        "files",
        &mut study,
        Command::Analysis(Analysis::ImportFiles {
            files,
            options,
            rejected: OnRejected::Refuse,
        }),
    )?;
    for name in SurrogateParams::NAMES {
        print_jobs(
            name,
            &mut study,
            Command::Analysis(Analysis::Fit(SurrogateParams::named(name, &[])?)),
        )?;
        study.apply(Edit::SetProportion {
            domain: 1,
            to: 0.125,
        })?;
        print_jobs(name, &mut study, Command::Analysis(Analysis::UpdateProfile))?;
        let settings = SearchSettings {
            samples: SAMPLES,
            ..SearchSettings::default()
        };
        print_jobs(
            name,
            &mut study,
            Command::Analysis(Analysis::Search(settings.clone())),
        )?;
        print_jobs(
            name,
            &mut study,
            Command::Analysis(Analysis::Search(SearchSettings {
                simulate_always: true,
                ..settings
            })),
        )?;
        let params = SurveyParams {
            samples: SAMPLES,
            pair: Some([2, 1]),
            ..SurveyParams::default()
        };
        print_jobs(
            name,
            &mut study,
            Command::Analysis(Analysis::Survey(SurveySettings {
                params,
                ..SurveySettings::default()
            })),
        )?;
        print_jobs(
            name,
            &mut study,
            Command::Analysis(Analysis::FollowFront(ParetoSettings {
                points: 3,
                ..ParetoSettings::default()
            })),
        )?;
        print_jobs(
            name,
            &mut study,
            Command::Analysis(Analysis::SampleMixtures(SamplingSettings {
                count: 1_000,
                ..SamplingSettings::default()
            })),
        )?;
        let settings = NextRunsSettings {
            count: 3,
            pool: 500,
            ..NextRunsSettings::default()
        };
        print_jobs(
            name,
            &mut study,
            Command::Analysis(Analysis::ProposeRuns(settings)),
        )?;
    }
    Ok(())
}

/// Runs the jobs of a command one after the other, as a worker would, and prints each with its
/// result.
fn print_jobs(
    surrogate: &str,
    study: &mut Study,
    command: Command,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut events = study.apply(command)?;
    while let Some(event) = events.pop() {
        match event {
            Event::JobRequested(request) => events.extend(print_job(surrogate, study, *request)?),
            Event::JobFailed { title, problem, .. } => {
                return Err(format!("{surrogate}, {title}: {problem}").into());
            }
            _ => {}
        }
    }
    Ok(())
}

fn print_job(
    surrogate: &str,
    study: &mut Study,
    request: JobRequest,
) -> Result<Vec<Event>, Box<dyn std::error::Error>> {
    let title = request.task.kind().title();
    let (text, files) = request_into_parts(request);
    let result = run_job(
        &request_from_parts(&text, files.clone())?,
        &Control::default(),
        &Sequential,
    );
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let contents = files
        .iter()
        .map(|file| str::from_utf8(&file.bytes))
        .collect::<Result<Vec<_>, _>>()?;
    let line = json!({
        "surrogate": surrogate,
        "title": title,
        "request": text,
        "names": names,
        "contents": contents,
        "result": result_text(&result),
    });
    writeln!(std::io::stdout(), "{line}")?;
    Ok(study.apply(Analysis::JobFinished(result))?)
}

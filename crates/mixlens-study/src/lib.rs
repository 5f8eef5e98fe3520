//! The model behind the front ends of Mixlens: state, commands, undo, and what a frame shows.
//!
//! A [`Study`] holds the data, the mixtures and everything computed from them. Front ends read it
//! and change it only through [`Study::apply`], with [`Command`]s. The crate has no drawing,
//! threads or clock: long work is requested by a [`JobRequest`] in an [`Event`], done anywhere by
//! [`run_job`], and returned as [`Analysis::JobFinished`].
//!
//! ```
//! use mixlens_study::{Command, Session, Edit, Analysis, Study};
//! let mut study = Study::demo()?;
//! study.apply(Edit::SetProportion { domain: 0, to: 0.5 })?;
//! assert_eq!(study.domain_rows()[0].text, "50.00 %");
//! study.apply(Session::Undo)?;
//! assert!(!study.can_undo());
//! # Ok::<(), mixlens_study::StudyError>(())
//! ```
//!
//! | what | where |
//! |---|---|
//! | undoable state: mixtures, locks, limits, goal | [`State`] |
//! | results, never undone: tables, fits, evidence, searches | [`Dataset`] |
//! | view settings, saved and not undone | [`View`] |
//! | a tokenizer and its inferred mixture, never undone | [`TokenizerWork`] |
//! | numbers and sentences for front ends | [`Predictions`], [`DomainRow`], [`Traces`], … |

mod citation;
mod command;
mod command_info;
mod dataset;
mod demo;
mod derived;
mod embed;
mod error;
mod event;
mod export;
mod file;
mod history;
mod link;
mod phases;
mod shortcut;
mod slots;
mod state;
mod study;
#[cfg(test)]
mod testing;
mod tokenizer;
mod view;

pub use citation::Citation;
pub use command::{
    Analysis, Answer, BaselineFrom, Command, Edit, FrontRequest, InferredAs, Output, ResetTo,
    RunSelection, SampleFrom, Session, TokenizerChange, ViewChange,
};
pub use command_info::{CommandInfo, CommandKind, MenuGroup};
pub use dataset::{Dataset, Work};
pub use demo::Example;
pub use derived::{
    Difference, DifferenceTable, DomainRow, FrontPoint, InferredGroup, InferredPlot, InferredRow,
    LimitHit, LineSource, MeasuredPair, MetricRow, ObjectiveRow, ParallelAxis, ParallelLines,
    ParallelMarks, ParallelPlot, ParetoPlane, PlanPhase, PlanRow, Predictions, RunOrder, ShareOf,
    SurveyCell, SurveyPlane, SurveyPlot, SurveyStrip, TrainingPlan,
};
pub use error::StudyError;
pub use event::Event;
pub use export::{MixtureFormat, MixtureSheet};
pub use file::{
    FileKind, FoundFile, Recovery, SavedStudy, autosave_path, backup_path, find_recovery,
    open_study, parse_study, read_study, recovery, save_autosave, save_study,
};
pub use link::{link_domains, study_link};
pub use mixlens_categories::{BuiltIn, CATEGORIES};
#[cfg(feature = "tokenizer")]
pub use mixlens_jobs::infer_from_parts;
pub use mixlens_jobs::{
    BackendReport, BestMove, CategoryKind, Contour, Estimate, Evidence, EvidenceEntry, Examination,
    Fit, ImportPreview, ImportedRuns, InferSettings, InferredMixture, Interactions, JobError,
    JobId, JobKind, JobOutcome, JobRequest, JobResult, JobResults, JobTask, LeftOutSurrogate,
    Limits, LocalProfile, LocalProfileSettings, MetricChoice, MetricEvidence, NextRuns,
    NextRunsSettings, ObjectiveMetric, ObjectiveSettings, OnRejected, ParetoFront, ParetoSettings,
    Problem, SampledCategory, SampledMixtures, SamplingSettings, ScalarisationKind, SearchOutcome,
    SearchSettings, Standing, SurveyOutcome, SurveySettings, Ternary, TernaryPoint, Trace, Traces,
    corner_shares, decimals_for_error, difference_text, percent_text, request_from_parts,
    request_into_parts, result_from_text, result_text, run_job, run_job_on, ticks as axis_ticks,
    token_text, tokens_from_text, value_range, value_text,
};
pub use phases::PlannedPhase;
pub use shortcut::Shortcut;
pub use state::{NamedMixture, State};
pub use study::Study;
pub use tokenizer::TokenizerWork;
pub use view::{
    Brush, ColumnRef, DomainOrder, EvidencePlot, Panel, RunsView, SortOrder, Theme, View,
};

//! What a front of Mixlens shows and can undo.
//!
//! A [`Study`] holds the data, the mixtures and everything computed from them. Fronts read it and
//! change it through one door, [`Study::apply`], with [`Command`]s. There is no drawing, thread or
//! clock here: long work leaves as a [`JobRequest`] in an [`Event`], is done anywhere by
//! [`run_job`], and comes back as [`Analysis::JobFinished`].
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
//! | what is undone: mixtures, locks, limits, goal | [`State`] |
//! | what is computed and never undone: tables, fits, evidence, searches | [`Dataset`] |
//! | how it is looked at, saved and not undone | [`View`] |
//! | a tokenizer and the mixture behind it, never undone | [`TokenizerWork`] |
//! | numbers and sentences for a front to draw | [`Predictions`], [`DomainRow`], [`Traces`], … |

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
mod jobs;
mod limits;
mod link;
mod number;
mod objective_settings;
mod phases;
mod shortcut;
mod state;
mod study;
#[cfg(test)]
mod testing;
mod tokenizer;
mod view;
mod wire;

pub use citation::Citation;
pub use command::{Answer, BaselineFrom, Command, InferredAs, ResetTo, RunSelection, SampleFrom};
pub use command_info::{CommandInfo, CommandKind, MenuGroup};
pub use dataset::{Dataset, Fit, Work};
pub use demo::Example;
pub use derived::{
    BestMove, Contour, Difference, DifferenceTable, DomainRow, Estimate, FrontPoint, InferredGroup,
    InferredPlot, InferredRow, Interactions, LimitHit, LineSource, MeasuredPair, MetricRow,
    ObjectiveRow, ParallelAxis, ParallelLines, ParallelMarks, ParallelPlot, ParetoPlane, PlanPhase,
    PlanRow, Predictions, RunOrder, ShareOf, Standing, SurveyCell, SurveyPlane, SurveyPlot,
    SurveyStrip, Ternary, TernaryPoint, Trace, Traces, TrainingPlan, corner_shares,
    ticks as axis_ticks, value_range,
};
pub use error::StudyError;
pub use event::{Ask, Event};
pub use export::{MixtureFormat, MixtureSheet};
pub use file::{
    FileKind, FoundFile, Recovery, SavedStudy, autosave_path, backup_path, find_recovery,
    open_study, parse_study, read_study, recovery, save_autosave, save_study,
};
#[cfg(feature = "tokenizer")]
pub use jobs::infer_from_parts;
pub use jobs::{
    BackendReport, CategoryKind, Evidence, EvidenceEntry, Examination, ImportPreview,
    InferSettings, InferredMixture, JobId, JobOutcome, JobRequest, JobResult, JobTask,
    LeftOutSurrogate, LocalProfile, LocalProfileSettings, MetricChoice, MetricEvidence, NextRuns,
    NextRunsSettings, OnRejected, ParetoFront, ParetoSettings, Problem, SampledCategory,
    SampledMixtures, SamplingSettings, SearchOutcome, SearchSettings, SurveyOutcome,
    SurveySettings, request_from_parts, request_into_parts, result_from_text, result_text, run_job,
    run_job_on,
};
pub use limits::Limits;
pub use link::{link_domains, study_link};
pub use mixlens_categories::{BuiltIn, CATEGORIES};
pub use number::{
    decimals_for_error, difference_text, percent_text, token_text, tokens_from_text, value_text,
};
pub use objective_settings::{ObjectiveMetric, ObjectiveSettings, ScalarisationKind};
pub use phases::PlannedPhase;
pub use shortcut::Shortcut;
pub use state::{NamedMixture, State};
pub use study::Study;
pub use tokenizer::TokenizerWork;
pub use view::{
    Brush, ColumnRef, DomainOrder, EvidencePlot, Panel, RunsView, SortOrder, Theme, View,
};

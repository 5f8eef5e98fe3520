//! [`Calculator`]: a mixture under sliders, and the predictions of a surrogate file for it.

use mixlens_core::fit::{Baseline, Difference, Interval, Surrogate, SurrogateSet};
use mixlens_core::search::{Objective, Term};
use mixlens_core::simplex::{Constraints, Locks, Mixture, Redistribution, set_proportion};
use mixlens_core::table::Direction;
use mixlens_study::{
    Estimate, Limits, MixtureFormat, MixtureSheet, NamedMixture, Standing, decimals_for_error,
    tokens_from_text,
};

use crate::WidgetError;
use crate::lists::{locks_from_names, mixture_from_names};
use crate::proposal::Searching;
use crate::wire::{
    self, DomainShown, Info, MetricInfo, MetricShown, Names, Snapshot, Supply, SupportLevel,
    Verdict, Weights,
};

/// A mixture, its baseline, locks and limits, and the surrogates that predict it.
#[derive(Debug)]
pub struct Calculator {
    pub(crate) set: SurrogateSet,
    pub(crate) current: Mixture,
    pub(crate) baseline: NamedMixture,
    /// The predictions at the baseline.
    baseline_prediction: Baseline,
    pub(crate) locks: Locks,
    pub(crate) limits: Limits,
    pub(crate) constraints: Constraints,
    pub(crate) objective: Objective,
    /// The domain being dragged and the mixture at the start, so that dragging back restores it.
    drag: Option<(usize, Mixture)>,
    pub(crate) searching: Option<Searching>,
}

impl Calculator {
    /// Opens a surrogate file from `mixlens fit`.
    ///
    /// Current mixture and baseline are the natural mixture, or the mean of the runs where the
    /// natural mixture is not known.
    ///
    /// # Errors
    /// Those of [`SurrogateSet::from_json`].
    pub fn open(text: &str) -> Result<Self, WidgetError> {
        let set = SurrogateSet::from_json_without_params(text)?;
        let centre = set.centre();
        let domains = set.domains();
        let name = if centre.name == "natural" {
            "natural"
        } else {
            "mean of the runs"
        };
        Ok(Self {
            baseline_prediction: set.baseline(centre.mixture.parts())?,
            current: centre.mixture.clone(),
            baseline: NamedMixture {
                name: name.to_owned(),
                mixture: centre.mixture,
            },
            locks: Locks::none(domains),
            limits: Limits::none(domains.len()),
            constraints: Constraints::free(domains),
            objective: Objective::mean_of_all(&set),
            drag: None,
            searching: None,
            set,
        })
    }

    /// Domains, metrics and runs of the file.
    pub fn info(&self) -> Info {
        let metrics = self.set.metrics().iter().map(|fitted| MetricInfo {
            name: fitted.metric.name.clone(),
            improves: improves(fitted.metric.direction),
            surrogate: fitted.surrogate.name().to_owned(),
            runs: fitted.runs,
        });
        Info {
            domains: self.set.domains().names().to_vec(),
            metrics: metrics.collect(),
            runs: self.set.support().rows().len() / self.set.domains().len(),
            has_natural: self.set.natural().is_some(),
        }
    }

    /// Sets the mixture; domains without a weight get zero.
    ///
    /// # Errors
    /// A name that is no domain, a weight that is negative or not finite, or nothing but zeros.
    pub fn set_weights(&mut self, weights: &Weights) -> Result<(), WidgetError> {
        self.current = mixture_from_names(self.set.domains(), &weights.0)?;
        self.drag = None;
        Ok(())
    }

    /// Resets the current mixture to the baseline.
    pub fn reset(&mut self) {
        self.current = self.baseline.mixture.clone();
        self.drag = None;
    }

    /// Moves one domain (by index) to a proportion; the unlocked others compensate in their ratios.
    ///
    /// Until [`Calculator::release`], all moves of the same domain start from the mixture before
    /// the first move.
    ///
    /// # Errors
    /// Those of [`set_proportion`]: the locks leave no room inside the caps, or the proportion is
    /// not finite.
    pub fn drag(&mut self, domain: usize, to: f64) -> Result<(), WidgetError> {
        let begun = self
            .drag
            .take()
            .filter(|(dragged, _)| *dragged == domain)
            .map(|(_, base)| base);
        let base = begun.unwrap_or_else(|| self.current.clone());
        let how = Redistribution::Proportional;
        let moved = set_proportion(&base, domain, to, &self.locks, Some(&self.constraints), how);
        self.drag = Some((domain, base));
        self.current = moved?;
        Ok(())
    }

    /// Ends a drag.
    pub fn release(&mut self) {
        self.drag = None;
    }

    /// Locks the named domains, and no others.
    ///
    /// # Errors
    /// A name that is no domain; the locks are then unchanged.
    pub fn set_locked(&mut self, names: &Names) -> Result<(), WidgetError> {
        self.locks = locks_from_names(self.set.domains(), &names.0)?;
        self.drag = None;
        Ok(())
    }

    /// Compares with a known mixture: `uniform`, `natural`, `mean` (of the runs) or `default`.
    ///
    /// # Errors
    /// Another name, or `natural` where the file has no natural mixture.
    pub fn set_baseline_named(&mut self, name: &str) -> Result<(), WidgetError> {
        let (name, mixture) = match (name, self.set.natural()) {
            ("uniform", _) => ("uniform", Mixture::uniform(self.set.domains())),
            ("natural" | "default", Some(natural)) => ("natural", natural.clone()),
            ("natural", None) => {
                let expected = "a file with a natural mixture, for the baseline";
                return Err(WidgetError::BadValue {
                    expected,
                    found: name.to_owned(),
                });
            }
            ("mean", _) | ("default", None) => ("mean of the runs", self.set.runs_mean().clone()),
            _ => {
                let expected = "uniform, natural, mean or weights such as web:0.6,code:0.4";
                return Err(WidgetError::BadValue {
                    expected,
                    found: name.to_owned(),
                });
            }
        };
        self.compare_with(NamedMixture {
            name: name.to_owned(),
            mixture,
        })
    }

    /// Compares with a mixture given by its weights.
    ///
    /// # Errors
    /// As [`Calculator::set_weights`].
    pub fn set_baseline_weights(&mut self, weights: &Weights) -> Result<(), WidgetError> {
        let mixture = mixture_from_names(self.set.domains(), &weights.0)?;
        self.compare_with(NamedMixture {
            name: "baseline".to_owned(),
            mixture,
        })
    }

    pub(crate) fn compare_with(&mut self, baseline: NamedMixture) -> Result<(), WidgetError> {
        self.baseline_prediction = self.set.baseline(baseline.mixture.parts())?;
        self.baseline = baseline;
        Ok(())
    }

    /// Sets unique and training tokens, which determine epochs and caps.
    ///
    /// # Errors
    /// Counts that cannot be read, a name that is no domain, or caps that leave no mixture; the
    /// calculator is then unchanged.
    pub fn set_supply(&mut self, supply: &Supply) -> Result<(), WidgetError> {
        let domains = self.set.domains();
        let mut limits = Limits::none(domains.len());
        for (name, text) in &supply.unique_tokens {
            let (domain, tokens) = (domains.require(name)?, tokens_from_written(text)?);
            limits
                .unique_tokens
                .iter_mut()
                .skip(domain)
                .take(1)
                .for_each(|slot| *slot = Some(tokens));
        }
        limits.training_tokens = supply
            .training_tokens
            .as_deref()
            .map(tokens_from_written)
            .transpose()?;
        limits.max_epochs = supply.max_epochs.unwrap_or(limits.max_epochs);
        self.constraints = limits.with_caps(Constraints::builder(domains))?.build()?;
        self.limits = limits;
        Ok(())
    }

    /// Sets the weights of the metrics in the objective; without any, all metrics have equal
    /// weight.
    ///
    /// # Errors
    /// A name that is no metric, or a weight that is not above zero.
    pub fn set_objective(&mut self, weights: &Weights) -> Result<(), WidgetError> {
        let known = self.set.metric_set();
        let term = |(name, &weight): (&String, &f64)| {
            Ok(Term {
                metric: known.require(name)?,
                weight,
            })
        };
        let terms = weights
            .0
            .iter()
            .map(term)
            .collect::<Result<Vec<_>, WidgetError>>()?;
        self.objective = if terms.is_empty() {
            Objective::mean_of_all(&self.set)
        } else {
            Objective::new(&self.set, &terms)?
        };
        Ok(())
    }

    /// All values shown for the current mixture.
    ///
    /// # Errors
    /// None: mixture and baseline are always over the domains of the set.
    pub fn snapshot(&self) -> Result<Snapshot, WidgetError> {
        let parts = self.current.parts();
        let (prediction, differences) =
            self.set.predict_beside(parts, &self.baseline_prediction)?;
        let metrics = self
            .set
            .metrics()
            .iter()
            .zip(prediction.values.iter().zip(&prediction.intervals));
        let metrics: Vec<MetricShown> = metrics
            .zip(&differences)
            .map(|((fitted, (&value, &interval)), difference)| {
                let improves = improves(fitted.metric.direction);
                metric_shown(
                    fitted.metric.name.clone(),
                    improves,
                    value,
                    interval,
                    difference,
                )
            })
            .collect();
        let there: Vec<f64> = metrics.iter().map(|metric| metric.baseline).collect();
        let objective_difference = self.objective.of_values(&self.set, &prediction.values)
            - self.objective.of_values(&self.set, &there);
        let beyond = self.set.support().beyond_range(parts)?;
        let names = self.set.domains().names();
        Ok(Snapshot {
            domains: self.domains_shown(),
            metrics,
            support: match prediction.support.name() {
                "inside" => SupportLevel::Inside,
                "edge" => SupportLevel::Edge,
                _ => SupportLevel::Outside,
            },
            beyond_range: beyond
                .into_iter()
                .filter_map(|domain| names.get(domain).cloned())
                .collect(),
            baseline_name: self.baseline.name.clone(),
            objective_difference,
        })
    }

    fn domains_shown(&self) -> Vec<DomainShown> {
        let both = self
            .current
            .iter()
            .zip(self.baseline.mixture.parts())
            .enumerate();
        both.map(|(domain, ((name, proportion), &baseline))| DomainShown {
            name: name.to_owned(),
            proportion,
            baseline,
            is_locked: self.locks.is_locked(domain),
            epochs: self.limits.epochs(domain, proportion),
            cap: self.limits.cap(domain).map(|cap| cap.min(1.0)),
        })
        .collect()
    }

    /// Predicts every metric, without intervals, for one row of proportions in the order of the
    /// domains.
    ///
    /// # Errors
    /// A number of proportions other than that of the domains, or no mixture.
    pub fn predict(&self, parts: &[f64]) -> Result<Vec<f64>, WidgetError> {
        let mixture = Mixture::from_proportions(self.set.domains(), parts, ROW_TOLERANCE)?;
        Ok(self
            .set
            .metrics()
            .iter()
            .map(|fitted| fitted.surrogate.predict_one(mixture.parts()))
            .collect())
    }

    /// The mixture as text: `yaml`, `json`, `csv` or `markdown`.
    ///
    /// # Errors
    /// Another format.
    pub fn export_text(&self, format: &str) -> Result<String, WidgetError> {
        let format = match format {
            "yaml" => MixtureFormat::Yaml,
            "json" => MixtureFormat::Json,
            "csv" => MixtureFormat::Csv,
            "markdown" => MixtureFormat::Markdown,
            _ => {
                return Err(WidgetError::BadValue {
                    expected: "yaml, json, csv or markdown",
                    found: format.to_owned(),
                });
            }
        };
        let Self {
            current,
            baseline,
            limits,
            ..
        } = self;
        Ok(MixtureSheet {
            current,
            baseline,
            limits,
        }
        .text(format))
    }
}

/// How far the sum of proportions may be from one to be rescaled (dimensionless; the tolerance of
/// import).
const ROW_TOLERANCE: f64 = 0.01;

fn tokens_from_written(text: &str) -> Result<f64, WidgetError> {
    let expected = "a count of tokens such as 300B, 1.2T or 1000e9";
    tokens_from_text(text).ok_or_else(|| WidgetError::BadValue {
        expected,
        found: text.to_owned(),
    })
}

fn improves(direction: Direction) -> wire::Direction {
    match direction {
        Direction::Lower => wire::Direction::Lower,
        Direction::Higher => wire::Direction::Higher,
    }
}

fn metric_shown(
    name: String,
    improves: wire::Direction,
    value: f64,
    interval: Option<Interval>,
    difference: &Difference,
) -> MetricShown {
    let sign = if improves == wire::Direction::Lower {
        1.0
    } else {
        -1.0
    };
    let width = |interval: Option<Interval>| interval.map_or(0.0, |interval| interval.half_width());
    let (error, difference_error) = (width(interval), width(difference.interval));
    let standing = Standing::of(
        Estimate::with_interval(difference.value, difference.interval),
        None,
        sign,
    );
    MetricShown {
        name,
        improves,
        value,
        interval: interval.map(|interval| (interval.low, interval.high)),
        decimals: decimals_for_error(error),
        baseline: value - difference.value,
        difference: difference.value,
        difference_interval: difference
            .interval
            .map(|interval| (interval.low, interval.high)),
        // At the baseline itself the interval has no width; the prediction's interval then
        // determines the digits.
        difference_decimals: decimals_for_error(if difference_error > 0.0 {
            difference_error
        } else {
            error
        }),
        says: match standing {
            Standing::Better => Verdict::Better,
            Standing::Worse => Verdict::Worse,
            _ => Verdict::Tied,
        },
    }
}

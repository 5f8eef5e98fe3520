//! [`TrainerConfig`]: the data section of a trainer's config; [`read_trainer_config`].

use std::collections::{HashMap, HashSet};

use mixlens_core::plan::{Check, CheckLevel};
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::supply::Unit;
use mixlens_core::{excerpt, shown};

use super::node::{Node, Value};
use super::{ExportError, PlanSheet, TrainerFormat, python_node, yaml_node};
use crate::ImportError;
use crate::error::{Place, Position};
use crate::limits::{MAX_CONFIG_BYTES, MAX_EMPTY_CELLS, MAX_NAME_BYTES, MAX_PHASES};
use crate::read::{NamedBytes, decode};

/// The meaning of the numbers in a config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightKind {
    /// Relative weights, which the trainer rescales to sum to one.
    Relative,
    /// Proportions that the trainer requires to sum to one.
    Proportions,
    /// The number of times each domain is read.
    Epochs,
    /// The number of samples drawn from each domain.
    Samples,
}

/// The start of a phase.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum PhaseStart {
    /// At the beginning, or unspecified.
    Beginning,
    /// After this number of steps.
    Step(f64),
}

/// The weights of one phase, as the config has them.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigPhase {
    /// Where it begins.
    pub start: PhaseStart,
    /// Domains (or paths) and their weights, in order.
    pub weights: Vec<(String, f64)>,
    /// Tokens of the phase, where the config has them.
    pub training_tokens: Option<f64>,
}

/// The data section of a trainer's config.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainerConfig {
    /// The trainer's format.
    pub format: TrainerFormat,
    /// The meaning of the numbers.
    pub kind: WeightKind,
    /// The unit of the numbers.
    pub unit: Unit,
    /// The phases in order.
    pub phases: Vec<ConfigPhase>,
    /// Maximum epochs per domain, where the config has them.
    pub max_epochs: Vec<(String, f64)>,
    /// Unique tokens per domain, where the config has them.
    pub unique_tokens: Vec<(String, f64)>,
    /// What is odd about the text, before any arithmetic.
    pub findings: Vec<Check>,
}

impl TrainerConfig {
    /// A config of one phase from the beginning.
    pub(super) fn of(
        format: TrainerFormat,
        kind: WeightKind,
        unit: Unit,
        weights: Vec<(String, f64)>,
    ) -> Self {
        let phase = ConfigPhase {
            start: PhaseStart::Beginning,
            weights,
            training_tokens: None,
        };
        let (max_epochs, unique_tokens, findings) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            format,
            kind,
            unit,
            phases: vec![phase],
            max_epochs,
            unique_tokens,
            findings,
        }
    }

    /// All domains, in the order of their first mention.
    pub fn domains(&self) -> Vec<&str> {
        let mut seen: HashSet<&str> = HashSet::new();
        let names = self
            .phases
            .iter()
            .flat_map(|phase| &phase.weights)
            .map(|(name, _)| name.as_str());
        names.filter(|name| seen.insert(name)).collect()
    }

    /// The mixtures of the phases, in the unit that the config counts: weights rescaled, domains
    /// that a phase lacks at zero.
    ///
    /// # Errors
    /// Names and weights that no mixture can be made of.
    pub fn mixtures(&self) -> Result<Vec<Mixture>, ImportError> {
        let domains = DomainSet::new(self.domains())?;
        let of = |phase: &ConfigPhase| {
            let mut parts = vec![0.0; domains.len()];
            for (name, weight) in &phase.weights {
                if let Some(part) = domains
                    .index_of(name)
                    .and_then(|index| parts.get_mut(index))
                {
                    *part += weight;
                }
            }
            Ok(Mixture::from_proportions(&domains, &parts, f64::INFINITY)?)
        };
        self.phases.iter().map(of).collect()
    }
}

/// One format: how it is written, and how it is recognised and read.
pub(super) trait TrainerFile {
    /// The text of a plan.
    fn write(&self, sheet: &PlanSheet<'_>, format: TrainerFormat) -> Result<String, ExportError>;

    /// The config's data section; `None` if it is not of this format.
    fn read(&self, source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError>;
}

/// A config that is being read.
pub(super) struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
    /// The config as a tree; for scripts their literals and calls.
    pub tree: Node,
    /// Whether it is a Python script.
    pub is_script: bool,
}

impl Source<'_> {
    /// An error about a value.
    pub fn malformed(
        &self,
        line: u64,
        expected: &'static str,
        found: impl Into<String>,
        advice: &'static str,
    ) -> ImportError {
        let place = Box::new(Place::new(self.file, Position::Line(line)));
        ImportError::Malformed {
            place,
            expected,
            found: found.into(),
            advice,
        }
    }

    /// A weight under its name: a finite number of zero or more.
    pub fn weight(&self, name: &str, node: &Node) -> Result<f64, ImportError> {
        let problem = |found: String, advice: &'static str| ImportError::BadCell {
            place: Box::new(Place::new(self.file, Position::Line(node.line)).column(name)),
            expected: "a weight of zero or more",
            found,
            advice,
        };
        match &node.value {
            Value::Number(weight, _) if *weight >= 0.0 => Ok(*weight),
            Value::Number(_, text) => Err(problem(text.clone(), "correct the weight")),
            Value::Text(text) => Err(problem(text.clone(), "write a number with a decimal point")),
            _ => Err(problem(
                "nothing".to_owned(),
                "write a number with a decimal point",
            )),
        }
    }

    /// The weights of a map from names to numbers.
    pub fn weights_of_map(&self, node: &Node) -> Result<Vec<(String, f64)>, ImportError> {
        let entries = node.entries().unwrap_or_default().iter();
        let named = entries.map(|(key, value)| (key.text().unwrap_or_default().to_owned(), value));
        self.named_weights(named)
    }

    /// Weights under their names, each once.
    pub fn named_weights<'n>(
        &self,
        named: impl IntoIterator<Item = (String, &'n Node)>,
    ) -> Result<Vec<(String, f64)>, ImportError> {
        let (mut weights, mut lines) = (Vec::new(), HashMap::new());
        for (name, node) in named {
            self.check_name(&name, node.line)?;
            let weight = self.weight(&name, node)?;
            if let Some(first) = lines.insert(name.clone(), node.line) {
                return Err(ImportError::Duplicate {
                    what: "each domain of a mixture",
                    id: name,
                    first: Box::new(Place::new(self.file, Position::Line(first))),
                    second: Box::new(Place::new(self.file, Position::Line(node.line))),
                    advice: "remove or rename one of the two".to_owned(),
                    choice: None,
                });
            }
            weights.push((name, weight));
        }
        Ok(weights)
    }

    fn check_name(&self, name: &str, line: u64) -> Result<(), ImportError> {
        let found = name.len() as u64;
        if found <= MAX_NAME_BYTES {
            return Ok(());
        }
        let place = Box::new(Place::new(self.file, Position::Line(line)));
        let (what, advice) = ("bytes in the name of a domain", "shorten the name");
        Err(ImportError::TooMuch {
            place,
            what,
            max: MAX_NAME_BYTES,
            found: Some(found),
            advice,
        })
    }

    /// Names and weights from two lists beside each other.
    pub fn weights_of_lists(
        &self,
        names: &Node,
        weights: &Node,
    ) -> Result<Vec<(String, f64)>, ImportError> {
        let (Some(names), Some(numbers)) = (names.list(), weights.list()) else {
            return Err(self.malformed(
                weights.line,
                "a list of names and a list of weights",
                "something else",
                "write both as lists",
            ));
        };
        if names.len() != numbers.len() {
            let found = format!("{} names and {} weights", names.len(), numbers.len());
            return Err(self.malformed(
                weights.line,
                "as many weights as names",
                found,
                "give each name a weight",
            ));
        }
        let pairs = names.iter().zip(numbers);
        self.named_weights(
            pairs.map(|(name, weight)| (name.text().unwrap_or_default().to_owned(), weight)),
        )
    }

    /// Alternating weights and paths, as Megatron takes them; without weights (an odd number of
    /// items) all count alike.
    pub fn weights_of_blend(
        &self,
        items: &[(u64, String)],
    ) -> Result<Vec<(String, f64)>, ImportError> {
        let nodes: Vec<Node> = items
            .iter()
            .map(|(line, text)| Node::new(*line, super::node::plain(text)))
            .collect();
        if items.len() % 2 == 1 || nodes.first().is_some_and(|first| first.number().is_none()) {
            if let Some((line, text)) = items.iter().find(|(_, text)| text.parse::<f64>().is_ok()) {
                let found = format!("{} among {} items", excerpt(text), items.len());
                let advice = "give every path a weight before it, or none";
                return Err(self.malformed(*line, "alternating weights and paths", found, advice));
            }
            let one = Node::new(0, Value::Number(1.0, "1".to_owned()));
            return self.named_weights(items.iter().map(|(_, path)| (path.clone(), &one)));
        }
        let pairs = nodes.chunks(2).zip(items.chunks(2));
        let named =
            pairs.filter_map(|(nodes, items)| Some((items.get(1)?.1.clone(), nodes.first()?)));
        self.named_weights(named)
    }
}

/// The items of a list as text, with their lines.
pub(super) fn texts(list: &[Node]) -> Vec<(u64, String)> {
    list.iter()
        .map(|node| (node.line, node.text().unwrap_or_default().to_owned()))
        .collect()
}

/// Reads the mixture that a trainer's config realises; the trainer is recognised by the content.
///
/// # Errors
/// [`ImportError`] for a config of no known trainer, or for what is wrong with it, naming the field
/// or the line.
///
/// ```
/// use mixlens_formats::{NamedBytes, TrainerFormat, read_trainer_config};
/// let file = NamedBytes::new("blend.txt", "30 data/web 70 data/code");
/// let config = read_trainer_config(&file)?;
/// assert_eq!(config.format, TrainerFormat::MegatronArgs);
/// assert_eq!(config.mixtures()?[0].parts(), [0.3, 0.7]);
/// # Ok::<(), mixlens_formats::ImportError>(())
/// ```
pub fn read_trainer_config(file: &NamedBytes) -> Result<TrainerConfig, ImportError> {
    let text = decode(file)?;
    check_size(&file.name, text)?;
    let source = |tree: Node, is_script: bool| Source {
        file: &file.name,
        text,
        tree,
        is_script,
    };
    // A tree takes much more memory than its text, so only one exists at a time.
    let problem = match yaml_node::read(&file.name, text) {
        Ok(tree) if matches!(tree.value, Value::Map(_) | Value::List(_)) => {
            if let Some(config) = read_source(&source(tree, false))? {
                return Ok(config);
            }
            None
        }
        Ok(_) => None,
        Err(problem) => Some(problem),
    };
    if let Some(config) = read_source(&source(python_node::read(text), true))? {
        return Ok(config);
    }
    // A file that is not YAML gets the YAML error.
    let looks_like_yaml = [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| file.name.ends_with(ending));
    if let Some(problem) = problem.filter(|_| looks_like_yaml) {
        return Err(problem);
    }
    Err(ImportError::Malformed {
        place: Box::new(Place::new(&file.name, Position::File)),
        expected: "a trainer's config with weights of domains",
        found: "none of the known fields (`train`, `streams`, `data_prefix`, `blend`, \
               `target_ratio`, `data_stages`, \
                `train_weights`, `probabilities`, …)"
            .to_owned(),
        advice: "see `mixlens help plan` for the formats",
    })
}

fn check_size(file: &str, text: &str) -> Result<(), ImportError> {
    let found = text.len() as u64;
    if found <= MAX_CONFIG_BYTES {
        return Ok(());
    }
    let place = Box::new(Place::new(file, Position::File));
    let advice = "keep only the data section of the config";
    Err(ImportError::TooMuch {
        place,
        what: "bytes of a trainer's config",
        max: MAX_CONFIG_BYTES,
        found: Some(found),
        advice,
    })
}

/// The config, read in the first format that matches.
fn read_source(source: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
    for format in TrainerFormat::ALL {
        let Some(mut config) = format.file().read(source)? else {
            continue;
        };
        if let Some(empty) = config
            .phases
            .iter()
            .position(|phase| phase.weights.is_empty())
        {
            let found = format!("none in phase {}", empty + 1);
            return Err(source.malformed(
                1,
                "at least one domain with a weight",
                found,
                "add the domains",
            ));
        }
        check_cells(&config, source.file)?;
        look_at_sums(&mut config);
        look_at_text(&mut config, source);
        return Ok(Some(config));
    }
    Ok(None)
}

/// Every phase becomes a mixture over the domains of all phases.
fn check_cells(config: &TrainerConfig, file: &str) -> Result<(), ImportError> {
    let place = || Box::new(Place::new(file, Position::File));
    let phases = config.phases.len() as u64;
    if phases > MAX_PHASES {
        let advice = "keep only the phases with a mixture";
        return Err(ImportError::TooMuch {
            place: place(),
            what: "phases",
            max: MAX_PHASES,
            found: Some(phases),
            advice,
        });
    }
    let found = phases * config.domains().len() as u64;
    if found <= MAX_EMPTY_CELLS {
        return Ok(());
    }
    let (what, advice) = (
        "domains times phases",
        "name the same domains in every phase",
    );
    Err(ImportError::TooMuch {
        place: place(),
        what,
        max: MAX_EMPTY_CELLS,
        found: Some(found),
        advice,
    })
}

/// Checks for sums that the trainer rejects, and for sums that suggest another unit.
fn look_at_sums(config: &mut TrainerConfig) {
    let several = config.phases.len() > 1;
    for (number, phase) in (1..).zip(&config.phases) {
        let sum: f64 = phase.weights.iter().map(|(_, weight)| weight).sum();
        let which = if several {
            format!("phase {number}: ")
        } else {
            String::new()
        };
        let is_one = (sum - 1.0).abs() <= 1e-9;
        let (level, text) = match config.kind {
            WeightKind::Proportions if is_one => {
                (CheckLevel::Ok, format!("{which}the proportions sum to 1"))
            }
            WeightKind::Proportions => {
                let percent = if (sum - 100.0).abs() < 1.0 {
                    "; they look like per cent, divide them by 100"
                } else {
                    ""
                };
                // numpy and OLMo-core let rounding pass, nothing more.
                let level = if (sum - 1.0).abs() <= 1e-5 {
                    CheckLevel::Warn
                } else {
                    CheckLevel::Fail
                };
                (
                    level,
                    format!("{which}the proportions sum to {sum}, the trainer requires 1{percent}"),
                )
            }
            WeightKind::Relative if (sum - 100.0).abs() < 1.0 && !is_one => (
                CheckLevel::Warn,
                format!(
                    "{which}the weights sum to {sum} and look like per cent; the trainer rescales \
                    them"
                ),
            ),
            WeightKind::Relative if sum > 1.5 => {
                let text = format!(
                    "{which}the weights sum to {sum:.4}; the trainer rescales them, so they are \
                    neither epochs nor amounts"
                );
                (CheckLevel::Warn, text)
            }
            WeightKind::Relative if is_one => {
                (CheckLevel::Ok, format!("{which}the weights sum to 1"))
            }
            WeightKind::Relative => (
                CheckLevel::Warn,
                format!("{which}the weights sum to {sum}; the trainer rescales them to sum to 1"),
            ),
            WeightKind::Epochs => (
                CheckLevel::Ok,
                format!("{which}the numbers are repetitions of each domain"),
            ),
            WeightKind::Samples => (
                CheckLevel::Ok,
                format!("{which}the numbers are samples drawn from each domain"),
            ),
        };
        config.findings.push(Check {
            id: "weights_sum",
            level,
            text,
        });
    }
}

/// Numbers that the trainer reads as text: PyYAML requires a decimal point before an exponent and a
/// sign in it.
fn look_at_text(config: &mut TrainerConfig, source: &Source<'_>) {
    if source.is_script || source.text.trim_start().starts_with('{') {
        return;
    }
    fn odd(node: &Node, out: &mut Vec<(u64, String)>) {
        match &node.value {
            Value::Number(_, text)
                if text.contains(['e', 'E'])
                    && !(text.contains('.') && text.contains(['+', '-'])) =>
            {
                out.push((node.line, text.clone()));
            }
            Value::List(items) => items.iter().for_each(|item| odd(item, out)),
            Value::Map(entries) => entries.iter().for_each(|(_, value)| odd(value, out)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    odd(&source.tree, &mut found);
    if let Some((line, text)) = found.first() {
        let text = format!(
            "line {line}: PyYAML reads {} as text, not as a number; write it with a point and a \
            sign, as in 1.0e-5",
            shown(text)
        );
        config.findings.push(Check {
            id: "number_as_text",
            level: CheckLevel::Warn,
            text,
        });
    }
}

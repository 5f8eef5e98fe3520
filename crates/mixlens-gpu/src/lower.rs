//! [`Lowered`]: surrogates, objective and sampler as numbers and steps for the kernels.

use std::collections::BTreeMap;

use mixlens_core::fit::formula::{
    Child, EffectiveData, Gp, Inputs, LineTarget, Node, PolynomialDegree, PowerTerms, TreeNodes,
    Trees,
};
use mixlens_core::fit::{Formula, SurrogateSet};
use mixlens_core::search::{Objective, Scalarisation, ScreeningSpec, Side, SurveySpec};
use mixlens_core::simplex::{MAX_REDRAWS, Sampler};

use crate::kernel::Kernel;

/// What one dispatch does; `Work` of `wgsl/prelude.wgsl`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Work {
    pub at: u32,
    pub is_first: bool,
    pub mode: u32,
    pub size: u32,
    pub scale: f32,
    pub a: f32,
    pub b: f32,
    pub c: f32,
}

impl Work {
    /// As the device reads it.
    pub fn words(self) -> [u32; 8] {
        let Self {
            at,
            is_first,
            mode,
            size,
            scale,
            a,
            b,
            c,
        } = self;
        let [scale, a, b, c] = [scale, a, b, c].map(f32::to_bits);
        [at, u32::from(is_first), mode, size, scale, a, b, c]
    }
}

/// Numbers and steps for the kernels.
pub(crate) struct Lowered {
    /// The number of domains.
    pub width: usize,
    /// Numbers of all steps.
    pub numbers: Vec<u32>,
    /// What to do with a chunk, in order.
    pub steps: Vec<(Kernel, Work)>,
    /// Whether logarithms of the proportions are needed.
    pub with_logs: bool,
    /// Whether proportions are binned for trees.
    pub with_bins: bool,
    /// How many strengths samples take in turn.
    pub strengths: u64,
}

/// Most domains, thresholds of a domain and splits of a tree that fit into half a word with a bit
/// to spare.
const MOST: usize = 0x7fff;
/// A child that is a leaf.
const LEAF: u32 = 0x8000;
/// Trees that share a row of masks.
const TILE: usize = 16;
/// Bits of a mask: trees with more leaves, which would take two, are sooner walked.
const BITS: usize = 32;
/// Most domains for which masks are sooner done: they look at every domain, walks only at those on
/// the way.
const MAX_MASKED: usize = 40;
/// Most thresholds for masks, because every tile has a place for each.
const MAX_INDICES: usize = 8192;
/// Excess over a bound, relative to 1 + |bound|, that single precision may show where there is
/// none.
const BOUND_SLACK: f64 = 2e-6;

/// The one place where numbers become single.
#[expect(
    clippy::cast_possible_truncation,
    reason = "single precision is what the device computes in; f32 has these ends"
)]
fn single(value: f64) -> f32 {
    value.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}

impl Lowered {
    /// All that a screening needs.
    ///
    /// # Errors
    /// What the kernels cannot do.
    pub fn of_screening(screening: &ScreeningSpec<'_>) -> Result<Self, String> {
        let mut lowered = Self::new(screening.set, screening.objective, screening.sampler)?;
        lowered.steps.extend([
            (Kernel::Offer, Work::default()),
            (Kernel::Compact, Work::default()),
        ]);
        Ok(lowered)
    }

    /// All that a survey needs.
    ///
    /// # Errors
    /// What the kernels cannot do.
    pub fn of_survey(surveying: &SurveySpec<'_>) -> Result<Self, String> {
        let mut lowered = Self::new(surveying.set, surveying.objective, surveying.sampler)?;
        let (a, b) = (single(surveying.good), single(surveying.broken));
        let count = |number: usize| {
            u32::try_from(number).map_err(|_| "too many cells for the device".to_owned())
        };
        let mut first = 0;
        for (mode, axes) in [
            surveying.axes.get(..lowered.width),
            surveying.axes.get(lowered.width..),
        ]
        .into_iter()
        .enumerate()
        {
            let axes = axes.unwrap_or_default();
            let size = axes.first().map_or(0, |axis| axis.cells);
            let work = Work {
                at: lowered.here()?,
                mode: mode as u32,
                size: count(size)?,
                a,
                b,
                ..Work::default()
            };
            lowered.numbers.push(count(first)?);
            lowered.write(axes.iter().flat_map(|axis| [axis.low, axis.scale()]));
            lowered.steps.push((Kernel::Survey, work));
            first += size * axes.len();
        }
        if let Some((pair, axes)) = surveying.pair {
            let size = axes.iter().map(|axis| axis.cells).product();
            let work = Work {
                at: lowered.here()?,
                mode: 2,
                size: count(size)?,
                a,
                b,
                ..Work::default()
            };
            lowered.numbers.push(count(first)?);
            for (domain, axis) in pair.into_iter().zip(axes) {
                lowered.numbers.push(count(domain)?);
                lowered.write([axis.low, axis.scale()]);
            }
            lowered.numbers.push(count(axes[0].cells)?);
            lowered.steps.push((Kernel::Survey, work));
        }
        Ok(lowered)
    }

    /// What draws and predicts.
    fn new(set: &SurrogateSet, objective: &Objective, sampler: &Sampler) -> Result<Self, String> {
        let width = set.domains().len();
        let mut lowered = Self {
            width,
            numbers: Vec::new(),
            steps: Vec::new(),
            with_logs: false,
            with_bins: false,
            strengths: 1,
        };
        lowered.sampler(sampler)?;
        let formulas = set
            .metrics()
            .iter()
            .map(|fitted| fitted.surrogate.formula());
        let formulas: Vec<&Formula> = formulas.collect();
        let used = objective.terms().iter().map(|term| term.metric);
        let used: Vec<usize> = used
            .chain(objective.bounds().iter().map(|bound| bound.metric))
            .collect();
        let used_formulas = used
            .iter()
            .filter_map(|&metric| formulas.get(metric).copied());
        let bins = Bins::new(used_formulas, width)?;
        if !bins.is_empty() {
            lowered.bins(&bins);
        }
        for (place, term) in objective.terms().iter().enumerate() {
            let formula = formulas
                .get(term.metric)
                .ok_or("a metric of the objective is not in the set")?;
            lowered.metric(formula, &bins)?;
            let sign = set
                .metrics()
                .get(term.metric)
                .map_or(1.0, |fitted| fitted.metric.direction.sign());
            lowered.fold(objective, place, term.weight, sign);
        }
        for bound in objective.bounds() {
            let formula = formulas
                .get(bound.metric)
                .ok_or("a bounded metric is not in the set")?;
            lowered.metric(formula, &bins)?;
            let scale = if bound.side == Side::AtMost {
                1.0
            } else {
                -1.0
            };
            let slack = BOUND_SLACK * (1.0 + bound.value.abs());
            let (a, b) = (single(f64::from(scale) * bound.value), single(slack));
            lowered.steps.push((
                Kernel::Fold,
                Work {
                    mode: 3,
                    scale,
                    a,
                    b,
                    ..Work::default()
                },
            ));
        }
        Ok(lowered)
    }

    fn here(&self) -> Result<u32, String> {
        u32::try_from(self.numbers.len())
            .map_err(|_| "the surrogates are too large for the device".to_owned())
    }

    fn write(&mut self, values: impl IntoIterator<Item = f64>) {
        self.numbers
            .extend(values.into_iter().map(|value| single(value).to_bits()));
    }

    fn sampler(&mut self, sampler: &Sampler) -> Result<(), String> {
        let shapes = sampler
            .shapes()
            .ok_or("the low-discrepancy sequence is drawn on the CPU")?;
        let constraints = sampler.constraints();
        let rows = constraints.rows();
        if rows
            .iter()
            .any(|row| row.relation == mixlens_core::convex::Relation::Equal)
        {
            return Err("samples under equality constraints are drawn on the CPU".to_owned());
        }
        if self.width > MOST {
            return Err(format!(
                "{} domains are too many for the device",
                self.width
            ));
        }
        let count = |number: usize| {
            u32::try_from(number).map_err(|_| "too many numbers for the device".to_owned())
        };
        let seed = sampler.seed();
        let words = [seed as u32, (seed >> 32) as u32];
        let has_bounds = !constraints.is_free();
        self.strengths = shapes.len() as u64;
        let head = [
            count(shapes.len())?,
            u32::from(sampler.most().is_some()),
            u32::from(has_bounds),
            count(rows.len())?,
        ];
        self.numbers.extend(head);
        self.numbers.extend(words);
        self.numbers.push(MAX_REDRAWS);
        for shape in shapes.iter().flatten() {
            // A boost below zero marks a shape of zero, whose draws are nothing.
            let boost = if shape.is_zero { -1.0 } else { shape.boost };
            self.write([shape.d, shape.c, shape.d.max(f64::MIN_POSITIVE).ln(), boost]);
        }
        let width = self.width;
        self.write(
            sampler
                .most()
                .map_or_else(|| vec![1.0; width], <[f64]>::to_vec),
        );
        self.write(
            constraints
                .lower()
                .iter()
                .chain(constraints.upper())
                .copied(),
        );
        self.write(
            constraints
                .inside()
                .map_or_else(|| vec![0.0; width], <[f64]>::to_vec),
        );
        for row in rows {
            self.write(row.coefficients.iter().copied().chain([row.bound]));
        }
        self.steps.push((Kernel::Sample, Work::default()));
        Ok(())
    }

    fn bins(&mut self, bins: &Bins) {
        let at = self.numbers.len();
        self.with_bins = true;
        let mut first = at + 2 * self.width;
        for thresholds in &bins.0 {
            self.numbers.extend([thresholds.len() as u32, first as u32]);
            first += thresholds.len();
        }
        self.write(bins.0.iter().flatten().copied());
        self.steps.push((
            Kernel::Bins,
            Work {
                at: at as u32,
                ..Work::default()
            },
        ));
    }

    /// The steps that predict one metric.
    fn metric(&mut self, formula: &Formula, bins: &Bins) -> Result<(), String> {
        let mut is_first = true;
        self.part(formula, 1.0, &mut is_first, bins)
    }

    fn part(
        &mut self,
        formula: &Formula,
        weight: f64,
        is_first: &mut bool,
        bins: &Bins,
    ) -> Result<(), String> {
        let parts = formula.parts();
        if !parts.is_empty() {
            return parts.into_iter().try_for_each(|(factor, part)| {
                self.part(part.formula(), weight * factor, is_first, bins)
            });
        }
        let mut work = Work {
            at: self.here()?,
            is_first: *is_first,
            scale: single(weight),
            ..Work::default()
        };
        *is_first = false;
        let kernel = match formula {
            Formula::Line(line) => {
                self.write([line.intercept()].iter().chain(line.slopes()).copied());
                work.mode = u32::from(line.target() == LineTarget::LogLoss);
                Kernel::Line
            }
            Formula::Exponential(law) => {
                self.write(
                    law.range()
                        .into_iter()
                        .chain([law.floor(), law.log_scale()]),
                );
                self.write(law.slopes().iter().copied());
                Kernel::Exponential
            }
            Formula::EffectiveData(law) => {
                self.effective_data(law);
                Kernel::EffectiveData
            }
            Formula::PowerTerms(terms) => {
                self.power_terms(terms);
                Kernel::Power
            }
            Formula::Polynomial(polynomial) => {
                self.write(polynomial.coefficients().iter().copied());
                work.mode = match polynomial.degree() {
                    PolynomialDegree::Linear => 1,
                    PolynomialDegree::Quadratic => 2,
                    PolynomialDegree::SpecialCubic => 3,
                };
                Kernel::Scheffe
            }
            Formula::LogQuadratic(quadratic) => {
                let head = [quadratic.offset(), quadratic.intercept()];
                self.write(quadratic.range().into_iter().chain(head));
                let scales = quadratic.centres().iter().zip(quadratic.spreads());
                self.write(scales.flat_map(|(&centre, &spread)| [centre, 1.0 / spread]));
                self.write(quadratic.coefficients().iter().copied());
                Kernel::LogQuadratic
            }
            Formula::Gp(gp) => {
                self.process(gp);
                work.mode = u32::from(gp.is_log()) + 2 * u32::from(gp.inputs() == Inputs::Sqrt);
                work.size = u32::try_from(gp.weights().len())
                    .map_err(|_| "a process has too many runs for the device")?;
                Kernel::Gp
            }
            Formula::Trees(trees) => self.trees(trees, bins, &mut work)?,
            Formula::Stack(_) | Formula::Mean(_) => {
                return Err("a sum has been taken apart".to_owned());
            }
        };
        self.steps.push((kernel, work));
        Ok(())
    }

    fn effective_data(&mut self, law: &EffectiveData) {
        let head = [law.floor(), law.steepness(), law.base()];
        self.write(law.range().into_iter().chain(head));
        let terms = law.coefficients().iter().zip(law.exponents());
        self.write(terms.flat_map(|(&coefficient, exponent)| [coefficient, exponent]));
        self.with_logs = true;
    }

    fn power_terms(&mut self, terms: &PowerTerms) {
        self.write(terms.range().into_iter().chain([terms.floor()]));
        let scales = terms.heights().iter().zip(terms.offsets());
        self.write(
            scales
                .zip(terms.exponents())
                .flat_map(|((&height, &offset), exponent)| [height, 1.0 / offset, exponent]),
        );
    }

    fn process(&mut self, gp: &Gp) {
        let inverses = gp.lengths().iter().map(|length| 1.0 / length);
        self.write([gp.centre(), gp.scale()].into_iter().chain(inverses));
        // Terms are hundreds of times as large as their sum: what rounding takes from a number goes
        // beside it.
        let split = |&value: &f64| [value, value - f64::from(single(value))];
        let runs = gp.scaled_runs().chunks_exact(gp.lengths().len());
        for (run, weight) in runs.zip(gp.weights()) {
            self.write([weight].into_iter().chain(run).flat_map(split));
        }
    }

    /// Masks where they are the faster, nodes elsewhere; trees without a split are one number.
    fn trees(&mut self, trees: &Trees, bins: &Bins, work: &mut Work) -> Result<Kernel, String> {
        let trees = trees.nodes();
        let (split, whole): (Vec<_>, Vec<_>) =
            trees.iter().partition(|tree| !tree.nodes.is_empty());
        work.a = single(whole.iter().flat_map(|tree| tree.values.first()).sum());
        let has_masks = self.width <= MAX_MASKED && bins.count() <= MAX_INDICES;
        let (kernel, size) = if has_masks && split.iter().all(|tree| tree.values.len() <= BITS) {
            self.masks(&split, bins);
            (Kernel::TreeMasks, split.len().div_ceil(TILE))
        } else {
            self.nodes(&split, bins)?;
            (Kernel::Trees, split.len())
        };
        work.size = u32::try_from(size).map_err(|_| "there are too many trees for the device")?;
        self.here().map(|_| kernel)
    }

    /// Heads of the trees, then nodes and leaf values of each.
    fn nodes(&mut self, trees: &[&TreeNodes<'_>], bins: &Bins) -> Result<(), String> {
        let mut at = self.numbers.len() + 2 * trees.len();
        for tree in trees {
            if tree.values.len() > MOST {
                return Err("a tree has too many leaves for the device".to_owned());
            }
            self.numbers
                .extend([at as u32, (at + 2 * tree.nodes.len()) as u32]);
            at += 2 * tree.nodes.len() + tree.values.len();
        }
        let child = |child| match child {
            Child::Split(number) => number as u32,
            Child::Leaf(number) => number as u32 | LEAF,
        };
        for tree in trees {
            for node in &tree.nodes {
                let rank = bins.rank(node.domain, node.threshold);
                self.numbers.extend([
                    node.domain as u32 | rank << 16,
                    child(node.left) | child(node.right) << 16,
                ]);
            }
            self.write(tree.values.iter().copied());
        }
        Ok(())
    }

    /// Starts of the domains' thresholds, then places of rows and leaf values of every tile, then
    /// rows of masks: one wherever a threshold of the tile changes what is possible.
    fn masks(&mut self, trees: &[&TreeNodes<'_>], bins: &Bins) {
        let mut start = 0;
        self.numbers.push(start);
        for thresholds in &bins.0 {
            start += thresholds.len() as u32;
            self.numbers.push(start);
        }
        let open = self.numbers.len() + trees.len().div_ceil(TILE) * (bins.count() + TILE * BITS);
        let open = open.next_multiple_of(4);
        let mut rows = vec![u32::MAX; TILE];
        for tile in trees.chunks(TILE) {
            let mut values = Vec::with_capacity(TILE * BITS);
            let mut splits = Vec::new();
            for (lane, tree) in tile.iter().enumerate() {
                let masks = Masks::new(tree);
                values.extend(masks.values);
                values.resize((lane + 1) * BITS, 0.0);
                let ranked = |(node, left): (&Node, u32)| {
                    (
                        (node.domain, bins.rank(node.domain, node.threshold)),
                        lane,
                        !left,
                    )
                };
                splits.extend(masks.lefts.into_iter().map(ranked));
            }
            values.resize(TILE * BITS, 0.0);
            splits.sort_unstable();
            let mut splits = splits.into_iter().peekable();
            for (domain, thresholds) in bins.0.iter().enumerate() {
                let (mut place, mut row) = (open, [u32::MAX; TILE]);
                for rank in 0..thresholds.len() as u32 {
                    let before = row;
                    while let Some((_, lane, mask)) =
                        splits.next_if(|(threshold, ..)| *threshold == (domain, rank))
                    {
                        if let Some(own) = row.get_mut(lane) {
                            *own &= mask;
                        }
                    }
                    if row != before {
                        place = open + rows.len();
                        rows.extend(row);
                    }
                    self.numbers.push((place / 4) as u32);
                }
            }
            self.write(values);
        }
        self.numbers.resize(open, 0);
        self.numbers.extend(rows);
    }

    fn fold(&mut self, objective: &Objective, place: usize, weight: f64, sign: f64) {
        let largest = objective
            .terms()
            .iter()
            .map(|term| term.weight)
            .fold(0.0, f64::max);
        let at = |values: &[f64]| values.get(place).copied().unwrap_or(0.0);
        let (mode, scale, a, b, c) = match objective.aim() {
            Scalarisation::Mean => (0, weight * sign, 0.0, 0.0, 0.0),
            Scalarisation::Worst { reference } => (1, sign, weight / largest, at(reference), 0.0),
            Scalarisation::Desirability { best, worst } => {
                // The core's least range of best and worst.
                (
                    2,
                    sign,
                    1.0 / (at(worst) - at(best)).max(1e-9),
                    at(worst),
                    weight,
                )
            }
        };
        let [scale, a, b, c] = [scale, a, b, c].map(single);
        self.steps.push((
            Kernel::Fold,
            Work {
                is_first: place == 0,
                mode,
                scale,
                a,
                b,
                c,
                ..Work::default()
            },
        ));
    }
}

/// Thresholds of all trees, per domain, ascending, each once: metrics share the binning of
/// proportions.
struct Bins(Vec<Vec<f64>>);

impl Bins {
    fn new<'a>(formulas: impl Iterator<Item = &'a Formula>, width: usize) -> Result<Self, String> {
        let mut by_domain = BTreeMap::<usize, Vec<f64>>::new();
        formulas.for_each(|formula| collect(formula, &mut by_domain));
        let sorted = (0..width).map(|domain| {
            let mut thresholds = by_domain.remove(&domain).unwrap_or_default();
            thresholds.sort_by(f64::total_cmp);
            thresholds.dedup_by(|a, b| a.total_cmp(b).is_eq());
            thresholds
        });
        let sorted: Vec<_> = sorted.collect();
        match sorted.iter().map(Vec::len).max() {
            Some(most) if most > MOST => {
                Err("trees have too many thresholds for the device".to_owned())
            }
            _ => Ok(Self(sorted)),
        }
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// Thresholds of all domains.
    fn count(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// How many thresholds of the domain are below this one.
    fn rank(&self, domain: usize, threshold: f64) -> u32 {
        self.0
            .get(domain)
            .map_or(0, |own| own.partition_point(|other| *other < threshold)) as u32
    }
}

/// A tree whose leaves are the bits of a mask, from left to right.
#[derive(Default)]
struct Masks<'a> {
    values: Vec<f64>,
    /// Every split with the leaves on its left: impossible above its threshold.
    lefts: Vec<(&'a Node, u32)>,
}

impl<'a> Masks<'a> {
    fn new(tree: &'a TreeNodes<'_>) -> Self {
        let mut masks = Self::default();
        masks.visit(tree, Child::Split(0));
        masks
    }

    /// The leaves below `child`.
    fn visit(&mut self, tree: &'a TreeNodes<'_>, child: Child) -> u32 {
        match child {
            Child::Leaf(leaf) => {
                self.values
                    .push(tree.values.get(leaf).copied().unwrap_or(0.0));
                1 << (self.values.len() - 1)
            }
            Child::Split(split) => tree.nodes.get(split).map_or(0, |node| {
                let left = self.visit(tree, node.left);
                self.lefts.push((node, left));
                left | self.visit(tree, node.right)
            }),
        }
    }
}

fn collect(formula: &Formula, by_domain: &mut BTreeMap<usize, Vec<f64>>) {
    if let Formula::Trees(trees) = formula {
        for node in trees.nodes().iter().flat_map(|tree| &tree.nodes) {
            by_domain
                .entry(node.domain)
                .or_default()
                .push(node.threshold);
        }
    }
    for (_, part) in formula.parts() {
        collect(part.formula(), by_domain);
    }
}

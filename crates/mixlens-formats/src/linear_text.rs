//! Linear constraints and bounds on metrics, from text.

use mixlens_core::optim::Relation;
use mixlens_core::search::{MetricBound, Side};
use mixlens_core::simplex::{DomainSet, LinearConstraint};
use mixlens_core::table::MetricSet;

use crate::names::domain_of;
use crate::{ImportError, find_domain, find_metric};

/// The form of a constraint, for messages.
const CONSTRAINT: &str =
    "a constraint such as \"code <= 2*maths\" or \"web + books >= 0.5\" over domains";
/// Bytes of a constraint: enough for a sum over a thousand domains.
const MAX_BYTES: usize = 32_000;
/// Bytes of a term beside the name of its domain: a number, a prefix such as `train_`, blanks.
const BESIDE_NAME: usize = 200;
const BOUND: &str =
    "a bound such as \"code_loss <= 2.5\" or \"general_loss <= baseline + 0.01\" on a metric";

/// A linear constraint on proportions: sums of domains and numbers on both sides of `<=`, `>=` or
/// `=`.
///
/// A domain may be multiplied by a number; numbers may be per cent. Names that hold a plus or minus
/// sign need blanks around the signs that are meant as such.
///
/// # Errors
/// [`ImportError::BadArgument`], or that of [`find_domain`] for an unknown domain.
///
/// ```
/// use mixlens_core::simplex::DomainSet;
/// use mixlens_formats::parse_linear_constraint;
/// let domains = DomainSet::new(["web", "code", "maths"])?;
/// let twice = parse_linear_constraint("code <= 2*maths + 5%", &domains)?;
/// assert_eq!(twice.row().coefficients, [0.0, 0.5, -1.0]);
/// assert_eq!(twice.row().bound, 0.025);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_linear_constraint(
    text: &str,
    domains: &DomainSet,
) -> Result<LinearConstraint, ImportError> {
    let bad = || ImportError::BadArgument {
        expected: CONSTRAINT,
        found: text.to_owned(),
    };
    let (left, sign, right) = relation(text)
        .filter(|_| text.len() <= MAX_BYTES)
        .ok_or_else(bad)?;
    let mut sum = Sum {
        coefficients: vec![0.0; domains.len()],
        constant: 0.0,
    };
    sum.add(left, 1.0, domains, &bad)?;
    sum.add(right, -1.0, domains, &bad)?;
    // Σ a p + constant ≤ 0; the other way round for ≥.
    let turn = if sign == Sign::AtLeast { -1.0 } else { 1.0 };
    let coefficients = sum.coefficients.iter().map(|a| turn * a + 0.0).collect();
    let relation = if sign == Sign::Equal {
        Relation::Equal
    } else {
        Relation::AtMost
    };
    LinearConstraint::new(
        text.trim(),
        coefficients,
        relation,
        -turn * sum.constant + 0.0,
    )
    .map_err(|_| bad())
}

/// A bound on a metric, `METRIC <= NUMBER` or `METRIC <= baseline + NUMBER`.
///
/// `baseline` gives the predictions of every metric at the baseline.
///
/// # Errors
/// [`ImportError::BadArgument`], or that of [`find_metric`] for an unknown metric.
pub fn parse_metric_bound(
    text: &str,
    metrics: &MetricSet,
    baseline: &[f64],
) -> Result<MetricBound, ImportError> {
    let bad = || ImportError::BadArgument {
        expected: BOUND,
        found: text.to_owned(),
    };
    let (left, sign, right) = relation(text).ok_or_else(bad)?;
    let side = match sign {
        Sign::AtMost => Side::AtMost,
        Sign::AtLeast => Side::AtLeast,
        Sign::Equal => return Err(bad()),
    };
    let metric = find_metric(metrics, left.trim())?;
    let right = right.trim();
    let value = match right.strip_prefix("baseline") {
        None => number(right),
        Some(rest) => {
            let rest: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
            let offset = if rest.is_empty() {
                Some(0.0)
            } else {
                number(rest.strip_prefix('+').unwrap_or(&rest))
            };
            offset
                .zip(baseline.get(metric))
                .map(|(offset, base)| base + offset)
        }
    };
    Ok(MetricBound {
        text: text.trim().to_owned(),
        metric,
        side,
        value: value.ok_or_else(bad)?,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    AtMost,
    AtLeast,
    Equal,
}

/// Both sides of the one relation in `text`.
fn relation(text: &str) -> Option<(&str, Sign, &str)> {
    let signs = [
        ("<=", Sign::AtMost),
        (">=", Sign::AtLeast),
        ("≤", Sign::AtMost),
        ("≥", Sign::AtLeast),
    ];
    let signs = signs
        .into_iter()
        .chain([("==", Sign::Equal), ("=", Sign::Equal)]);
    let (sign, name) = signs
        .map(|(name, sign)| (sign, name))
        .find(|(_, name)| text.contains(name))?;
    let (left, right) = text.split_once(name)?;
    (!right.contains(['<', '>', '=', '≤', '≥'])).then_some((left, sign, right))
}

/// A finite number, perhaps in per cent.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (digits, scale) = text
        .strip_suffix('%')
        .map_or((text, 1.0), |digits| (digits.trim_end(), 0.01));
    if !digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
    {
        return None; // `inf` and `nan` are names
    }
    digits
        .parse::<f64>()
        .ok()
        .map(|number| number * scale)
        .filter(|number| number.is_finite())
}

/// A term of a sum, and what it is multiplied by before it is read: 1 or −1.
type Signed<'t> = (f64, &'t str);

/// `Σ a p + constant`.
struct Sum {
    coefficients: Vec<f64>,
    constant: f64,
}

impl Sum {
    /// Adds `factor` times the sum in `text`.
    fn add(
        &mut self,
        text: &str,
        factor: f64,
        domains: &DomainSet,
        bad: &dyn Fn() -> ImportError,
    ) -> Result<(), ImportError> {
        let Some(terms) = terms(text.trim(), domains) else {
            // A name that is nearly known gets the message that lists the names.
            let name = text.rsplit(['*', '+']).next().unwrap_or(text).trim();
            find_domain(domains, name)?;
            return Err(bad());
        };
        for (sign, term) in terms {
            let Some((times, domain)) = read_term(term, domains) else {
                continue;
            };
            let slot = domain
                .and_then(|domain| self.coefficients.get_mut(domain))
                .unwrap_or(&mut self.constant);
            *slot += factor * sign * times;
        }
        Ok(())
    }
}

/// The terms of a sum with their signs, in the order in which they are added.
///
/// Names may hold signs themselves, so there may be several ways to read a sum: the last sign that
/// can split does, signs between blanks before others. Which beginnings of the text are sums is
/// found first, from left to right, so that no beginning is tried twice.
fn terms<'t>(text: &'t str, domains: &DomainSet) -> Option<Vec<Signed<'t>>> {
    let splits = Splits::of(text, domains);
    let (mut terms, mut end) = (Vec::new(), text.len());
    loop {
        if let Some(first) = splits.first(end) {
            terms.push(first);
            return Some(terms);
        }
        let sign_at = splits.last_split(end)?;
        let sign = if text
            .get(sign_at..)
            .is_some_and(|rest| rest.starts_with('-'))
        {
            -1.0
        } else {
            1.0
        };
        terms.push((sign, text.get(sign_at + 1..end)?));
        end = sign_at;
    }
}

/// The signs of a sum, and which of them can split it.
struct Splits<'t, 'd> {
    text: &'t str,
    domains: &'d DomainSet,
    /// The maximum length of a term in bytes.
    longest: usize,
    /// The positions of signs in `text`.
    signs: Vec<usize>,
    /// Whether the text before each sign is a sum.
    is_sum: Vec<bool>,
}

impl<'t, 'd> Splits<'t, 'd> {
    fn of(text: &'t str, domains: &'d DomainSet) -> Self {
        let name = domains.names().iter().map(String::len).max().unwrap_or(0);
        let signs = text
            .char_indices()
            .filter(|(sign_at, sign)| "+-".contains(*sign) && *sign_at > 0)
            .map(|(at, _)| at);
        let (longest, signs) = (name + BESIDE_NAME, signs.collect::<Vec<_>>());
        let mut splits = Self {
            text,
            domains,
            longest,
            signs,
            is_sum: Vec::new(),
        };
        for &end in &splits.signs.clone() {
            let is_sum = splits.first(end).is_some() || splits.last_split(end).is_some();
            splits.is_sum.push(is_sum);
        }
        splits
    }

    /// The text before `end` as one term. A minus in front may belong to a number or a name, or
    /// turn the term.
    fn first(&self, end: usize) -> Option<Signed<'t>> {
        let whole = self.text.get(..end)?;
        let turned = whole
            .trim_start()
            .strip_prefix('-')
            .map(|rest| (-1.0, rest));
        [Some((1.0, whole)), turned]
            .into_iter()
            .flatten()
            .find(|(_, term)| self.is_term(term))
    }

    /// The sign that splits the text before `end` into a sum and a term.
    fn last_split(&self, end: usize) -> Option<usize> {
        let before = self.signs.partition_point(|&sign_at| sign_at < end);
        let near = self.signs.get(..before)?.iter().zip(&self.is_sum).rev();
        let near = near.take_while(|(sign_at, _)| end - **sign_at <= self.longest);
        let fits = |is_spaced: bool| {
            let fitting = |&&sign_at: &&usize| {
                self.is_spaced(sign_at) == is_spaced
                    && self
                        .text
                        .get(sign_at + 1..end)
                        .is_some_and(|term| self.is_term(term))
            };
            near.clone()
                .filter(|(_, is_sum)| **is_sum)
                .map(|(sign_at, _)| sign_at)
                .find(fitting)
                .copied()
        };
        fits(true).or_else(|| fits(false))
    }

    fn is_spaced(&self, sign_at: usize) -> bool {
        let (before, after) = (self.text.get(..sign_at), self.text.get(sign_at + 1..));
        before.is_some_and(|text| text.ends_with(char::is_whitespace))
            && after.is_some_and(|text| text.starts_with(char::is_whitespace))
    }

    fn is_term(&self, text: &str) -> bool {
        text.len() <= self.longest && read_term(text, self.domains).is_some()
    }
}

/// A number, a domain, or a product of both: the number and the domain.
fn read_term(text: &str, domains: &DomainSet) -> Option<(f64, Option<usize>)> {
    let text = text.trim();
    if let Some(number) = number(text) {
        return Some((number, None));
    }
    let product = || {
        let (left, right) = text.split_once('*').or_else(|| text.split_once(' '))?;
        let (left, right) = (left.trim(), right.trim());
        let plain = number(left).zip(domain_of(domains, right));
        plain.or_else(|| number(right).zip(domain_of(domains, left)))
    };
    let (times, domain) = domain_of(domains, text)
        .map(|domain| (1.0, domain))
        .or_else(product)?;
    Some((times, Some(domain)))
}

#[cfg(test)]
mod tests {
    use mixlens_core::table::{Direction, Metric};

    use super::*;

    fn parse(text: &str) -> Result<(Vec<f64>, f64, Relation), String> {
        let domains = DomainSet::new(["web", "code", "pile-cc", "a+b"]).unwrap();
        let row = parse_linear_constraint(text, &domains).map_err(|problem| problem.to_string())?;
        Ok((
            row.row().coefficients.clone(),
            row.row().bound,
            row.row().relation,
        ))
    }

    #[test]
    fn constraints_are_read_as_people_write_them() {
        let at_most = |coefficients: [f64; 4], bound: f64| {
            Ok((coefficients.to_vec(), bound, Relation::AtMost))
        };
        assert_eq!(parse("web <= 2*code"), at_most([0.5, -1.0, 0.0, 0.0], 0.0));
        assert_eq!(
            parse("web + pile-cc >= 0.5"),
            at_most([-1.0, 0.0, -1.0, 0.0], -0.5)
        );
        assert_eq!(parse("web+code≥50%"), at_most([-1.0, -1.0, 0.0, 0.0], -0.5));
        assert_eq!(
            parse("pile-cc <= code - 0.1"),
            at_most([0.0, -1.0, 1.0, 0.0], -0.1)
        );
        assert_eq!(
            parse("a+b - web <= -1e-1"),
            at_most([-1.0, 0.0, 0.0, 1.0], -0.1)
        );
        assert_eq!(
            parse("0.25 web <= code * 0.5"),
            at_most([0.5, -1.0, 0.0, 0.0], 0.0)
        );
        assert_eq!(
            parse("web = code"),
            Ok((vec![1.0, -1.0, 0.0, 0.0], 0.0, Relation::Equal))
        );
    }

    #[test]
    fn a_sum_that_can_be_split_in_very_many_ways_is_read_at_once() {
        let domains = DomainSet::new(["a", "a-a", "a-a-a"]).unwrap();
        let parse = |text: &str| {
            parse_linear_constraint(text, &domains).map(|row| row.row().coefficients.clone())
        };
        assert!(parse(&format!("q{} <= 1", "-a".repeat(10_000))).is_err());
        // Every term is the shortest that can be split off from the right.
        assert_eq!(
            parse(&format!("a{} <= 1", "-a".repeat(10_000))).unwrap(),
            [-1.0, 0.0, 1.0 / 9_998.0]
        );
        assert_eq!(parse("-a - a-a <= 1").unwrap(), [-1.0, -1.0, 0.0]);
        assert!(parse(&format!("a{} <= 1", "+a".repeat(20_000))).is_err());
    }

    #[test]
    fn bad_constraints_say_what_was_expected() {
        for text in [
            "web",
            "web <= code <= 1",
            "0.5 <= 0.6",
            "web <= ",
            "web <= code*code",
            "web < 0.5",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("web <= 2*cod").unwrap_err().contains("cod"));
    }

    #[test]
    fn bounds_on_metrics_are_numbers_or_relative_to_the_baseline() {
        let metric = |name: &str| Metric {
            name: name.to_owned(),
            direction: Direction::Lower,
        };
        let metrics = MetricSet::new(vec![metric("code_loss"), metric("web_loss")]).unwrap();
        let bound = |text: &str| {
            parse_metric_bound(text, &metrics, &[2.0, 3.0]).map(|b| (b.metric, b.side, b.value))
        };
        assert_eq!(
            bound("web_loss <= baseline + 0.25"),
            Ok((1, Side::AtMost, 3.25))
        );
        assert_eq!(bound("code_loss <= baseline"), Ok((0, Side::AtMost, 2.0)));
        assert_eq!(
            bound("code_loss>=baseline-0.5"),
            Ok((0, Side::AtLeast, 1.5))
        );
        assert_eq!(bound("code_loss <= 1.5"), Ok((0, Side::AtMost, 1.5)));
        for text in [
            "code_loss",
            "code_loss = 2",
            "code_loss <= base",
            "maths_loss <= 2",
        ] {
            assert!(bound(text).is_err(), "{text}");
        }
    }
}

//! Linear constraints and bounds on metrics as people write them.

use mixlens_core::convex::Relation;
use mixlens_core::search::{MetricBound, Side};
use mixlens_core::simplex::{DomainSet, LinearConstraint};
use mixlens_core::table::MetricSet;

use crate::{ImportError, find_domain, find_metric};

/// What a constraint looks like, for messages.
const CONSTRAINT: &str = "a constraint such as \"code <= 2*maths\" or \"web + books >= 0.5\" over domains";
const BOUND: &str = "a bound such as \"code_loss <= 2.5\" or \"general_loss <= baseline + 0.01\" on a metric";

/// A linear constraint on proportions: sums of domains and numbers on both sides of `<=`, `>=` or `=`.
///
/// A domain may be multiplied by a number; numbers may be per cent. Names that hold a plus or minus sign need blanks around the
/// signs that are meant as such.
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
pub fn parse_linear_constraint(text: &str, domains: &DomainSet) -> Result<LinearConstraint, ImportError> {
    let bad = || ImportError::BadArgument { expected: CONSTRAINT, found: text.to_owned() };
    let (left, sign, right) = relation(text).ok_or_else(bad)?;
    let mut sum = Sum { coefficients: vec![0.0; domains.len()], constant: 0.0 };
    sum.add(left, 1.0, domains, &bad)?;
    sum.add(right, -1.0, domains, &bad)?;
    // Σ a p + constant ≤ 0; the other way round for ≥.
    let turn = if sign == Sign::AtLeast { -1.0 } else { 1.0 };
    let coefficients = sum.coefficients.iter().map(|a| turn * a + 0.0).collect();
    let relation = if sign == Sign::Equal { Relation::Equal } else { Relation::AtMost };
    LinearConstraint::new(text.trim(), coefficients, relation, -turn * sum.constant + 0.0).map_err(|_| bad())
}

/// A bound on a metric, `METRIC <= NUMBER` or `METRIC <= baseline + NUMBER`.
///
/// `baseline` gives the predictions of every metric at the baseline.
///
/// # Errors
/// [`ImportError::BadArgument`], or that of [`find_metric`] for an unknown metric.
pub fn parse_metric_bound(text: &str, metrics: &MetricSet, baseline: &[f64]) -> Result<MetricBound, ImportError> {
    let bad = || ImportError::BadArgument { expected: BOUND, found: text.to_owned() };
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
            let offset = if rest.is_empty() { Some(0.0) } else { number(rest.strip_prefix('+').unwrap_or(&rest)) };
            offset.zip(baseline.get(metric)).map(|(offset, base)| base + offset)
        }
    };
    Ok(MetricBound { text: text.trim().to_owned(), metric, side, value: value.ok_or_else(bad)? })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    AtMost,
    AtLeast,
    Equal,
}

/// Both sides of the one relation in `text`.
fn relation(text: &str) -> Option<(&str, Sign, &str)> {
    let signs = [("<=", Sign::AtMost), (">=", Sign::AtLeast), ("≤", Sign::AtMost), ("≥", Sign::AtLeast)];
    let signs = signs.into_iter().chain([("==", Sign::Equal), ("=", Sign::Equal)]);
    let (sign, name) = signs.map(|(name, sign)| (sign, name)).find(|(_, name)| text.contains(name))?;
    let (left, right) = text.split_once(name)?;
    (!right.contains(['<', '>', '=', '≤', '≥'])).then_some((left, sign, right))
}

/// A finite number, perhaps in per cent.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (digits, scale) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits.trim_end(), 0.01));
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)) {
        return None; // `inf` and `nan` are names
    }
    digits.parse::<f64>().ok().map(|number| number * scale).filter(|number| number.is_finite())
}

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
        let text = text.trim();
        if text.is_empty() {
            return Err(bad());
        }
        if self.add_term(text, factor, domains) {
            return Ok(());
        }
        // The last sign splits first, so that minus binds to what is right of it; signs between blanks before others.
        let places = text.char_indices().filter(|(place, sign)| "+-".contains(*sign) && *place > 0).rev();
        let (spaced, tight): (Vec<_>, Vec<_>) = places.partition(|(place, _)| {
            let (before, after) = (text.get(..*place).unwrap_or_default(), text.get(place + 1..).unwrap_or_default());
            before.ends_with(char::is_whitespace) && after.starts_with(char::is_whitespace)
        });
        for (place, sign) in spaced.into_iter().chain(tight) {
            let (before, after) = (text.get(..place).unwrap_or_default(), text.get(place + 1..).unwrap_or_default());
            let side = if sign == '-' { -factor } else { factor };
            let mut tried = Self { coefficients: self.coefficients.clone(), constant: self.constant };
            if tried.add_term(after.trim(), side, domains) && tried.add(before, factor, domains, bad).is_ok() {
                *self = tried;
                return Ok(());
            }
        }
        if let Some(rest) = text.strip_prefix('-') {
            return self.add(rest, -factor, domains, bad);
        }
        // A name that is nearly known gets the message that lists the names.
        let name = text.rsplit(['*', '+']).next().unwrap_or(text).trim();
        find_domain(domains, name)?;
        Err(bad())
    }

    /// Adds a number, a domain, or a product of both; false for anything else.
    fn add_term(&mut self, text: &str, factor: f64, domains: &DomainSet) -> bool {
        if let Some(number) = number(text) {
            self.constant += factor * number;
            return true;
        }
        let product = || {
            let (left, right) = text.split_once('*').or_else(|| text.split_once(' '))?;
            let (left, right) = (left.trim(), right.trim());
            let plain = number(left).zip(find_domain(domains, right).ok());
            plain.or_else(|| number(right).zip(find_domain(domains, left).ok()))
        };
        let Some((times, domain)) = find_domain(domains, text).ok().map(|domain| (1.0, domain)).or_else(product) else {
            return false;
        };
        if let Some(coefficient) = self.coefficients.get_mut(domain) {
            *coefficient += factor * times;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use mixlens_core::table::{Direction, Metric};

    use super::*;

    fn parse(text: &str) -> Result<(Vec<f64>, f64, Relation), String> {
        let domains = DomainSet::new(["web", "code", "pile-cc", "a+b"]).unwrap();
        let row = parse_linear_constraint(text, &domains).map_err(|problem| problem.to_string())?;
        Ok((row.row().coefficients.clone(), row.row().bound, row.row().relation))
    }

    #[test]
    fn constraints_are_read_as_people_write_them() {
        let at_most = |coefficients: [f64; 4], bound: f64| Ok((coefficients.to_vec(), bound, Relation::AtMost));
        assert_eq!(parse("web <= 2*code"), at_most([0.5, -1.0, 0.0, 0.0], 0.0));
        assert_eq!(parse("web + pile-cc >= 0.5"), at_most([-1.0, 0.0, -1.0, 0.0], -0.5));
        assert_eq!(parse("web+code≥50%"), at_most([-1.0, -1.0, 0.0, 0.0], -0.5));
        assert_eq!(parse("pile-cc <= code - 0.1"), at_most([0.0, -1.0, 1.0, 0.0], -0.1));
        assert_eq!(parse("a+b - web <= -1e-1"), at_most([-1.0, 0.0, 0.0, 1.0], -0.1));
        assert_eq!(parse("0.25 web <= code * 0.5"), at_most([0.5, -1.0, 0.0, 0.0], 0.0));
        assert_eq!(parse("web = code"), Ok((vec![1.0, -1.0, 0.0, 0.0], 0.0, Relation::Equal)));
    }

    #[test]
    fn bad_constraints_say_what_was_expected() {
        for text in ["web", "web <= code <= 1", "0.5 <= 0.6", "web <= ", "web <= code*code", "web < 0.5"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("web <= 2*cod").unwrap_err().contains("cod"));
    }

    #[test]
    fn bounds_on_metrics_are_numbers_or_relative_to_the_baseline() {
        let metric = |name: &str| Metric { name: name.to_owned(), direction: Direction::Lower };
        let metrics = MetricSet::new(vec![metric("code_loss"), metric("web_loss")]).unwrap();
        let bound = |text: &str| parse_metric_bound(text, &metrics, &[2.0, 3.0]).map(|b| (b.metric, b.side, b.value));
        assert_eq!(bound("web_loss <= baseline + 0.25"), Ok((1, Side::AtMost, 3.25)));
        assert_eq!(bound("code_loss <= baseline"), Ok((0, Side::AtMost, 2.0)));
        assert_eq!(bound("code_loss>=baseline-0.5"), Ok((0, Side::AtLeast, 1.5)));
        assert_eq!(bound("code_loss <= 1.5"), Ok((0, Side::AtMost, 1.5)));
        for text in ["code_loss", "code_loss = 2", "code_loss <= base", "maths_loss <= 2"] {
            assert!(bound(text).is_err(), "{text}");
        }
    }
}

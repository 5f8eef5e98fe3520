//! Which bounds clash, in words and with their numbers.

use super::SUM_TOLERANCE;
use crate::shown;

/// How many domains a message lists; the rest are counted.
const LISTED: usize = 8;

/// What limits a domain's proportion from above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UpperLimit {
    /// The upper bound that was set.
    pub bound: f64,
    cap: Option<Cap>,
}

/// A cap from the supply of tokens: epochs × unique tokens ÷ training tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cap {
    unique_tokens: f64,
    training_tokens: f64,
    max_epochs: f64,
}

impl Cap {
    fn value(self) -> f64 {
        self.max_epochs * (self.unique_tokens / self.training_tokens)
    }
}

impl UpperLimit {
    /// A limit without a cap.
    pub fn bound(bound: f64) -> Self {
        Self { bound, cap: None }
    }

    /// Sets the cap, or removes it when the unique tokens are unknown.
    pub fn set_cap(&mut self, unique_tokens: Option<f64>, training_tokens: f64, max_epochs: f64) {
        self.cap = unique_tokens.map(|unique_tokens| Cap {
            unique_tokens,
            training_tokens,
            max_epochs,
        });
    }

    /// The tightest of bound and cap.
    pub fn value(self) -> f64 {
        self.cap
            .map_or(self.bound, |cap| self.bound.min(cap.value()))
    }

    /// The cap, where it is tighter than the bound.
    fn binding_cap(self) -> Option<Cap> {
        self.cap.filter(|cap| cap.value() < self.bound)
    }
}

/// Every reason why no mixture keeps the bounds; empty when one does.
pub(super) fn clashes(names: &[String], lower: &[f64], upper: &[UpperLimit]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, (&low, &high)) in names.iter().zip(lower.iter().zip(upper)) {
        if exceeds(low, high.value()) {
            found.push(domain_clash(name, low, high));
        }
    }
    let sum: f64 = lower.iter().sum();
    if exceeds(sum, 1.0) {
        let items = names.iter().zip(lower).filter(|(_, low)| **low > 0.0);
        let items = items
            .map(|(name, &low)| (low, format!("`{}` {}", shown(name), tidy(low))))
            .collect();
        found.push(format!(
            "lower bounds sum to {}, more than 1: {}",
            tidy(sum),
            list(items)
        ));
    }
    let sum: f64 = upper.iter().map(|high| high.value()).sum();
    if exceeds(1.0, sum) {
        let items = names.iter().zip(upper);
        let items = items
            .map(|(name, high)| (high.value(), upper_in_words(name, *high)))
            .collect();
        found.push(format!(
            "upper bounds and caps sum to {}, less than 1: {}",
            tidy(sum),
            list(items)
        ));
    }
    found
}

/// Whether `value` is above `limit` by more than rounding.
fn exceeds(value: f64, limit: f64) -> bool {
    value > limit + SUM_TOLERANCE
}

fn domain_clash(name: &str, low: f64, high: UpperLimit) -> String {
    let limit = match high.binding_cap() {
        Some(cap) => format!(
            "cap {} (unique tokens {:e} × {} epochs ÷ {:e} training tokens)",
            tidy(cap.value()),
            cap.unique_tokens,
            cap.max_epochs,
            cap.training_tokens
        ),
        None => format!("upper bound {}", tidy(high.bound)),
    };
    format!(
        "`{}`: lower bound {} above its {limit}",
        shown(name),
        tidy(low)
    )
}

fn upper_in_words(name: &str, high: UpperLimit) -> String {
    let kind = if high.binding_cap().is_some() {
        "cap"
    } else {
        "upper bound"
    };
    format!("`{}` {kind} {}", shown(name), tidy(high.value()))
}

/// The largest first, and a count of those left out.
fn list(mut items: Vec<(f64, String)>) -> String {
    // A stable sort: equal numbers stay in domain order.
    items.sort_by(|a, b| b.0.total_cmp(&a.0));
    let hidden = items.len().saturating_sub(LISTED);
    let mut texts: Vec<String> = items
        .into_iter()
        .take(LISTED)
        .map(|(_, text)| text)
        .collect();
    if hidden > 0 {
        texts.push(format!("and {hidden} more"));
    }
    texts.join(", ")
}

/// The number without the noise of binary fractions (0.1 + 0.2 reads 0.3).
pub(super) fn tidy(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use crate::CoreError;
    use crate::simplex::{Constraints, ConstraintsBuilder, DomainSet, Supply};

    fn builder() -> ConstraintsBuilder {
        Constraints::builder(&DomainSet::new(["web", "code", "wiki"]).unwrap())
    }

    fn supply(unique: [f64; 3], training_tokens: f64) -> Supply {
        Supply {
            unique_tokens: unique.map(Some).to_vec(),
            training_tokens,
            max_epochs: 4.0,
        }
    }

    fn message(builder: ConstraintsBuilder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn lower_bounds_that_exceed_one_are_named() {
        let clash = builder()
            .lower("web", 0.5)
            .unwrap()
            .lower("code", 0.7)
            .unwrap();
        assert_eq!(
            message(clash),
            "no mixture satisfies the constraints: lower bounds sum to 1.2, more than 1: `code` \
            0.7, `web` 0.5"
        );
    }

    #[test]
    fn a_lower_bound_above_its_cap_shows_the_arithmetic() {
        let clash = builder()
            .lower("wiki", 0.5)
            .unwrap()
            .supply(&supply([2e12, 1e11, 2e10], 1e12))
            .unwrap();
        assert_eq!(
            message(clash),
            "no mixture satisfies the constraints: `wiki`: lower bound 0.5 above its cap 0.08 \
             (unique tokens 2e10 × 4 epochs ÷ 1e12 training tokens)"
        );
    }

    #[test]
    fn a_lower_bound_above_its_upper_bound_is_named() {
        let clash = builder()
            .lower("wiki", 0.5)
            .unwrap()
            .upper("wiki", 0.3)
            .unwrap();
        assert!(message(clash).ends_with("`wiki`: lower bound 0.5 above its upper bound 0.3"));
    }

    #[test]
    fn upper_limits_below_one_are_named_with_their_kind() {
        let clash = builder()
            .upper("web", 0.5)
            .unwrap()
            .supply(&supply([1e12, 5e10, 2.5e10], 1e12))
            .unwrap();
        assert!(message(clash).ends_with(
            "upper bounds and caps sum to 0.8, less than 1: `web` upper bound 0.5, `code` cap 0.2, \
            `wiki` cap 0.1"
        ));
    }

    #[test]
    fn every_clash_is_told_and_long_lists_are_cut() {
        let names: Vec<String> = (0..20).map(|i| format!("d{i}")).collect();
        let mut many = Constraints::builder(&DomainSet::new(names.clone()).unwrap());
        for name in &names {
            many = many.lower(name, 0.1).unwrap();
        }
        many = many.upper("d3", 0.05).unwrap();
        let CoreError::Infeasible { clashes } = many.build().unwrap_err() else {
            panic!("not infeasible")
        };
        assert_eq!(clashes.len(), 2);
        assert_eq!(
            clashes[0],
            "`d3`: lower bound 0.1 above its upper bound 0.05"
        );
        assert!(
            clashes[1].starts_with("lower bounds sum to 2, more than 1: `d0` 0.1,"),
            "{}",
            clashes[1]
        );
        assert!(clashes[1].ends_with("and 12 more"));
    }

    #[test]
    fn ten_lower_bounds_of_a_tenth_leave_one_mixture() {
        let names: Vec<String> = (0..10).map(|i| format!("d{i}")).collect();
        let mut tight = Constraints::builder(&DomainSet::new(names.clone()).unwrap());
        for name in &names {
            tight = tight.lower(name, 0.1).unwrap();
        }
        let only = tight
            .build()
            .unwrap()
            .project(&[7.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
            .unwrap();
        assert_eq!(only.parts(), [0.1; 10]);
    }

    #[test]
    fn bad_numbers_are_refused_at_the_door() {
        assert!(matches!(
            builder().lower("web", -0.1),
            Err(CoreError::BadBound { .. })
        ));
        assert!(matches!(
            builder().upper("web", f64::NAN),
            Err(CoreError::BadBound { .. })
        ));
        assert!(matches!(
            builder().upper("books", 0.1),
            Err(CoreError::UnknownName { .. })
        ));
        assert!(matches!(
            builder().supply(&supply([1.0; 3], 0.0)),
            Err(CoreError::BadParameter { .. })
        ));
        assert!(matches!(
            builder().supply(&supply([-1.0; 3], 1.0)),
            Err(CoreError::BadTokenCount { .. })
        ));
    }

    #[test]
    fn only_bounds_that_bind_make_constraints() {
        let loose = builder()
            .supply(&supply([2e12; 3], 1e12))
            .unwrap()
            .build()
            .unwrap();
        assert!(loose.is_free());
        assert!(
            !builder()
                .upper("web", 0.9)
                .unwrap()
                .build()
                .unwrap()
                .is_free()
        );
    }
}

//! Correlations, errors and cross-validation splits.

mod correlation;
mod error;
mod score;
mod splits;
#[cfg(test)]
mod tests;

pub use correlation::{average_ranks, is_constant, pearson, spearman};
pub use error::{
    mean, mean_absolute_error, mean_squared_error, r_squared, root_mean_squared_error,
    standard_error,
};
pub use score::Score;
pub use splits::{Split, group_by_mixture, k_fold, repeated_k_fold, ungrouped};

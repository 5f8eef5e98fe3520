//! The checks for any device, here and in browsers (`examples/in_browser.rs`), by name.

/// Passes the checks to a macro.
macro_rules! for_each_check {
    ($then:ident) => {
        $then! {
            parity::smooth_surrogates_agree_with_double_precision,
            parity::every_prior_and_constraint_gives_the_mixtures_of_the_cpu,
            parity::trees_end_in_the_same_leaves_except_at_thresholds,
            parity::every_scalarisation_and_bound_counts_as_on_the_cpu,
            selection::the_best_are_those_of_the_cpu,
            selection::chunks_do_not_change_what_is_found,
            selection::indices_beyond_thirty_two_bits_are_distinguished,
            selection::of_equal_samples_the_first_are_kept,
            survey::a_survey_counts_as_on_the_cpu,
            lost::after_a_lost_device_the_cpu_gives_the_same_result,
            lost::the_cpu_takes_over_where_the_device_is_unable,
        }
    };
}

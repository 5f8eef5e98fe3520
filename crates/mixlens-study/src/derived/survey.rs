//! [`SurveyPlot`]: a survey of simulated mixtures, as strips along the domains and cells over two
//! of them.

use mixlens_core::search::{Survey, Tallied, Tally};

use crate::{SurveyOutcome, percent_text, value_text};

/// The resolution of objectives in texts, as a fraction of the colour scale.
const TEXT_RESOLUTION: f64 = 0.05;

/// The result of a survey.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyPlot {
    /// A strip for every domain, in the order of the data.
    pub strips: Vec<SurveyStrip>,
    /// The distribution of the objectives of all mixtures.
    pub objective: SurveyStrip,
    /// The two domains that were surveyed jointly.
    pub pair: Option<SurveyPlane>,
    /// The objectives at the ends of the colour scale, best first.
    pub scale: [String; 2],
    /// The objective up to which a mixture counts as good.
    pub good_text: String,
}

/// Cells along a number.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyStrip {
    /// The start of the first cell and the end of the last one.
    pub range: (f64, f64),
    /// The cells.
    pub cells: Vec<SurveyCell>,
    /// The range of the middle 90 % of the good mixtures; `None` without any.
    pub good: Option<(f64, f64)>,
    /// That range as text, in proportions.
    pub good_text: String,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyCell {
    /// The position of the lowest objective on the colour scale, from 0 for the best to 1; `None`
    /// for a cell without mixtures.
    pub position: Option<f32>,
    /// The number of mixtures, as a fraction of the fullest cell's.
    pub fullness: f32,
    /// Whether the cell contains a good mixture.
    pub has_good: bool,
    /// The lowest objective and the number of mixtures.
    pub text: String,
}

/// Cells over two domains.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyPlane {
    /// The domains on the horizontal and the vertical axis.
    pub domains: [usize; 2],
    /// The range of the cells along each axis.
    pub ranges: [(f64, f64); 2],
    /// The number of cells along the first domain.
    pub across: usize,
    /// The cells, row after row; the first domain varies fastest.
    pub cells: Vec<SurveyCell>,
}

/// Prepares a survey for drawing.
pub(crate) fn survey_plot(found: &SurveyOutcome) -> SurveyPlot {
    let survey = &found.survey;
    let scale = scale_of(survey);
    let shown_error = Some((scale.1 - scale.0) * TEXT_RESOLUTION);
    let cells = |tallies: &[Tally]| cells_of(tallies, scale, shown_error);
    let strip = |tallied: &Tallied| {
        let good = tallied.good_range();
        SurveyStrip {
            range: (tallied.axis.low, tallied.axis.high),
            cells: cells(&tallied.tallies),
            good,
            good_text: good.map_or_else(String::new, |(low, high)| {
                format!("{} to {}", percent_text(low), percent_text(high))
            }),
        }
    };
    let pair = survey.pair.as_ref().map(|pair| SurveyPlane {
        domains: pair.domains,
        ranges: pair.axes.map(|axis| (axis.low, axis.high)),
        across: pair.axes[0].cells,
        cells: cells(&pair.tallies),
    });
    SurveyPlot {
        strips: survey.domains.iter().map(strip).collect(),
        objective: strip(&survey.objective),
        pair,
        scale: [scale.0, scale.1].map(|value| value_text(value, shown_error)),
        good_text: value_text(survey.good, shown_error),
    }
}

/// The ends of the colour scale: the best and the median objective.
fn scale_of(survey: &Survey) -> (f64, f64) {
    let Tallied { axis, tallies } = &survey.objective;
    let best = tallies
        .iter()
        .filter_map(|tally| tally.lowest)
        .fold(f64::INFINITY, f64::min);
    let middle = survey.objective.median().unwrap_or(axis.high);
    (best, middle.max(best))
}

fn cells_of(
    tallies: &[Tally],
    (best, worst): (f64, f64),
    shown_error: Option<f64>,
) -> Vec<SurveyCell> {
    let fullest = tallies
        .iter()
        .map(|tally| tally.count)
        .max()
        .unwrap_or(0)
        .max(1);
    let cell = |tally: &Tally| SurveyCell {
        position: tally.lowest.map(|lowest| {
            ((lowest - best) / (worst - best).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) as f32
        }),
        fullness: (tally.count as f64 / fullest as f64) as f32,
        has_good: tally.good > 0,
        text: match tally.lowest {
            Some(lowest) => {
                format!(
                    "best {} of {} mixtures, {} good",
                    value_text(lowest, shown_error),
                    tally.count,
                    tally.good
                )
            }
            None => "no mixtures".to_owned(),
        },
    };
    tallies.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use mixlens_core::search::Axis;

    use super::*;

    fn tally(count: u64, good: u64, lowest: f64) -> Tally {
        Tally {
            count,
            good,
            lowest: (count > 0).then_some(lowest),
        }
    }

    #[test]
    fn ranges_and_colours_follow_the_counts() {
        let axis = Axis {
            low: 0.0,
            high: 1.0,
            cells: 4,
        };
        let along = vec![
            tally(100, 0, 3.0),
            tally(200, 100, 1.0),
            tally(0, 0, 0.0),
            tally(100, 100, 2.0),
        ];
        let objective_axis = Axis {
            low: 1.0,
            high: 5.0,
            cells: 4,
        };
        let objective = vec![
            tally(200, 200, 1.0),
            tally(200, 0, 2.5),
            tally(0, 0, 0.0),
            tally(0, 0, 0.0),
        ];
        let survey = Survey {
            samples: 500,
            allowed: 400,
            good: 1.9,
            domains: vec![Tallied {
                axis,
                tallies: along,
            }],
            objective: Tallied {
                axis: objective_axis,
                tallies: objective,
            },
            pair: None,
        };
        let found = SurveyOutcome {
            settings: crate::SurveySettings::default(),
            surrogate: "ridge".to_owned(),
            objective_name: "loss".to_owned(),
            survey,
            ran_on: crate::BackendReport::default(),
        };
        let plot = survey_plot(&found);
        // The median of 400 mixtures is the end of the first cell of the objective.
        assert_eq!(plot.scale, ["1.00", "2.00"]);
        let strip = &plot.strips[0];
        let positions: Vec<Option<f32>> = strip.cells.iter().map(|cell| cell.position).collect();
        assert_eq!(positions, [Some(1.0), Some(0.0), None, Some(1.0)]);
        let fullness: Vec<f32> = strip.cells.iter().map(|cell| cell.fullness).collect();
        assert_eq!(fullness, [0.5, 1.0, 0.0, 0.5]);
        assert_eq!(strip.good_text, "27.50 % to 97.50 %");
        assert_eq!(strip.cells[2].text, "no mixtures");
    }
}

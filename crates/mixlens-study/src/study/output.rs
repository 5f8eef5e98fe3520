//! What is copied or saved as a file.

use super::Study;
use super::edit_tokenizer::mixture_file;
use crate::{Event, Output, StudyError, embed, export};

impl Study {
    /// Returns text for the clipboard or a file, or requests a picture from the front end.
    pub(super) fn output(
        &mut self,
        title: &'static str,
        output: Output,
    ) -> Result<Vec<Event>, StudyError> {
        match output {
            Output::CopyMixture(format) => Ok(vec![Event::TextCopied(self.mixture_text(format))]),
            Output::CopyComparison => {
                let (what, advice) = ("kept mixtures", "keep a mixture first");
                let table = self.differences().filter(|_| !self.saved().is_empty());
                let table = table.ok_or(StudyError::Missing {
                    command: title,
                    what,
                    advice,
                })?;
                Ok(vec![Event::TextCopied(export::comparison_text(table))])
            }
            Output::CopyEmbed => {
                let (what, advice) = ("a surrogate", "fit one first");
                let fit = self.fit().ok_or(StudyError::Missing {
                    command: title,
                    what,
                    advice,
                })?;
                let file = Event::FileReady {
                    name: embed::FILE.to_owned(),
                    text: fit.set.to_json(),
                };
                Ok(vec![
                    Event::TextCopied(embed::embed_code(&self.state)),
                    file,
                ])
            }
            Output::ExportMixture(format) => {
                let name = format!("mixture.{}", format.ending());
                Ok(vec![Event::FileReady {
                    name,
                    text: self.mixture_text(format),
                }])
            }
            Output::ExportPlotData(panel) => {
                let text = self.needed_plot_data(title, panel)?;
                Ok(vec![Event::FileReady {
                    name: panel.file_name("csv"),
                    text,
                }])
            }
            Output::ExportSvg(panel) => {
                self.needed_plot_data(title, panel)?;
                Ok(vec![Event::SvgRequested(panel)])
            }
            Output::ExportPng(panel) => {
                self.needed_plot_data(title, panel)?;
                Ok(vec![Event::PngRequested(panel)])
            }
            Output::CopyInferred => Ok(vec![Event::TextCopied(mixture_file(
                self.needed_inferred("Copy")?,
            ))]),
            Output::ExportInferred => {
                let text = mixture_file(self.needed_inferred("Export")?);
                Ok(vec![Event::FileReady {
                    name: "inferred.json".to_owned(),
                    text,
                }])
            }
        }
    }
}

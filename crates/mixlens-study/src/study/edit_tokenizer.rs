//! Commands about a tokenizer: the file, the categories that the training text may contain, and the
//! use of the inferred mixture.

use std::sync::Arc;

use mixlens_core::simplex::Mixture;
use mixlens_formats::{NamedBytes, inference_json};

use super::Study;
use super::edit::check_index;
use crate::{
    Analysis, Event, InferredMixture, JobTask, NamedMixture, Panel, SampledCategory, StudyError,
    TokenizerChange, TokenizerWork, ViewChange,
};

impl Study {
    /// Changes the inference from a tokenizer; such changes are not undone.
    pub(super) fn change_tokenizer(
        &mut self,
        change: TokenizerChange,
    ) -> Result<Vec<Event>, StudyError> {
        let work = &mut self.tokenizer;
        match change {
            TokenizerChange::TakeTokenizer(file) => {
                return self.take_tokenizer(file);
            }
            TokenizerChange::TakeSamples { name, files } => {
                let name = work.free_name(name.trim());
                work.samples.push(SampledCategory {
                    name,
                    kind: crate::CategoryKind::Custom,
                    files,
                });
            }
            TokenizerChange::RenameSamples { index, name } => rename(work, index, name.trim())?,
            TokenizerChange::RemoveSamples(index) => {
                check_index("sample", work.samples.len(), index)?;
                work.samples.remove(index);
            }
            TokenizerChange::ChooseCategories { names, is_chosen } => {
                for name in names {
                    if is_chosen {
                        work.left_out.remove(&name)
                    } else {
                        work.left_out.insert(name)
                    };
                }
            }
            TokenizerChange::SetMerges(merges) => work.settings.merges = merges.max(1),
            TokenizerChange::SetPretokenizer(pattern) => {
                work.settings.pretokenizer = pattern.filter(|pattern| !pattern.trim().is_empty());
            }
        }
        self.revision += 1;
        Ok(vec![Event::ViewChanged])
    }

    /// Shows a tokenizer and, where categories are chosen, infers its training mixture at once.
    fn take_tokenizer(&mut self, file: Arc<NamedBytes>) -> Result<Vec<Event>, StudyError> {
        let work = &mut self.tokenizer;
        work.file = Some(file);
        work.found = None;
        self.basis.inferred += 1;
        work.problem = None;
        work.settings.pretokenizer = None;
        let mut events = self.apply(ViewChange::ShowPanel {
            panel: Panel::Tokenizer,
            is_shown: true,
        })?;
        self.revision += 1;
        events.push(Event::TokenizerTaken);
        if !self.tokenizer.categories().is_empty() {
            events.extend(self.apply(Analysis::InferMixture)?);
        }
        Ok(events)
    }

    /// The job that infers the mixture.
    pub(super) fn inference(&mut self, command: &'static str) -> Result<JobTask, StudyError> {
        let work = &mut self.tokenizer;
        let missing = |what, advice| StudyError::Missing {
            command,
            what,
            advice,
        };
        let tokenizer = work
            .file
            .clone()
            .ok_or(missing("a tokenizer", "open its file"))?;
        let categories = work.categories();
        if categories.is_empty() {
            return Err(missing("a category", "choose one, or add samples of text"));
        }
        work.problem = None;
        Ok(JobTask::Infer {
            tokenizer,
            categories,
            settings: work.settings.clone(),
        })
    }

    /// The inferred mixture over the domains of the study; `None` unless every domain is a
    /// category.
    pub fn inferred_mixture(&self) -> Option<Mixture> {
        let categories = &self.tokenizer.found.as_ref()?.inference.categories;
        let part = |name: &String| {
            let category = categories.iter().find(|category| category.name == *name)?;
            Some(category.bytes)
        };
        let parts: Vec<f64> = self
            .domains()
            .names()
            .iter()
            .map(part)
            .collect::<Option<_>>()?;
        Mixture::from_weights(self.domains(), &parts)
            .ok()
            .map(|(mixture, _)| mixture)
    }

    /// [`Study::inferred_mixture`] with the name of the tokenizer, for a command that needs it.
    pub(super) fn needed_inferred_mixture(&self) -> Result<NamedMixture, StudyError> {
        let found = self.needed_inferred("Use inferred mixture")?;
        let mixture = self.inferred_mixture().ok_or(StudyError::Missing {
            command: "Use inferred mixture",
            what: "a category for every domain of the study",
            advice: "name your samples after the domains",
        })?;
        Ok(NamedMixture {
            name: format!("mixture of {}", found.tokenizer),
            mixture,
        })
    }

    pub(super) fn needed_inferred(
        &self,
        command: &'static str,
    ) -> Result<&InferredMixture, StudyError> {
        let (what, advice) = ("an inferred mixture", "open a tokenizer first");
        self.tokenizer.found.as_deref().ok_or(StudyError::Missing {
            command,
            what,
            advice,
        })
    }
}

/// The file that `mixlens infer -o` writes.
pub(super) fn mixture_file(found: &InferredMixture) -> String {
    format!("{:#}\n", inference_json(&found.inference, &found.notices))
}

/// Renames a sample; samples with the same name are merged.
fn rename(work: &mut TokenizerWork, index: usize, name: &str) -> Result<(), StudyError> {
    check_index("sample", work.samples.len(), index)?;
    if name.is_empty() {
        let expected = "a name for the sample";
        return Err(StudyError::BadValue {
            expected,
            found: name.to_owned(),
        });
    }
    let mut renamed = work.samples.remove(index);
    match work.samples.iter_mut().find(|sample| sample.name == name) {
        Some(same) => same.files.append(&mut renamed.files),
        None => {
            renamed.name = name.to_owned();
            work.samples.insert(index, renamed);
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(feature = "tokenizer")]
mod tests {
    use mixlens_core::simplex::DomainSet;
    use mixlens_formats::import_mixtures;

    use super::*;
    use crate::testing::bpe::{LANGUAGES, merges, text};
    use crate::testing::{do_now, run_in_worker};
    use crate::{
        CategoryKind, Command, Edit, InferredAs, Output, SavedStudy, Session, ShareOf, parse_study,
    };

    /// A tokenizer of three parts of the first language and one of the second.
    fn tokenizer() -> Arc<NamedBytes> {
        let [first, second] = LANGUAGES.map(|(_, letters)| letters);
        let training = text(first, 60_000, 1) + &text(second, 20_000, 2);
        Arc::new(NamedBytes::new("folder/merges.txt", merges(&training, 90)))
    }

    /// A study over the languages, with a sample of each and nothing built in.
    fn study() -> Study {
        let mut study = Study::of_domains(
            "languages",
            DomainSet::new(LANGUAGES.map(|language| language.0)).unwrap(),
        );
        let names = crate::CATEGORIES
            .iter()
            .map(|category| category.name.to_owned())
            .collect();
        study
            .apply(TokenizerChange::ChooseCategories {
                names,
                is_chosen: false,
            })
            .unwrap();
        for (name, letters) in LANGUAGES {
            let files = vec![Arc::new(NamedBytes::new(
                "sample.txt",
                text(letters, 30_000, 7),
            ))];
            study
                .apply(TokenizerChange::TakeSamples {
                    name: name.to_owned(),
                    files,
                })
                .unwrap();
        }
        study
    }

    /// The share of the first language in the bytes of [`tokenizer`]'s text.
    fn truth() -> f64 {
        let [first, second] = LANGUAGES.map(|(_, letters)| letters);
        let bytes =
            [text(first, 60_000, 1).len(), text(second, 20_000, 2).len()].map(|bytes| bytes as f64);
        bytes[0] / (bytes[0] + bytes[1])
    }

    #[test]
    fn opening_a_tokenizer_infers_its_training_mixture() {
        let mut study = study();
        let events = do_now(
            &mut study,
            Command::Tokenizer(TokenizerChange::TakeTokenizer(tokenizer())),
        );
        assert!(
            events.contains(&Event::TokenizerTaken) && events.contains(&Event::InferenceChanged),
            "{events:?}"
        );
        assert!(
            study.view().panels.contains(&Panel::Tokenizer)
                && study.is_modified()
                && !study.can_undo()
        );
        let found = study.tokenizer().found.clone().unwrap();
        assert_eq!(
            (found.tokenizer.as_str(), found.format.as_str()),
            ("merges.txt", "merges.txt")
        );
        assert!(
            found.notices.iter().any(|notice| notice.contains("gpt2")),
            "{:?}",
            found.notices
        );
        assert!(
            found.notices.iter().all(|notice| !notice.contains("--")),
            "{:?}",
            found.notices
        );
        let category = &found.inference.categories[0];
        assert!(
            (category.bytes - truth()).abs() < 0.03,
            "{category:?}, in truth {}",
            truth()
        );

        let plot = study.inferred().unwrap();
        let [group] = &plot.groups[..] else {
            panic!("one kind of category")
        };
        assert_eq!(
            (group.kind, group.rows[0].name.as_str()),
            (CategoryKind::Custom, "consonantal")
        );
        assert!(
            (group.value - 1.0).abs() < 1e-9 && group.rows[0].described.contains("90 % interval")
        );
        assert!(plot.violation.windows(2).all(|ends| ends[0].1 <= ends[1].1));
        assert_eq!(
            plot.violation.last().unwrap().0 as usize,
            found.inference.merges_used
        );
        let cells = study.plot_data(Panel::Tokenizer).unwrap();
        assert!(
            cells
                .lines()
                .nth(1)
                .unwrap()
                .starts_with("consonantal,Your samples,0."),
            "{cells}"
        );
        let bytes = group.rows[0].value;
        study.apply(ViewChange::ShowShares(ShareOf::Pairs)).unwrap();
        let pairs = &study.inferred().unwrap().groups[0].rows[0];
        assert!(
            (pairs.value - category.pairs).abs() < 1e-9,
            "{pairs:?} {category:?}"
        );
        assert!((pairs.value - bytes).abs() > 1e-4, "{pairs:?} {bytes}");
    }

    #[test]
    fn the_inferred_mixture_is_used_copied_and_saved() {
        let mut study = study();
        do_now(
            &mut study,
            Command::Tokenizer(TokenizerChange::TakeTokenizer(tokenizer())),
        );
        let inferred = study.inferred_mixture().unwrap();
        study
            .apply(Edit::UseInferred(InferredAs::Baseline))
            .unwrap();
        assert_eq!(
            (&study.baseline().mixture, study.baseline().name.as_str()),
            (&inferred, "mixture of merges.txt")
        );
        study.apply(Session::Undo).unwrap();
        assert!(study.inferred_mixture().is_some(), "undo removes no result");
        let events = study.apply(Output::ExportInferred).unwrap();
        let [Event::FileReady { text, .. }] = &events[..] else {
            panic!("{events:?}")
        };
        let read = import_mixtures(
            &NamedBytes::new("inferred.json", text.as_bytes()),
            Some(study.domains()),
        )
        .unwrap();
        assert!((read.mixtures[0].1.parts()[0] - inferred.parts()[0]).abs() < 1e-9);
        let saved = parse_study(&SavedStudy::of(&study).to_text()).unwrap();
        assert_eq!(saved.tokenizer().found, study.tokenizer().found);
        assert!(saved.tokenizer().file.is_none() && !saved.is_modified());
        let demo = Study::demo()
            .unwrap()
            .with_tokenizer(study.tokenizer().clone());
        assert!(
            demo.inferred_mixture().is_none(),
            "the domains of the demo are no categories"
        );
    }

    #[test]
    fn problems_with_a_tokenizer_or_a_sample_are_reported_and_nothing_is_lost() {
        let mut study = study();
        let fail = |study: &mut Study, command| {
            let mut events = study.apply(command).unwrap();
            let Some(Event::JobRequested(request)) = events.pop() else {
                panic!("{events:?}")
            };
            let events = study
                .apply(Analysis::JobFinished(run_in_worker(*request)))
                .unwrap();
            assert_eq!(events, [Event::InferenceChanged]);
            study.tokenizer().problem.clone().unwrap()
        };
        let file = |text: &str| {
            Command::Tokenizer(TokenizerChange::TakeTokenizer(Arc::new(NamedBytes::new(
                "t.json", text,
            ))))
        };
        let word_piece = r#"{"pre_tokenizer":null,"model":{"type":"WordPiece","vocab":{"a":0}}}"#;
        assert!(fail(&mut study, file(word_piece)).contains("WordPiece"));
        assert!(
            fail(&mut study, file(r#"{"model":{"vocab":{"a":0},"mer"#)).contains("end of the file")
        );
        assert!(fail(&mut study, file("YQ== 0\nYg== 1\nYWI= 2\n")).contains("Tokenizer panel"));
        assert_eq!(study.tokenizer().samples.len(), 2);
        do_now(
            &mut study,
            Command::Tokenizer(TokenizerChange::TakeTokenizer(tokenizer())),
        );
        assert!(study.tokenizer().problem.is_none());
        let files = vec![Arc::new(NamedBytes::new("empty.txt", ""))];
        study
            .apply(TokenizerChange::TakeSamples {
                name: "vocalic".to_owned(),
                files,
            })
            .unwrap();
        assert_eq!(study.tokenizer().samples[2].name, "vocalic 2");
        assert!(fail(&mut study, Command::Analysis(Analysis::InferMixture)).contains("vocalic 2"));
        assert!(study.tokenizer().found.is_some(), "the last result stays");
        study
            .apply(TokenizerChange::RenameSamples {
                index: 2,
                name: "vocalic".to_owned(),
            })
            .unwrap();
        assert_eq!(
            (
                study.tokenizer().samples.len(),
                study.tokenizer().samples[1].files.len()
            ),
            (2, 2)
        );
        assert!(
            study
                .apply(TokenizerChange::RenameSamples {
                    index: 1,
                    name: " ".to_owned()
                })
                .is_err()
        );
        do_now(&mut study, Command::Analysis(Analysis::InferMixture));
        assert!(study.tokenizer().problem.is_none());
    }

    #[test]
    fn without_categories_a_tokenizer_is_shown_and_the_error_names_what_is_missing() {
        let mut study = study();
        (0..2).for_each(|_| drop(study.apply(TokenizerChange::RemoveSamples(0)).unwrap()));
        do_now(
            &mut study,
            Command::Tokenizer(TokenizerChange::TakeTokenizer(tokenizer())),
        );
        assert!(study.running_jobs().is_empty() && study.tokenizer().file.is_some());
        assert!(
            study
                .apply(Analysis::InferMixture)
                .unwrap_err()
                .to_string()
                .contains("a category")
        );
    }
}

//! CSV, a row per phase and domain; a long table of mixtures, which every command reads.

use super::{ExportError, PlanSheet, Source, TrainerConfig, TrainerFile, TrainerFormat};
use crate::{ImportError, cells_to_csv};

pub(super) struct CsvPlan;

impl TrainerFile for CsvPlan {
    fn write(&self, sheet: &PlanSheet<'_>, _: TrainerFormat) -> Result<String, ExportError> {
        let head = ["run", "domain", "proportion", "training_tokens", "epochs"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for (index, phase) in sheet.plan.phases().iter().enumerate() {
            let epochs = sheet.plan.phase_epochs(index);
            for ((name, decimals), (part, epochs)) in sheet
                .decimals(&phase.mixture)
                .into_iter()
                .zip(phase.mixture.parts().iter().zip(epochs))
            {
                let tokens = (part * phase.training_tokens).round().to_string();
                let epochs = epochs.map_or_else(String::new, |epochs| format!("{epochs:.6}"));
                rows.push(vec![
                    format!("phase_{}", index + 1),
                    name.to_owned(),
                    decimals,
                    tokens,
                    epochs,
                ]);
            }
        }
        Ok(cells_to_csv(rows))
    }

    fn read(&self, _: &Source<'_>) -> Result<Option<TrainerConfig>, ImportError> {
        Ok(None) // `import_mixtures` reads it
    }
}

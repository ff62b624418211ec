//! Plans as RON: the recipe of a sweep's table, from which every run of it can be made again.

use super::{
    axis::Axis,
    fit::Goal,
    plan::{Design, Plan, Shard},
};
use crate::{
    error::{Error, Result},
    scene::{Journal, Scene, explain, pretty},
    sim::Models,
};
use ron::value::RawValue;
use serde::{Deserialize, Serialize};

/// The fields of a plan.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile<'a> {
    sweep: String,
    vary: Vec<String>,
    #[serde(default, skip_serializing_if = "is_grid")]
    design: Design,
    #[serde(default = "once")]
    repeats: u64,
    steps: u64,
    #[serde(default)]
    discard: Option<u64>,
    #[serde(default)]
    measures: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shard: Option<Shard>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refine: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fit: Option<Goal>,
    #[serde(borrow)]
    scene: &'a RawValue,
    #[serde(default)]
    journal: Journal,
}

fn is_grid(design: &Design) -> bool {
    *design == Design::Grid
}

fn once() -> u64 {
    1
}

impl Plan {
    /// Whether a text is a plan, judged by its first field.
    pub fn is_one(text: &str) -> bool {
        text.trim_start().trim_start_matches('(').trim_start().starts_with("sweep:")
    }

    /// Reads a plan from RON, and the share of it that a table has. `place` is the file's name, for errors.
    ///
    /// # Errors
    /// Names line, column and field, what was found and what is allowed.
    pub fn read(text: &str, place: &str, models: &Models) -> Result<(Self, Option<Shard>)> {
        let file: PlanFile = ron::from_str(text).map_err(|error| explain(&error, text, text, place, ""))?;
        let scene = Scene::read_part(file.scene.get_ron(), text, place, "scene", &models.schemas())?;
        file.journal.check().map_err(|error| error.at(place))?;
        let model = models.find(scene.model.name)?;
        let axes = file.vary.iter().map(|axis| Axis::read(axis, model).map_err(|error| error.at(place)));
        let plan = Self {
            version: file.sweep,
            axes: axes.collect::<Result<_>>()?,
            scene,
            journal: file.journal,
            design: file.design,
            repeats: file.repeats,
            steps: file.steps,
            discard: file.discard,
            measures: super::plan::instruments(&file.measures, model).map_err(|error| error.at(place))?,
            every: file.every.filter(|every| *every > 0),
            refine: file.refine,
            fit: file.fit,
        };
        plan.check(models).map_err(|error| error.at(place))?;
        if let Some(Shard(part, parts)) = file.shard.filter(|Shard(part, parts)| *part == 0 || part > parts) {
            return Err(Error::usage(format!("there is no part {part} of {parts}")).path("shard").at(place));
        }
        Ok((plan, file.shard))
    }

    /// The plan as RON, with the share of it that a table has.
    pub fn write(&self, shard: Option<Shard>) -> String {
        let scene = self.scene.write();
        pretty(&PlanFile {
            sweep: self.version.clone(),
            vary: self.axes.iter().map(|axis| axis.text.clone()).collect(),
            design: self.design,
            repeats: self.repeats,
            steps: self.steps,
            discard: self.discard,
            measures: self.measures.clone(),
            every: self.every,
            shard,
            refine: self.refine,
            fit: self.fit.clone(),
            scene: RawValue::from_ron(&scene).expect("written by RON"),
            journal: self.journal.clone(),
        })
    }
}

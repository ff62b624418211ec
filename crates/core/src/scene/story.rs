//! A story: what a lecturer says of a scene, beat by beat, and what happens meanwhile.

use super::{Look, Point, Pointer, Schema, Tool, Value};
use crate::error::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize};

/// One beat of a story. It begins at its step, or when its reading comes, or else by the lecturer's key; what it says
/// stays until the next one begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Beat {
    /// The step at which it begins by itself.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
    pub at: Option<u64>,
    /// The reading at which it begins by itself.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
    pub when: Option<When>,
    /// A question that stands until the lecturer's key reveals the answer, and what belongs to it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ask: String,
    /// What is said, in Markdown; of a question, the answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub say: String,
    /// Parameters that change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Ease>,
    /// What the hand does.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
    pub hand: Option<Touch>,
    /// Where the camera points.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
    pub camera: Option<Aim>,
    /// Changes of the look: path without `view.`, and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub look: Vec<(String, Value)>,
    /// The instruments that are plotted, the first on top.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub show: Vec<String>,
    /// Steps that the story stays here when nobody presses a key; without it, as long as it takes to read.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
    pub wait: Option<u64>,
}

/// A reading that is waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The instrument.
    pub measure: String,
    /// It has come when the reading is above this.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
    pub above: Option<f64>,
    /// It has come when the reading is below this.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
    pub below: Option<f64>,
    /// Steps after which the story goes on without it.
    #[serde(default = "patience")]
    pub within: u64,
}

/// A parameter that changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ease {
    /// The parameter's path.
    pub path: String,
    /// The value that it comes to.
    pub to: Value,
    /// Steps that it takes to come there; 0: at once.
    #[serde(default)]
    pub over: u64,
}

/// What the hand does for some steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// The tool.
    pub tool: Tool,
    /// Where, in the picture.
    pub at: Pointer,
    /// How far it reaches, in the picture's unit of length.
    pub radius: f32,
    /// Steps for which it is down.
    pub over: u64,
}

/// Where the camera points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Aim {
    /// All is seen.
    Fit,
    /// This agent stays in the middle.
    Follow(u32),
    /// A part of the picture.
    At {
        /// What is in the middle.
        centre: Point,
        /// Height of what is seen.
        height: f32,
        /// Yaw and pitch, from where space is looked at, degrees; without it, as before.
        #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none", serialize_with = "bare")]
        gaze: Option<(f32, f32)>,
        /// Steps that it takes to come there; 0: at once.
        #[serde(default)]
        over: u64,
    },
}

fn patience() -> u64 {
    3000
}

/// Optional fields stand in files without `Some`.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn bare<S: serde::Serializer, T: Serialize>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => value.serialize(serializer),
        None => serializer.serialize_none(),
    }
}

/// The last step at which a beat may begin.
const LAST: u64 = 1_000_000;

impl Beat {
    /// What is said of it: of a question, the question until its answer is revealed.
    pub fn text(&self, revealed: bool) -> &str {
        if self.ask.is_empty() || revealed { &self.say } else { &self.ask }
    }

    /// Checks all but the names of instruments against the model. The path of an error begins inside the beat.
    pub(super) fn check(&self, model: &dyn Schema) -> Result<()> {
        if self.say.trim().is_empty() {
            let missing = if self.ask.is_empty() { "a beat says nothing" } else { "a question has no answer" };
            return Err(Error::usage(missing).allowed("a text in Markdown").path("say"));
        }
        if self.at.is_some_and(|step| step > LAST) {
            return Err(Error::usage("so late no beat begins").allowed(format!("0 to {LAST}")).path("at"));
        }
        if let Some(when) = &self.when {
            if self.at.is_some() {
                return Err(Error::usage("a beat begins at a step or at a reading").allowed("at or when").path("when"));
            }
            if when.above.is_none() && when.below.is_none() {
                return Err(Error::usage("no level is named").allowed("above or below, a number").path("when"));
            }
            if when.within > LAST {
                return Err(Error::usage("so long no reading is waited for")
                    .allowed(format!("0 to {LAST}"))
                    .path("when.within"));
            }
        }
        for Ease { path, to, .. } in &self.set {
            let parameter = model.parameter(path).map_err(|error| error.path("set"))?;
            if parameter.restart {
                return Err(Error::usage("a change of it needs a restart").path(format!("set.{path}")));
            }
            parameter.check(to).map_err(|error| error.under("set"))?;
        }
        for (path, value) in &self.look {
            Look::schema().parameter(path).and_then(|parameter| parameter.check(value)).map_err(|error| error.under("look"))?;
        }
        if let Some(Touch { at, radius, .. }) = self.hand
            && !(at.place().is_finite() && at.along().is_normalized() && radius.is_finite() && radius >= 0.0)
        {
            return Err(Error::usage("a tool needs a finite place and radius, and a direction of length 1").path("hand"));
        }
        if let Some(Aim::At { centre: Point(centre), height, gaze, .. }) = self.camera {
            if !(centre.is_finite() && height.is_finite() && height > 0.0) {
                return Err(Error::usage("a camera needs a finite centre and a height above 0").path("camera"));
            }
            for (path, angle) in gaze.into_iter().flat_map(|(yaw, pitch)| [("yaw", yaw), ("pitch", pitch)]) {
                let parameter = Look::schema().parameter(path)?;
                parameter.check(&Value::Number(angle.into())).map_err(|error| error.under("camera.gaze"))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_reads_without_some_and_comes_back_as_it_was() {
        let text = r#"(
            when: (measure: "polarisation", above: 0.8),
            ask: "What now?",
            say: "Order.",
            set: [(path: "noise", to: 0.5, over: 100), (path: "update", to: "forward")],
            hand: (tool: scramble, at: (1.0, 2.0), radius: 1.5, over: 20),
            camera: at(centre: (3.0, 3.0), height: 2.0, over: 60),
            look: [("trails", 40)],
            show: ["polarisation"],
            wait: 200,
        )"#;
        let beat: Beat = ron::from_str(text).unwrap();
        let when = When { measure: "polarisation".into(), above: Some(0.8), below: None, within: 3000 };
        assert_eq!((beat.at, beat.when.as_ref(), beat.wait), (None, Some(&when), Some(200)));
        assert_eq!((beat.text(false), beat.text(true)), ("What now?", "Order."));
        let again = ron::to_string(&beat).unwrap();
        assert!(!again.contains("Some") && !again.contains("at:None"), "{again}");
        assert_eq!(ron::from_str::<Beat>(&again).unwrap(), beat);
        assert_eq!(ron::from_str::<Beat>(r#"(say: "x", camera: fit)"#).unwrap().camera, Some(Aim::Fit));
    }

    #[test]
    fn a_camera_that_points_nowhere_is_refused() {
        let wrong = |camera: &str| {
            let beat: Beat = ron::from_str(&format!(r#"(say: "x", camera: at({camera}))"#)).unwrap();
            beat.check(Look::schema()).unwrap_err().to_string()
        };
        for camera in ["centre: (NaN, 0.0), height: 1.0", "centre: (0.0, 0.0, inf), height: 1.0", "centre: (0, 0), height: 0.0"]
        {
            assert!(wrong(camera).contains("camera"), "{camera}");
        }
        let error = wrong("centre: (0.0, 0.0), height: 1.0, gaze: (NaN, 0.0)");
        assert!(error.contains("camera.gaze.yaw") && error.contains("-180 to 180"), "{error}");
        assert!(wrong("centre: (0.0, 0.0), height: 1.0, gaze: (0.0, 95.0)").contains("camera.gaze.pitch"));
    }
}

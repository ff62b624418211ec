//! What a picture says of the run that it shows.

use super::Caption;
use crate::sim::{AnyModel, Frame};

impl Caption {
    /// The scene's title, and the interaction strength and number of agents of the frame's step.
    pub fn of(title: &str, model: &dyn AnyModel, frame: &Frame) -> Self {
        let strength = model.strength().and_then(|strength| {
            let (_, value) = frame.parameters.iter().find(|(path, _)| *path == strength.path)?;
            let value = value.number()?;
            let name = if strength.symbol.is_empty() { strength.label() } else { strength.symbol.to_owned() };
            // Three decimals tell what a slider can set; zeroes at the end tell nothing.
            let number = format!("{value:.3}");
            let number = number.trim_end_matches('0').trim_end_matches('.');
            Some(format!("{name} = {number} {}", strength.unit).trim_end().to_owned())
        });
        let agents = format!("N = {}", frame.agents);
        let lines = vec![strength.into_iter().chain([agents]).collect::<Vec<_>>().join("  ·  ")];
        Self { title: title.to_owned(), lines, side: None }
    }

    /// That of one of two runs that are compared: on top is what tells it from the other.
    #[must_use]
    pub fn beside(mut self, side: usize, label: String) -> Self {
        self.lines.insert(0, std::mem::replace(&mut self.title, label));
        self.side = Some(side);
        self
    }
}

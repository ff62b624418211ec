//! What a picture says of the run that it shows.

use super::Caption;
use crate::{
    scene::SideLabel,
    sim::{AnyModel, Frame},
};

impl Caption {
    /// The scene's title, and the interaction strength and number of agents of the frame's step.
    pub fn of(title: &str, model: &dyn AnyModel, frame: &Frame) -> Self {
        let strength = model.strength().and_then(|strength| {
            let (_, value) = frame.parameters.iter().find(|(path, _)| *path == strength.path)?;
            let name = if strength.symbol.is_empty() { strength.label() } else { strength.symbol.to_owned() };
            Some(format!("{name} = {} {}", value.shown(), strength.unit).trim_end().to_owned())
        });
        let agents = format!("N = {}", frame.agents);
        Self { title: title.to_owned(), facts: strength.into_iter().chain([agents]).collect(), ..Self::default() }
    }

    /// That of one of two runs that are compared: on top is what tells it from the other.
    #[must_use]
    pub fn beside(self, side: usize, label: SideLabel) -> Self {
        let SideLabel { text, short } = label;
        // What the title says need not be said again.
        let facts = self.facts.into_iter().filter(|fact| *fact != short && *fact != text);
        let facts = [self.title].into_iter().chain(facts).collect();
        Self { title: text, short, facts, remarks: self.remarks, side: Some(side) }
    }
}

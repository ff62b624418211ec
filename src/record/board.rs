//! The plots beside a film's picture, and the card at its end: the panel's own, without a window.

use crate::{
    lab::Lab,
    panel::{self, Card, Desk},
    scene::{Action, Scene, Stamped},
    sim::Frame,
    view::{Gpu, Page, Studio},
};
use std::sync::Arc;

/// Part of the film's width, or of its height where it is tall, that plots take.
const SHARE: f32 = 0.3;
const SHARE_BELOW: f32 = 0.34;

/// The readings of a step, in the order of the scene's plots.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// The step.
    pub step: u64,
    /// Its time.
    pub time: f64,
    /// A value for each instrument.
    pub values: Vec<f64>,
    /// What was done to the run since the step before.
    pub acted: Vec<Stamped<Action>>,
}

/// Draws plots and cards.
pub struct Board {
    desk: Desk,
    page: Page,
    scene: Scene,
}

/// Where picture and plots go in a film: x, y, width, height in pixels.
pub fn areas([width, height]: [u32; 2]) -> ([u32; 4], [u32; 4]) {
    // The pictures of films have even sides, and so their parts.
    let even = |side: f32| (side / 2.0).round() as u32 * 2;
    if width > height {
        let plots = even(SHARE * width as f32);
        ([0, 0, width - plots, height], [width - plots, 0, plots, height])
    } else {
        let plots = even(SHARE_BELOW * height as f32);
        ([0, 0, width, height - plots], [0, height - plots, width, plots])
    }
}

impl Board {
    /// For a scene.
    pub fn new(gpu: &Gpu, lab: &Lab, scene: &Scene) -> Self {
        let page = Page::new(&gpu.device, Studio::FORMAT);
        panel::prepare(page.context());
        let mut board = Self { desk: Desk::new(lab.clone(), "", scene.clone()), page, scene: scene.clone() };
        board.begin();
        board
    }

    /// The names of the instruments that are plotted.
    pub fn instruments(&self) -> Vec<String> {
        self.desk.plots.iter().map(|instrument| instrument.name.to_owned()).collect()
    }

    /// A run begins anew.
    pub fn begin(&mut self) {
        self.desk.look.theme = self.scene.view.theme;
        self.desk.begin(&self.scene);
    }

    /// Takes note of what instruments read.
    pub fn note(&mut self, readings: &Readings) {
        let values = self.desk.plots.iter().copied().zip(readings.values.iter().copied());
        self.desk.history.record(readings.step, readings.time, values);
        for acted in &readings.acted {
            self.desk.history.mark(acted.0, &acted.1);
        }
    }

    /// Draws the plots as they are at a frame.
    pub fn plots(&mut self, gpu: &Gpu, target: &wgpu::Texture, area: [u32; 4], pixels_per_point: f32, frame: &Frame) {
        let bare = Frame { trail: Vec::new(), ..frame.clone() };
        self.desk.receive(Arc::new(bare));
        let desk = &mut self.desk;
        self.page.draw(gpu, target, area, pixels_per_point, frame.step as f64, |ui| panel::plots(ui.ctx(), desk));
    }

    /// Draws a card.
    pub fn card(&mut self, gpu: &Gpu, target: &wgpu::Texture, pixels_per_point: f32, card: &Card) {
        let area = [0, 0, target.width(), target.height()];
        let desk = &mut self.desk;
        self.page.draw(gpu, target, area, pixels_per_point, 0.0, |ui| panel::card(ui.ctx(), desk, card));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_and_plots_share_the_film() {
        for size in [[1920, 1080], [1080, 1920], [640, 640], [3840, 2160]] {
            let (picture, plots) = areas(size);
            assert!([picture, plots].concat().iter().all(|side| side % 2 == 0));
            let area = |[_, _, width, height]: [u32; 4]| width * height;
            assert_eq!(area(picture) + area(plots), size[0] * size[1]);
            assert!(area(plots) * 4 > area(picture));
        }
    }
}

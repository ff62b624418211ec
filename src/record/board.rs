//! The plots beside a film's picture, and the card at its end: the panel's own, without a window.

use super::shoot::Take;
use crate::{
    lab::Lab,
    measures::{self, Instrument, Reading},
    panel::{self, Card, Desk, Standing, Told},
    scene::{Action, Difference, Journal, Scene, Stamped, ViewAction},
    sim::Frame,
    view::{Gpu, Page, Studio, halves},
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
    /// What each instrument read.
    pub values: Vec<Reading>,
    /// What was done to the run since the step before.
    pub acted: Vec<Stamped<Action>>,
}

/// Draws plots and cards.
pub struct Board {
    desk: Desk,
    page: Page,
    scene: Scene,
    /// The instruments that are read: those that are plotted now, and those that were plotted once.
    instruments: Vec<&'static Instrument>,
}

/// Where the parts of a film's picture go: x, y, width, height in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Areas {
    /// What is seen of the run, or of each of two.
    pub pictures: Vec<[u32; 4]>,
    /// The plots.
    pub plots: Option<[u32; 4]>,
    /// The words of the story.
    pub words: Option<[u32; 4]>,
}

impl Areas {
    /// In a film of this size, with plots or without, with words of this height or none, and of one run or of `two`: side by
    /// side where it is wide, else one below the other.
    pub fn of([width, height]: [u32; 2], plots: bool, words: Option<u32>, two: bool) -> Self {
        // The pictures of films have even sides, and so their parts.
        let even = |side: f32| (side / 2.0).round() as u32 * 2;
        let below = words.map_or(0, |words| even(words as f32).min(height / 2));
        let rest = height - below;
        let (picture, plots) = match (plots, width > height) {
            (false, _) => ([0, 0, width, rest], None),
            (true, true) => {
                let plots = even(SHARE * width as f32);
                ([0, 0, width - plots, rest], Some([width - plots, 0, plots, rest]))
            }
            (true, false) => {
                let plots = even(SHARE_BELOW * rest as f32);
                ([0, 0, width, rest - plots], Some([0, rest - plots, width, plots]))
            }
        };
        let pictures = halves([picture[2], picture[3]], two);
        Self { pictures, plots, words: words.map(|_| [0, rest, width, below]) }
    }
}

impl Board {
    /// For a run of a scene that is seen as its journal says, and the one beside it where there is a difference.
    pub fn new(gpu: &Gpu, lab: &Lab, (scene, journal, difference): (&Scene, &Journal, Option<&Difference>)) -> Self {
        let page = Page::new(&gpu.device, Studio::FORMAT);
        panel::prepare(page.context());
        let mut desk = Desk::new(lab.clone(), "", scene.clone());
        desk.compare(difference.cloned());
        let mut instruments = desk.plots.clone();
        for Stamped(_, action) in &journal.view {
            let ViewAction::Plots { measures } = action else { continue };
            for instrument in plotted(measures) {
                if !instruments.iter().any(|known| known.name == instrument.name) {
                    instruments.push(instrument);
                }
            }
        }
        let mut board = Self { desk, page, scene: scene.clone(), instruments };
        board.begin();
        board
    }

    /// The names of the instruments that are read.
    pub fn instruments(&self) -> Vec<String> {
        self.instruments.iter().map(|instrument| instrument.name.to_owned()).collect()
    }

    /// A run begins anew.
    pub fn begin(&mut self) {
        self.desk.look.theme = self.scene.view.theme;
        self.desk.begin(&self.scene);
    }

    /// Takes note of what instruments read of a run, the first being number 0.
    pub fn note(&mut self, side: usize, readings: &Readings) {
        let values = self.instruments.iter().copied().zip(readings.values.iter().cloned());
        if side > 0 {
            self.desk.record_beside(readings.step, readings.time, values);
            return;
        }
        self.desk.history.record(readings.step, readings.time, values);
        for acted in &readings.acted {
            self.desk.history.mark(acted.0, &acted.1);
        }
    }

    /// Draws the plots as they are at a frame of each run.
    pub fn plots(&mut self, gpu: &Gpu, target: &wgpu::Texture, area: [u32; 4], pixels_per_point: f32, takes: &[Take]) {
        let bare = |take: &Take| Arc::new(Frame { trail: Vec::new(), ..take.frame.clone() });
        let Take { frame, seen, .. } = takes[0];
        self.desk.receive(bare(&takes[0]));
        self.desk.stand(Standing { step: frame.step, until: frame.step, ..Standing::default() });
        let desk = &mut self.desk;
        if let Some(second) = takes.get(1) {
            desk.receive_beside(bare(second));
        }
        if let Some(measures) = &seen.plots {
            desk.plots = plotted(measures).collect();
        }
        self.page.draw(gpu, target, area, pixels_per_point, frame.step as f64, |ui| panel::plots(ui.ctx(), desk));
    }

    /// Draws the words of the story.
    pub fn words(&mut self, gpu: &Gpu, target: &wgpu::Texture, area: [u32; 4], pixels_per_point: f32, told: Told) {
        let desk = &mut self.desk;
        desk.told = told;
        self.page.draw(gpu, target, area, pixels_per_point, 0.0, |ui| {
            panel::story_words(ui.ctx(), desk);
        });
    }

    /// Height in pixels of the longest words of the story, at this width.
    pub fn longest_words(&mut self, gpu: &Gpu, width: u32, pixels_per_point: f32) -> u32 {
        let desk = &mut self.desk;
        let mut highest = 0.0_f32;
        for beat in 0..desk.scene.story.len() {
            for revealed in [false, true] {
                desk.told = Told::At { beat, revealed };
                let size = [width, 2 * width];
                self.page.lay_out(gpu, size, pixels_per_point, 0.0, &mut |ui| {
                    highest = highest.max(panel::story_words(ui.ctx(), desk));
                });
            }
        }
        (highest * pixels_per_point).ceil() as u32
    }

    /// Draws a card.
    pub fn card(&mut self, gpu: &Gpu, target: &wgpu::Texture, pixels_per_point: f32, card: &Card) {
        let area = [0, 0, target.width(), target.height()];
        let desk = &mut self.desk;
        self.page.draw(gpu, target, area, pixels_per_point, 0.0, |ui| panel::card(ui.ctx(), desk, card));
    }
}

/// The instruments of these names; what this version cannot read is left out.
fn plotted(names: &[String]) -> impl Iterator<Item = &'static Instrument> {
    names.iter().filter_map(|name| measures::find(name).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_plots_and_words_share_the_film() {
        for size in [[1920, 1080], [1080, 1920], [640, 640], [3840, 2160]] {
            for (plots, words) in [(true, None), (true, Some(151)), (false, Some(90)), (false, None)] {
                let areas = Areas::of(size, plots, words, false);
                let picture = areas.pictures[0];
                let parts = [Some(picture), areas.plots, areas.words];
                let area = |[_, _, width, height]: [u32; 4]| width * height;
                assert_eq!(parts.iter().flatten().copied().map(area).sum::<u32>(), size[0] * size[1]);
                assert!(parts.iter().flatten().flatten().all(|side| side % 2 == 0));
                assert_eq!((areas.plots.is_some(), areas.words.is_some()), (plots, words.is_some()));
                assert!(areas.plots.is_none_or(|plots| area(plots) * 4 > area(picture)));
                // Two runs share the picture of one.
                let two = Areas::of(size, plots, words, true);
                assert_eq!((two.plots, two.words, two.pictures.len()), (areas.plots, areas.words, 2));
            }
        }
    }
}

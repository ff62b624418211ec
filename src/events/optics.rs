//! From agents to brightness on a sensor: a camera that looks straight down, drawn on the processor.

use super::camera::{EventCamera, Silhouette};
use crate::sim::{Extent, Frame, Grid, Scale, maths};
use bevy_math::{Vec2, Vec3};

/// No agent.
pub(super) const NOBODY: u32 = u32::MAX;

/// The image on a sensor, drawn anew for each moment. Row 0 is the top one.
pub struct Optics {
    width: usize,
    height: usize,
    background: f32,
    brightness: f32,
    /// Width of an agent, as a share of the box's shorter side.
    agent_size: f32,
    zoom: f32,
    silhouette: Silhouette,
    /// Brightness of each pixel, 0 to 255.
    brightnesses: Vec<f32>,
    /// How much of each pixel its agent covers, and who that is; then and now.
    now: Cover,
    before: Cover,
    /// The agent that last changed each pixel.
    movers: Vec<u32>,
}

#[derive(Default)]
struct Cover {
    share: Vec<f32>,
    owner: Vec<u32>,
    touched: Vec<u32>,
}

impl Cover {
    fn new(pixels: usize) -> Self {
        Self { share: vec![0.0; pixels], owner: vec![NOBODY; pixels], touched: Vec::new() }
    }

    fn clear(&mut self) {
        for pixel in self.touched.drain(..) {
            self.share[pixel as usize] = 0.0;
            self.owner[pixel as usize] = NOBODY;
        }
    }

    /// The agent that covers most of a pixel is the one seen there; of equals, the first.
    fn put(&mut self, pixel: usize, share: f32, agent: u32) {
        if share > self.share[pixel] {
            if self.owner[pixel] == NOBODY {
                self.touched.push(pixel as u32);
            }
            self.share[pixel] = share;
            self.owner[pixel] = agent;
        }
    }
}

/// Where the box lies on the sensor.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// Pixels in a unit of length.
    pub scale: f32,
    centre: Vec2,
    middle: Vec2,
}

impl View {
    /// Where a place of the box is on the sensor, in pixels from its upper left corner.
    pub fn to_pixels(self, place: Vec3) -> Vec2 {
        let off = (place.truncate() - self.centre) * self.scale;
        self.middle + Vec2::new(off.x, -off.y)
    }
}

impl Optics {
    /// An image of nothing yet.
    pub fn new(camera: &EventCamera) -> Self {
        let (width, height) = (camera.width as usize, camera.height as usize);
        Self {
            width,
            height,
            background: camera.background,
            brightness: camera.brightness,
            agent_size: camera.agent_size,
            zoom: camera.zoom,
            silhouette: camera.silhouette,
            brightnesses: vec![camera.background; width * height],
            now: Cover::new(width * height),
            before: Cover::new(width * height),
            movers: vec![NOBODY; width * height],
        }
    }

    /// Where the box of a frame lies on the sensor: whole, as large as it fits, times the zoom.
    pub(super) fn view(&self, extent: &Extent) -> View {
        let size = extent.size().truncate();
        let sensor = Vec2::new(self.width as f32, self.height as f32);
        let scale = (sensor / size).min_element() * self.zoom;
        View { scale, centre: (extent.min.truncate() + extent.max.truncate()) / 2.0, middle: sensor / 2.0 }
    }

    /// Brightness of each pixel, row by row from the top.
    pub fn brightnesses(&self) -> &[f32] {
        &self.brightnesses
    }

    /// The agent that last changed each pixel.
    pub(super) fn movers(&self) -> &[u32] {
        &self.movers
    }

    /// Draws agents at places that need not be a step's own. `directions` may be empty.
    pub fn draw(&mut self, frame: &Frame, places: &[Vec3], directions: &[Vec3]) {
        std::mem::swap(&mut self.now, &mut self.before);
        self.now.clear();
        let view = self.view(&frame.extent);
        if let Some(grid) = frame.grid.as_ref().filter(|grid| grid.sites) {
            self.draw_grid(view, &frame.extent, grid);
        } else {
            self.draw_agents(view, frame, places, directions);
        }
        self.develop();
    }

    fn draw_agents(&mut self, view: View, frame: &Frame, places: &[Vec3], directions: &[Vec3]) {
        let size = frame.extent.size().truncate();
        let diameter = self.agent_size * size.min_element() * view.scale;
        // Round a torus an agent is also seen one box further.
        let turn = size * view.scale;
        let copies = |side: f32| if frame.extent.periodic { [0.0, -side, side].as_slice().to_vec() } else { vec![0.0] };
        let (columns, rows) = (copies(turn.x), copies(turn.y));
        for (row, (id, place)) in frame.ids.iter().zip(places).enumerate() {
            let at = view.to_pixels(*place);
            let along = directions.get(row).map_or(Vec2::ZERO, |direction| Vec2::new(direction.x, -direction.y));
            for dx in &columns {
                for dy in &rows {
                    self.stamp(*id, at + Vec2::new(*dx, *dy), diameter, along);
                }
            }
        }
    }

    /// Draws one agent with smooth edges, one pixel wide.
    fn stamp(&mut self, id: u32, at: Vec2, diameter: f32, along: Vec2) {
        let reach = diameter / 2.0 + 1.0;
        let range = |centre: f32, pixels: usize| {
            let first = (centre - reach).floor().clamp(0.0, pixels as f32) as usize;
            let end = (centre + reach).ceil().clamp(0.0, pixels as f32) as usize;
            first..end
        };
        // One that is smaller than a pixel fills only a part of it.
        let radius = (diameter / 2.0).max(0.5);
        let fill = (diameter * diameter).min(1.0);
        let dart = self.silhouette == Silhouette::Dart && along != Vec2::ZERO;
        for y in range(at.y, self.height) {
            for x in range(at.x, self.width) {
                let off = Vec2::new(x as f32 + 0.5, y as f32 + 0.5) - at;
                let outside = if dart { outside_dart(off, along, radius) } else { off.length() - radius };
                let share = (0.5 - outside).clamp(0.0, 1.0) * fill;
                if share > 0.0 {
                    self.now.put(y * self.width + x, share, id);
                }
            }
        }
    }

    /// Draws a grid: magnitudes from dark to bright, angles by their cosine.
    fn draw_grid(&mut self, view: View, extent: &Extent, grid: &Grid) {
        let size = extent.size().truncate();
        for y in 0..self.height {
            for x in 0..self.width {
                let off = (Vec2::new(x as f32 + 0.5, y as f32 + 0.5) - view.middle) / view.scale;
                let place = (view.centre + Vec2::new(off.x, -off.y) - extent.min.truncate()) / size;
                let cell = place * Vec2::new(grid.width as f32, grid.height as f32);
                if cell.min_element() < 0.0 || cell.x >= grid.width as f32 || cell.y >= grid.height as f32 {
                    continue;
                }
                let cell = cell.y as usize * grid.width as usize + cell.x as usize;
                let value = grid.channel.values[cell];
                let share = match &grid.channel.scale {
                    Scale::Angle => 0.5 + 0.5 * maths::unit(value).x,
                    Scale::Magnitude { min, max } | Scale::Log { min, max } => ((value - min) / (max - min)).clamp(0.0, 1.0),
                    Scale::Category(kinds) => value / (kinds.len().max(2) - 1) as f32,
                };
                self.now.put(y * self.width + x, share, cell as u32);
            }
        }
    }

    /// Turns cover into brightness, and notes who changed what.
    fn develop(&mut self) {
        let Self { now, before, brightnesses, movers, background, brightness, .. } = self;
        for pixel in now.touched.iter().chain(&before.touched).map(|pixel| *pixel as usize) {
            let (share, was) = (now.share[pixel], before.share[pixel]);
            if share != was {
                // Who covers more of it came, or else the one before has left.
                movers[pixel] = if share > was { now.owner[pixel] } else { before.owner[pixel] };
            }
            brightnesses[pixel] = *background + (*brightness - *background) * share;
        }
    }
}

/// Distance to a triangle, negative inside: as long as the disc is wide, its base three fifths of that.
fn outside_dart(off: Vec2, along: Vec2, radius: f32) -> f32 {
    let forward = off.dot(along);
    let aside = off.perp_dot(along).abs();
    // The long side runs from the tip (r, 0) to the corner (−r, 0.6 r); its outward normal is (0.6, 2) / |(0.6, 2)|.
    let long = ((forward - radius) * 0.6 + aside * 2.0) / (0.6f32 * 0.6 + 4.0).sqrt();
    long.max(-forward - radius)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::PI;

    fn frame(places: &[Vec3], periodic: bool) -> Frame {
        Frame {
            ids: (0..places.len() as u32).collect(),
            positions: places.into(),
            extent: Extent { max: Vec3::new(71.0, 71.0, 0.0), periodic, ..Extent::default() },
            ..Frame::default()
        }
    }

    fn camera() -> EventCamera {
        EventCamera { agent_size: 0.1, ..EventCamera::default() }
    }

    #[test]
    fn a_disc_has_the_area_of_a_disc_wherever_it_lies() {
        let camera = camera();
        let mut optics = Optics::new(&camera);
        for off in [0.0, 0.13, 0.5, 0.77] {
            let frame = frame(&[Vec3::new(30.0 + off, 40.0 - 0.6 * off, 0.0)], false);
            optics.draw(&frame, &frame.positions, &[]);
            let light: f32 = optics.brightnesses().iter().map(|level| level - 80.0).sum::<f32>() / 120.0;
            let area = PI * 6.4 * 6.4;
            assert!((light / area - 1.0).abs() < 0.01, "{off}: {light} {area}");
        }
    }

    #[test]
    fn round_a_torus_an_agent_at_the_edge_is_seen_on_both_sides() {
        let mut optics = Optics::new(&camera());
        let sum = |optics: &Optics| optics.brightnesses().iter().map(|level| level - 80.0).sum::<f32>();
        let inside = frame(&[Vec3::new(35.0, 35.0, 0.0)], true);
        optics.draw(&inside, &inside.positions, &[]);
        let whole = sum(&optics);
        let corner = frame(&[Vec3::ZERO], true);
        optics.draw(&corner, &corner.positions, &[]);
        assert!((sum(&optics) / whole - 1.0).abs() < 0.01);
        assert!(optics.brightnesses()[0] > 190.0 && optics.brightnesses()[128 * 128 - 1] > 190.0);
        let walled = frame(&[Vec3::ZERO], false);
        optics.draw(&walled, &walled.positions, &[]);
        assert!((sum(&optics) / whole - 0.25).abs() < 0.01);
    }

    #[test]
    fn nothing_is_left_of_an_agent_that_has_gone_but_its_name() {
        let mut optics = Optics::new(&camera());
        let there = frame(&[Vec3::new(35.0, 35.0, 0.0)], false);
        optics.draw(&there, &there.positions, &[]);
        let gone = frame(&[], false);
        optics.draw(&gone, &[], &[]);
        assert!(optics.brightnesses().iter().all(|level| *level == 80.0));
        assert_eq!(optics.movers()[64 * 128 + 63], 0);
    }

    #[test]
    fn a_dart_points_along_its_direction() {
        let mut optics = Optics::new(&EventCamera { silhouette: Silhouette::Dart, ..camera() });
        let frame = frame(&[Vec3::new(35.5, 35.5, 0.0)], false);
        optics.draw(&frame, &frame.positions, &[Vec3::Y]);
        // Up is up: the base lies below and is wider.
        let row = |y: usize| optics.brightnesses()[y * 128..(y + 1) * 128].iter().filter(|level| **level > 100.0).count();
        assert!(row(64 + 5) > row(64 - 5), "{} {}", row(69), row(59));
    }
}

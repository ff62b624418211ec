//! The camera: which part of the plane the picture shows.

use crate::sim::Extent;
use bevy::math::Vec2;

/// An upright view of the plane: y points up, pixels are square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// World coordinates of the picture's middle.
    pub centre: Vec2,
    /// World units shown vertically, greater than 0.
    pub height: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self { centre: Vec2::ZERO, height: 1.0 }
    }
}

impl Camera {
    /// Shows a whole extent with a small margin in a picture of this aspect (width / height).
    pub fn fit(extent: &Extent, aspect: f32) -> Self {
        let size = extent.size();
        let margin = if extent.circle { 0.1 } else { 0.03 };
        let height = size.y.max(size.x / aspect) / (1.0 - 2.0 * margin);
        Self { centre: extent.min + size / 2.0, height: if height > 0.0 { height } else { 1.0 } }
    }

    /// The pixel, from the upper left corner, at which a place is seen.
    pub fn pixel(&self, place: Vec2, size: Vec2) -> Vec2 {
        let offset = (place - self.centre) * (size.y / self.height);
        size / 2.0 + Vec2::new(offset.x, -offset.y)
    }

    /// The place that is seen at a pixel, counted from the upper left corner.
    pub fn place(&self, pixel: Vec2, size: Vec2) -> Vec2 {
        let offset = (pixel - size / 2.0) * (self.height / size.y);
        self.centre + Vec2::new(offset.x, -offset.y)
    }

    /// Magnifies by `factor` (2: twice as large) so that the place under `pointer`, in pixels, stays where it is.
    pub fn zoom_at(&mut self, pointer: Vec2, size: Vec2, factor: f32) {
        let fixed = self.place(pointer, size);
        let height = self.height / factor;
        if height.is_finite() {
            self.height = height.clamp(1e-4, 1e7);
            self.centre += fixed - self.place(pointer, size);
        }
    }

    /// Moves the picture by this many pixels (right, down), as a hand on paper does.
    pub fn pan(&mut self, pixels: Vec2, size: Vec2) {
        self.centre -= Vec2::new(pixels.x, -pixels.y) * (self.height / size.y);
    }
}

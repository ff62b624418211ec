//! The camera: which part of the plane a picture shows, or which part of space, and from where.

use super::Gaze;
use crate::{
    scene::{Layout, Look, Pointer},
    sim::{Extent, Vector},
};
use bevy_math::{Vec2, Vec3};

/// Part of the picture's smaller side that stays free about a fitted extent, on each side.
const MARGIN: f32 = 0.02;
/// The same about a circle of phases, whose agents lie on the line itself.
const CIRCLE_MARGIN: f32 = 0.1;
/// Room for a legend and a caption in points: a column on either side, or strips above and below.
const COLUMN: f32 = 190.0;
const TOP: f32 = 74.0;
const BOTTOM: f32 = 46.0;
/// Room for the numbers and names of axes: on the left, and below.
const AXES: (f32, f32) = (110.0, 40.0);
/// Closest and farthest view, in world units shown vertically.
const HEIGHTS: (f32, f32) = (1e-4, 1e7);

/// An upright view of the plane, y pointing up, or of space; pixels are square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The place that is seen in the picture's middle; in a flat world its depth means nothing.
    pub centre: Vec3,
    /// World units shown vertically, greater than 0; in space, at the depth of its middle.
    pub height: f32,
    /// From where space is looked at; nothing where the world is flat.
    pub gaze: Option<Gaze>,
}

impl Default for Camera {
    fn default() -> Self {
        Self::at(Vec3::ZERO, 1.0)
    }
}

impl Camera {
    /// Upright before a place.
    pub fn at(centre: impl Vector, height: f32) -> Self {
        Self { centre: centre.in_space(), height, gaze: None }
    }

    /// Shows a whole extent with a small margin in a picture of this aspect (width / height). An extent without
    /// size shows one unit about it, one that is not finite the unit square.
    pub fn fit(extent: &Extent, aspect: f32) -> Self {
        let aspect = if aspect.is_finite() && aspect > 0.0 { aspect } else { 1.0 };
        Self::fit_into(extent, None, Vec2::new(aspect, 1.0), Vec2::ZERO, Vec2::new(aspect, 1.0))
    }

    /// The same for a picture of this size in pixels that also carries a legend, at this many pixels a point: the extent
    /// stands beside what is written or between it, whichever leaves it larger.
    fn fit_with_legend(extent: &Extent, gaze: Option<Gaze>, size: Vec2, pixels_per_point: f32) -> Self {
        let (column, top, bottom) = (COLUMN * pixels_per_point, TOP * pixels_per_point, BOTTOM * pixels_per_point);
        let beside = Self::fit_into(extent, gaze, size, Vec2::new(column, 0.0), Vec2::new(size.x - column, size.y));
        let between = Self::fit_into(extent, gaze, size, Vec2::new(0.0, top), Vec2::new(size.x, size.y - bottom));
        if beside.height <= between.height { beside } else { between }
    }

    /// The same where axes are written on the left and below.
    fn fit_with_axes(extent: &Extent, size: Vec2, pixels_per_point: f32) -> Self {
        let (column, top, bottom) = (COLUMN * pixels_per_point, TOP * pixels_per_point, BOTTOM * pixels_per_point);
        let (left, below) = (AXES.0 * pixels_per_point, AXES.1 * pixels_per_point);
        let beside = Self::fit_into(extent, None, size, Vec2::new(column, 0.0), Vec2::new(size.x - column, size.y - below));
        let between = Self::fit_into(extent, None, size, Vec2::new(left, top), Vec2::new(size.x, size.y - bottom - below));
        if beside.height <= between.height { beside } else { between }
    }

    /// The view that suits a whole extent under this look at this step: with room for the legend where it has one.
    pub fn of(extent: &Extent, look: &Look, step: f64, size: Vec2, pixels_per_point: f32) -> Self {
        let gaze = Gaze::of(extent, look, step);
        match look.layout {
            _ if !look.legend && gaze.is_some() => Self::fit_into(extent, gaze, size, Vec2::ZERO, size),
            _ if !look.legend => Self::fit(extent, size.x / size.y),
            Layout::Raster | Layout::Profile => Self::fit_with_axes(extent, size, pixels_per_point),
            _ => Self::fit_with_legend(extent, gaze, size, pixels_per_point),
        }
    }

    /// Fits an extent between the pixels `low` and `high` (upper left and lower right) of a picture of this size.
    fn fit_into(extent: &Extent, gaze: Option<Gaze>, size: Vec2, low: Vec2, high: Vec2) -> Self {
        let (mut min, mut max) = match &gaze {
            Some(gaze) => gaze.bounds(extent),
            None => (extent.min.min(extent.max).truncate(), extent.min.max(extent.max).truncate()),
        };
        if extent.circle {
            (min, max) = (min.min(Vec2::NEG_ONE), max.max(Vec2::ONE));
        }
        let span = max - min;
        if !(span.is_finite() && min.is_finite()) {
            return Self::at(Vec2::splat(0.5), 1.0);
        }
        let margin = if extent.circle { CIRCLE_MARGIN } else { MARGIN };
        // A picture too small for its legend is fitted as if it had none.
        let (low, high) = if (high - low).min_element() > 0.3 * size.min_element() { (low, high) } else { (Vec2::ZERO, size) };
        let room = (high - low) - 2.0 * margin * size.min_element();
        let unit = (room / span).min_element();
        let height = if unit.is_finite() && unit > 0.0 { (size.y / unit).clamp(HEIGHTS.0, HEIGHTS.1) } else { 1.0 };
        let offset = ((low + high) - size) / 2.0 * height / size.y;
        let centre = min + span / 2.0 - Vec2::new(offset.x, -offset.y);
        Self { centre: gaze.map_or(centre.extend(0.0), |gaze| gaze.place(centre)), height, gaze }
    }

    /// Pixels a world unit, in a picture of this size in pixels.
    pub fn pixels_per_unit(&self, size: Vec2) -> f32 {
        size.y / self.height
    }

    /// Where a place is seen on the plane that the camera shows. Not a number where it is not seen.
    fn on_plane(&self, place: Vec3) -> Vec2 {
        match &self.gaze {
            Some(gaze) => gaze.see(place).map_or(Vec2::NAN, |sight| sight.at),
            None => place.truncate(),
        }
    }

    /// The pixel, from the upper left corner, at which a place is seen. Not a number where it is not seen.
    pub fn pixel(&self, place: impl Vector, size: Vec2) -> Vec2 {
        self.pixel_of(self.on_plane(place.in_space()), size)
    }

    /// The pixel of a point of the plane that the camera shows.
    pub(super) fn pixel_of(&self, at: Vec2, size: Vec2) -> Vec2 {
        let offset = (at - self.on_plane(self.centre)) * self.pixels_per_unit(size);
        size / 2.0 + Vec2::new(offset.x, -offset.y)
    }

    /// The place that is seen at a pixel, counted from the upper left corner; in space, at the depth of its middle.
    pub fn place(&self, pixel: Vec2, size: Vec2) -> Vec3 {
        let offset = (pixel - size / 2.0) / self.pixels_per_unit(size);
        let at = self.on_plane(self.centre) + Vec2::new(offset.x, -offset.y);
        self.gaze.map_or(at.extend(0.0), |gaze| gaze.place(at))
    }

    /// All places that are seen at a pixel.
    pub fn pointer(&self, pixel: Vec2, size: Vec2) -> Pointer {
        let place = self.place(pixel, size);
        match &self.gaze {
            Some(gaze) => Pointer::line(place, (place - gaze.eye()).normalize_or(-gaze.axes()[2])),
            None => Pointer::on_plane(place.truncate()),
        }
    }

    /// Magnifies by `factor` (2: twice as large) so that the place under `pointer`, in pixels, stays where it is.
    pub fn zoom_at(&mut self, pointer: Vec2, size: Vec2, factor: f32) {
        let fixed = self.place(pointer, size);
        let height = self.height / factor;
        if height.is_finite() {
            self.height = height.clamp(HEIGHTS.0, HEIGHTS.1);
            self.shift(fixed - self.place(pointer, size));
        }
    }

    /// Moves the picture by this many pixels (right, down), as a hand on paper does.
    pub fn pan(&mut self, pixels: Vec2, size: Vec2) {
        let [right, up] = self.gaze.map_or([Vec3::X, Vec3::Y], |gaze| [gaze.axes()[0], gaze.axes()[1]]);
        self.shift((up * pixels.y - right * pixels.x) / self.pixels_per_unit(size));
    }

    /// Moves by as much as a way across the plane that the camera shows.
    fn shift(&mut self, way: Vec3) {
        let scale = self.gaze.and_then(|gaze| gaze.see(self.centre)).map_or(1.0, |sight| sight.scale);
        self.centre += way / scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Vec2 = Vec2::new(1280.0, 720.0);

    fn extent(min: Vec2, max: Vec2) -> Extent {
        Extent { min: min.in_space(), max: max.in_space(), ..Default::default() }
    }

    #[test]
    fn a_fitted_extent_is_seen_whole_with_a_margin() {
        for (max, size) in
            [(Vec2::new(7.0, 7.0), SIZE), (Vec2::new(30.0, 2.0), SIZE), (Vec2::new(7.0, 7.0), Vec2::new(540.0, 960.0))]
        {
            let camera = Camera::fit(&extent(Vec2::ZERO, max), size.x / size.y);
            let (low, high) = (camera.pixel(Vec2::ZERO, size), camera.pixel(max, size));
            assert!(low.x > 0.0 && high.y > 0.0 && high.x < size.x && low.y < size.y, "{low} {high}");
            let gap = low.x.min(high.y);
            assert!(gap > 0.9 * MARGIN * size.min_element() && gap < 0.06 * size.max_element(), "{gap}");
        }
    }

    #[test]
    fn a_legend_has_room_beside_or_between() {
        let beside = Camera::fit_with_legend(&extent(Vec2::ZERO, Vec2::ONE), None, SIZE, 1.0);
        assert!(beside.pixel(Vec2::ZERO, SIZE).x > COLUMN && beside.centre.x == 0.5);
        let free = Camera::fit(&extent(Vec2::ZERO, Vec2::ONE), SIZE.x / SIZE.y);
        assert!((beside.height / free.height - 1.0).abs() < 1e-5, "there was room: {} {}", beside.height, free.height);
        let between = Camera::fit_with_legend(&extent(Vec2::ZERO, Vec2::new(3.0, 1.5)), None, SIZE, 1.0);
        assert!(between.pixel(Vec2::new(0.0, 1.5), SIZE).y > TOP);
        assert!(between.pixel(Vec2::ZERO, SIZE).y < SIZE.y - BOTTOM);
        let tiny = Camera::fit_with_legend(&extent(Vec2::ZERO, Vec2::ONE), None, Vec2::splat(100.0), 1.0);
        let plain = Camera::fit(&extent(Vec2::ZERO, Vec2::ONE), 1.0);
        assert!((tiny.height / plain.height - 1.0).abs() < 1e-5 && tiny.centre == plain.centre, "{tiny:?}");
    }

    #[test]
    fn extents_without_size_or_sense_have_a_camera() {
        let camera = Camera::fit(&extent(Vec2::ONE, Vec2::ONE), 1.5);
        assert_eq!(camera, Camera::at(Vec2::ONE, 1.0));
        assert!(Camera::fit(&extent(Vec2::NAN, Vec2::ONE), 1.5).centre.is_finite());
        assert!(Camera::fit(&extent(Vec2::ZERO, Vec2::INFINITY), f32::NAN).height.is_finite());
    }

    #[test]
    fn the_circle_is_seen_whole() {
        let camera = Camera::fit(&Extent { circle: true, ..extent(Vec2::ZERO, Vec2::ZERO) }, 1.0);
        assert!(camera.pixel(Vec2::new(-1.0, 0.0), Vec2::splat(500.0)).x > 25.0);
    }

    #[test]
    fn pixels_and_places_are_inverse() {
        let camera = Camera::at(Vec2::new(3.0, -2.0), 5.0);
        let place = Vec3::new(4.0, -1.0, 0.0);
        assert!(camera.place(camera.pixel(place, SIZE), SIZE).distance(place) < 1e-5);
        assert!(camera.pixel(Vec2::new(3.0, -1.0), SIZE).y < 360.0, "y points up");
    }

    #[test]
    fn zoom_keeps_the_place_under_the_pointer() {
        let mut camera = Camera::at(Vec2::new(3.0, -2.0), 5.0);
        let pointer = Vec2::new(100.0, 650.0);
        let place = camera.place(pointer, SIZE);
        camera.zoom_at(pointer, SIZE, 2.0);
        assert_eq!(camera.height, 2.5);
        assert!(camera.place(pointer, SIZE).distance(place) < 1e-5);
        for factor in [0.0, f32::NAN, f32::INFINITY, 1e-30] {
            camera.zoom_at(pointer, SIZE, factor);
            assert!(camera.height > 0.0 && camera.height.is_finite() && camera.centre.is_finite(), "{factor}");
        }
    }

    #[test]
    fn pan_moves_the_paper_with_the_hand() {
        let mut camera = Camera::at(Vec2::new(3.0, -2.0), 5.0);
        let place = camera.place(Vec2::new(10.0, 20.0), SIZE);
        camera.pan(Vec2::new(30.0, 40.0), SIZE);
        assert!(camera.pixel(place, SIZE).distance(Vec2::new(40.0, 60.0)) < 1e-2);
    }

    fn before_a_cube() -> Camera {
        let cube = Extent { max: Vec3::splat(8.0), periodic: true, ..Extent::default() };
        Camera::of(&cube, &Look::default(), 0.0, SIZE, 1.0)
    }

    #[test]
    fn a_cube_is_seen_whole_from_any_side() {
        let cube = Extent { max: Vec3::splat(8.0), periodic: true, ..Extent::default() };
        for (yaw, pitch) in [(0.0, 0.0), (30.0, 25.0), (-120.0, 60.0), (45.0, -90.0)] {
            let look = Look { yaw, pitch, ..Look::default() };
            let camera = Camera::of(&cube, &look, 0.0, SIZE, 1.0);
            for corner in 0..8 {
                let at = Vec3::from([0, 1, 2].map(|axis| (8 * (corner >> axis & 1)) as f32));
                let pixel = camera.pixel(at, SIZE);
                assert!(pixel.cmpge(Vec2::ZERO).all() && pixel.cmple(SIZE).all(), "{yaw} {pitch}: {at} at {pixel}");
            }
        }
    }

    #[test]
    fn in_space_zoom_and_pan_keep_what_is_under_the_pointer() {
        let mut camera = before_a_cube();
        let pointer = Vec2::new(300.0, 500.0);
        let place = camera.place(pointer, SIZE);
        assert!(camera.pixel(place, SIZE).distance(pointer) < 1e-2);
        camera.zoom_at(pointer, SIZE, 2.0);
        assert!(camera.pixel(place, SIZE).distance(pointer) < 1e-2);
        camera.pan(Vec2::new(30.0, -40.0), SIZE);
        assert!(camera.pixel(place, SIZE).distance(pointer + Vec2::new(30.0, -40.0)) < 1e-2);
        // The middle need not lie at the depth of the plane.
        camera.centre = Vec3::new(1.0, 7.0, 2.0);
        let place = camera.place(pointer, SIZE);
        camera.zoom_at(pointer, SIZE, 0.5);
        camera.pan(Vec2::new(5.0, 6.0), SIZE);
        assert!(camera.pixel(place, SIZE).distance(pointer + Vec2::new(5.0, 6.0)) < 1e-2);
    }

    #[test]
    fn the_pointer_in_space_is_all_that_is_seen_at_a_pixel() {
        let (camera, pixel) = (before_a_cube(), Vec2::new(700.0, 200.0));
        let pointer = camera.pointer(pixel, SIZE);
        assert!(pointer.along().is_normalized());
        for along in [-5.0, 0.0, 4.0] {
            let seen = camera.pixel(pointer.place() + along * pointer.along(), SIZE);
            assert!(seen.distance(pixel) < 1e-2, "{along}: {seen}");
        }
        assert_eq!(Camera::default().pointer(pixel, SIZE).along(), Vec3::Z);
    }
}

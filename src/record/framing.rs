//! What of the world a picture of some shape shows.

use super::reel::Seen;
use crate::{
    error::{Error, Result},
    scene::Fit,
    sim::{Extent, Frame},
    view::{Camera, Gaze},
};
use bevy_math::Vec2;

/// The fit that suits a picture of this size: a tall one of a periodic plane goes on beyond its edges, any other has bars.
///
/// # Errors
/// Where a world that is not periodic is asked to go on beyond its edges.
pub fn fit(asked: Option<Fit>, size: [u32; 2], extent: &Extent) -> Result<Fit> {
    let goes_on = extent.periodic && extent.is_flat();
    match asked {
        Some(Fit::Tile) if !goes_on => {
            Err(Error::usage("only a periodic plane goes on beyond its edges").allowed("--fit crop, --fit bars"))
        }
        Some(fit) => Ok(fit),
        None if goes_on && size[1] > size[0] => Ok(Fit::Tile),
        None => Ok(Fit::Bars),
    }
}

/// The part of the world that a picture of this size in pixels shows of a frame, where it is to show this extent.
pub fn camera(seen: &Seen, (frame, extent): (&Frame, &Extent), fit: Fit, size: Vec2, pixels_per_point: f32) -> Camera {
    let step = frame.step as f64 + seen.part;
    // Space has no edges that a picture could be filled to.
    let fit = if extent.is_flat() { fit } else { Fit::Bars };
    let mut camera = match (seen.camera, fit) {
        // What was seen in a window is seen at least in a square of its height.
        (Some(camera), Fit::Bars | Fit::Tile) => Camera { height: camera.height * (size.y / size.x).max(1.0), ..camera },
        (Some(camera), Fit::Crop) => camera,
        (None, Fit::Bars) => Camera::of(extent, &seen.look, step, size, pixels_per_point),
        (None, Fit::Crop) => fill(extent, size, Vec2::max_element),
        (None, Fit::Tile) => fill(extent, size, Vec2::min_element),
    };
    camera.gaze = Gaze::of(extent, &seen.look, step);
    if let Some(centre) = seen.followed(frame).or(seen.centre) {
        camera.centre = centre;
    }
    camera
}

/// The extent over the whole picture, `side` choosing which of its sides is seen whole.
fn fill(extent: &Extent, size: Vec2, side: fn(Vec2) -> f32) -> Camera {
    let span = extent.size().truncate().abs();
    let unit = side(size / span);
    if !(unit.is_finite() && unit > 0.0) {
        return Camera::fit(extent, size.x / size.y);
    }
    Camera::at((extent.min + extent.max).truncate() / 2.0, size.y / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::Vec3;

    const TALL: Vec2 = Vec2::new(1080.0, 1920.0);

    fn world() -> Extent {
        Extent { max: Vec3::new(10.0, 10.0, 0.0), periodic: true, ..Extent::default() }
    }

    #[test]
    fn tall_pictures_of_a_periodic_world_go_on_beyond_its_edges() {
        assert_eq!(fit(None, [1080, 1920], &world()).unwrap(), Fit::Tile);
        assert_eq!(fit(None, [1920, 1080], &world()).unwrap(), Fit::Bars);
        let room = Extent { periodic: false, walled: true, ..world() };
        assert_eq!(fit(None, [1080, 1920], &room).unwrap(), Fit::Bars);
        assert!(fit(Some(Fit::Tile), [1080, 1920], &room).is_err());
    }

    #[test]
    fn each_fit_shows_what_it_says() {
        let look = crate::scene::Look { legend: false, ..Default::default() };
        let seen = Seen::new(look);
        let width = |fit| {
            let frame = Frame { extent: world(), ..Frame::default() };
            let camera = camera(&seen, (&frame, &world()), fit, TALL, 1.0);
            assert_eq!(camera.centre.truncate(), Vec2::splat(5.0));
            camera.height * TALL.x / TALL.y
        };
        assert!((width(Fit::Tile) - 10.0).abs() < 1e-4);
        assert!((width(Fit::Crop) - 5.625).abs() < 1e-4);
        assert!(width(Fit::Bars) > 10.0 && width(Fit::Bars) < 11.0);
        let seen = Seen { camera: Some(Camera::at(Vec2::ONE, 4.0)), centre: Some(Vec3::splat(3.0)), ..seen };
        let frame = Frame { extent: world(), ..Frame::default() };
        let moved = camera(&seen, (&frame, &world()), Fit::Tile, TALL, 1.0);
        assert!(moved.centre == Vec3::splat(3.0) && (moved.height * TALL.x / TALL.y - 4.0).abs() < 1e-4);
    }

    #[test]
    fn the_eye_goes_round_between_steps_and_the_agents_stay_in_the_middle() {
        let look = crate::scene::Look { orbit: 10.0, middle: crate::scene::Middle::Agents, ..Default::default() };
        let extent = Extent { max: Vec3::splat(10.0), ..Extent::default() };
        let positions = [Vec3::new(2.0, 3.0, 4.0), Vec3::new(4.0, 3.0, 4.0)].into();
        let frame = Frame { step: 7, ids: [0, 1].into(), positions, extent, ..Frame::default() };
        let between = camera(&Seen { part: 0.5, ..Seen::new(look.clone()) }, (&frame, &extent), Fit::Crop, TALL, 1.0);
        assert_eq!(between.gaze, Gaze::of(&extent, &crate::scene::Look { yaw: 105.0, orbit: 0.0, ..look }, 0.0));
        assert_eq!(between.centre, Vec3::new(3.0, 3.0, 4.0));
    }
}

//! A periodic world that goes on beyond its edges about whom the camera follows.

use super::picture::Side;
use crate::{
    record::{CONTINUED, Tile},
    sim::Frame,
    view::Camera,
};
use std::sync::Arc;

/// Goes on beyond the edges of a world, and remembers the last frame that did.
#[derive(Default)]
pub struct Beyond {
    tile: Tile,
    last: Option<Last>,
}

/// What was laid, and of what.
struct Last {
    of: (Arc<Frame>, Camera, f32, Option<u32>),
    laid: (Arc<Frame>, Option<u32>),
}

impl Beyond {
    /// Has the picture of a side, of this aspect, go on where its camera follows somebody and sees beyond an edge.
    pub fn go_on(&mut self, side: &mut Side, follows: bool, aspect: f32) {
        if !(follows && Tile::is_needed(&side.frame, &side.camera, aspect)) {
            self.last = None;
            return;
        }
        let of = (Arc::clone(&side.frame), side.camera, aspect, side.selected);
        let same = |last: &Last| Arc::ptr_eq(&last.of.0, &of.0) && (last.of.1, last.of.2, last.of.3) == (of.1, of.2, of.3);
        if !self.last.as_ref().is_some_and(same) {
            let laid = self.tile.lay(&side.frame, &side.camera, aspect, side.selected);
            self.last = laid.map(|(frame, selected)| Last { of, laid: (Arc::new(frame), selected) });
        }
        let Some(Last { laid: (frame, selected), .. }) = &self.last else { return };
        (side.frame, side.selected) = (Arc::clone(frame), *selected);
        side.caption.remarks.push(CONTINUED.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sim::Extent, view::Caption};
    use bevy_math::{Vec2, Vec3};

    #[test]
    fn the_world_goes_on_about_whom_is_followed_and_is_laid_once() {
        let extent = Extent { max: Vec3::new(10.0, 10.0, 0.0), periodic: true, ..Extent::default() };
        let frame = Frame { ids: [7].into(), positions: [Vec3::new(9.5, 5.0, 0.0)].into(), extent, ..Frame::default() };
        let frame = Arc::new(frame);
        let side = || Side {
            frame: Arc::clone(&frame),
            camera: Camera::at(Vec2::new(9.5, 5.0), 4.0),
            selected: Some(7),
            caption: Caption::default(),
        };
        let mut beyond = Beyond::default();
        let (mut alone, mut first, mut again) = (side(), side(), side());
        beyond.go_on(&mut alone, false, 1.0);
        assert!(Arc::ptr_eq(&alone.frame, &frame) && alone.caption.remarks.is_empty());
        beyond.go_on(&mut first, true, 1.0);
        assert_eq!((first.frame.extent.max.x, first.frame.positions.len()), (20.0, 2));
        let row = first.frame.ids.binary_search(&first.selected.unwrap()).unwrap();
        assert_eq!(first.frame.positions[row].x, 9.5);
        beyond.go_on(&mut again, true, 1.0);
        assert!(Arc::ptr_eq(&first.frame, &again.frame) && again.caption.remarks == [CONTINUED]);
    }
}

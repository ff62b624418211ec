//! Whole pictures, drawn by whatever driver there is; a software one is enough.

use super::*;
use crate::{
    error::Blame,
    scene::{Shape, Theme},
    sim::{Channel, Extent, Grid, Past, Scale},
};
use bevy_math::{Vec2, Vec3};
use std::{
    f32::consts::{PI, TAU},
    sync::LazyLock,
};

static GPU: LazyLock<Gpu> =
    LazyLock::new(|| Gpu::headless().expect("these tests draw: install a driver (mesa-vulkan-drivers libvulkan1)"));

const SIZE: [u32; 2] = [320, 180];

fn bare() -> Look {
    Look { legend: false, ..Default::default() }
}

/// Draws with the whole extent in sight.
fn shoot(frame: &Frame, look: &Look, size: [u32; 2]) -> Still {
    let camera = Camera::fit(&frame.extent, size[0] as f32 / size[1] as f32);
    still(&GPU, size, &picture(frame, look, &camera)).unwrap()
}

fn picture<'a>(frame: &'a Frame, look: &'a Look, camera: &'a Camera) -> Picture<'a> {
    static CAPTION: LazyLock<Caption> =
        LazyLock::new(|| Caption { title: "A title".into(), facts: vec!["noise η = 0.1".into()], ..Caption::default() });
    Picture { frame, look, camera, selected: None, caption: &CAPTION, pixels_per_point: 0.7 }
}

fn pixel_at(still: &Still, camera: &Camera, place: Vec2) -> [u8; 3] {
    let pixel = camera.pixel(place, Vec2::new(still.width as f32, still.height as f32));
    let [r, g, b, alpha] = still.pixel(pixel.x as u32, pixel.y as u32).unwrap();
    assert_eq!(alpha, 255);
    [r, g, b]
}

/// Drivers convert to sRGB within half a level of the exact byte, give or take one.
fn near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 1)
}

fn square(side: f32) -> Extent {
    Extent { max: Vec2::splat(side).extend(0.0), periodic: true, ..Default::default() }
}

/// Agents that stand still, coloured by their angles.
fn agents(places: &[Vec2], angles: &[f32], extent: Extent) -> Frame {
    Frame {
        ids: (0..places.len() as u32).collect(),
        positions: places.iter().map(|place| place.extend(0.0)).collect(),
        colour: Some(Channel { name: "phase".into(), unit: "rad", scale: Scale::Angle, values: angles.into() }),
        extent,
        ..Default::default()
    }
}

/// Frames of agents that each walk in a circle about a middle of its own, some across the edges of the torus.
fn walkers(count: usize, steps: u64, trail: usize) -> Vec<Frame> {
    let mut past = Vec::new();
    let frames = (0..=steps).map(|step| {
        let angle = |n: usize| (n as f32 * 2.4 + step as f32 * 0.07 + PI).rem_euclid(TAU) - PI;
        let places: Vec<_> = (0..count)
            .map(|n| {
                (Vec2::new((n as f32 * 0.618).fract(), n as f32 / count as f32) * 10.0 + Vec2::from_angle(angle(n)))
                    .rem_euclid(Vec2::splat(10.0))
            })
            .collect();
        let angles: Vec<_> = (0..count).map(angle).collect();
        let mut frame = Frame { step, time: step as f64, ..agents(&places, &angles, square(10.0)) };
        frame.directions = angles.iter().map(|angle| Vec2::from_angle(angle + PI / 2.0).extend(0.0)).collect();
        past.push(Past { step, ids: frame.ids.clone(), positions: frame.positions.clone(), values: angles.into() });
        frame.trail = past[past.len().saturating_sub(trail + 1)..].to_vec();
        frame
    });
    frames.collect()
}

#[test]
fn a_stage_can_go_to_another_thread() {
    fn movable<T: Send + Sync>() {}
    movable::<(Stage, Studio, Gpu)>();
}

#[test]
fn the_colour_of_the_map_is_the_pixel() {
    let angles = [-3.0, -1.5, 0.0, 0.7, 2.2];
    let places: Vec<_> = (0..5).map(|n| Vec2::new(1.0 + 2.0 * n as f32, 5.0)).collect();
    let frame = agents(&places, &angles, square(10.0));
    for theme in [Theme::Dark, Theme::Light] {
        let look = Look { theme, ..bare() };
        let (still, camera) = (shoot(&frame, &look, SIZE), Camera::fit(&frame.extent, 16.0 / 9.0));
        for (place, angle) in places.iter().zip(angles) {
            let (found, expected) = (pixel_at(&still, &camera, *place), colour::rgb(&Scale::Angle, angle, theme));
            assert!(near(found, expected), "{theme:?} {angle}: {found:?}, not {expected:?}");
        }
        let (found, space) = (pixel_at(&still, &camera, Vec2::new(2.0, 9.0)), Palette::of(theme).space);
        assert!(near(found, [space.r(), space.g(), space.b()]), "{theme:?} ground: {found:?}");
    }
}

#[test]
fn other_formats_hold_the_same_colours() {
    let frame = agents(&[Vec2::splat(5.0)], &[1.0], square(10.0));
    let (look, camera) = (Look { scale: 8.0, ..bare() }, Camera::fit(&frame.extent, 1.0));
    let expected = colour::rgb(&Scale::Angle, 1.0, Theme::Dark);
    for (format, swapped) in [(wgpu::TextureFormat::Rgba8Unorm, false), (wgpu::TextureFormat::Bgra8UnormSrgb, true)] {
        let mut studio = Studio::with_format(&GPU, [64, 64], format).unwrap();
        let [mut r, g, mut b, _] = studio.shoot(&picture(&frame, &look, &camera)).unwrap().pixel(32, 32).unwrap();
        if swapped {
            std::mem::swap(&mut r, &mut b);
        }
        assert!(near([r, g, b], expected), "{format:?}: {:?}, not {expected:?}", [r, g, b]);
        let wide = Camera { height: 2.0 * camera.height, ..camera };
        let [r, _, b, _] = studio.shoot(&picture(&frame, &look, &wide)).unwrap().pixel(2, 2).unwrap();
        let ground = Palette::of(Theme::Dark).background;
        let (red, blue) = if swapped { (b, r) } else { (r, b) };
        assert!(near([red, blue, 0], [ground.r(), ground.b(), 0]), "{format:?} background: {red} {blue}");
    }
}

#[test]
fn every_shape_covers_its_place() {
    for shape in [Shape::Auto, Shape::Dart, Shape::Capsule, Shape::Disc, Shape::Dot] {
        let mut frame = agents(&[Vec2::splat(5.0)], &[1.0], square(10.0));
        frame.directions = [Vec3::Y].into();
        let look = Look { shape, scale: 2.0, ..bare() };
        let still = shoot(&frame, &look, [200, 200]);
        assert!(
            near(
                pixel_at(&still, &Camera::fit(&frame.extent, 1.0), Vec2::splat(5.0)),
                colour::rgb(&Scale::Angle, 1.0, Theme::Dark)
            ),
            "{shape:?}"
        );
    }
}

#[test]
fn an_agent_that_crosses_the_edge_comes_in_on_the_other_side() {
    let frame = agents(&[Vec2::new(0.01, 5.0)], &[1.0], square(10.0));
    let (still, camera) = (shoot(&frame, &bare(), [200, 200]), Camera::fit(&frame.extent, 1.0));
    let expected = colour::rgb(&Scale::Angle, 1.0, Theme::Dark);
    assert!(near(pixel_at(&still, &camera, Vec2::new(9.9, 5.0)), expected));
    assert!(!near(pixel_at(&still, &camera, Vec2::new(-0.1, 5.0)), expected), "nothing outside of the box");
}

#[test]
fn a_field_fills_its_cells_from_the_bottom() {
    let values = [-2.0, -1.0, 0.5, 1.0, 2.0, 3.0];
    let channel = Channel { name: "phase".into(), unit: "rad", scale: Scale::Angle, values: values.into() };
    let extent = Extent { max: Vec3::new(3.0, 2.0, 0.0), ..Default::default() };
    let frame = Frame { grid: Some(Grid { width: 3, height: 2, channel, sites: true }), extent, ..Default::default() };
    let (still, camera) = (shoot(&frame, &bare(), SIZE), Camera::fit(&extent, 16.0 / 9.0));
    for (n, value) in values.iter().enumerate() {
        let place = Vec2::new(n as f32 % 3.0 + 0.5, (n / 3) as f32 + 0.5);
        let (found, expected) = (pixel_at(&still, &camera, place), colour::rgb(&Scale::Angle, *value, Theme::Dark));
        assert!(near(found, expected), "cell {n}: {found:?}, not {expected:?}");
    }
}

/// The largest difference of a byte between two pictures.
fn difference(a: &Still, b: &Still) -> u8 {
    a.rgba.iter().zip(&b.rgba).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

#[test]
fn trails_that_grew_equal_trails_laid_anew() {
    let frames = walkers(60, 400, 40);
    for theme in [Theme::Dark, Theme::Light] {
        let look = Look { trails: 40, theme, ..bare() };
        let camera = Camera::fit(&frames[0].extent, 16.0 / 9.0);
        let mut studio = Studio::new(&GPU, SIZE).unwrap();
        // Steps are drawn once, twice, or not at all, and the weights run out of room more than once.
        for (n, frame) in frames.iter().enumerate().filter(|(n, _)| n % 7 != 3) {
            let grown = studio.shoot(&picture(frame, &look, &camera)).unwrap();
            if n % 7 == 5 {
                assert_eq!(difference(&grown, &studio.shoot(&picture(frame, &look, &camera)).unwrap()), 0, "drawn again");
            }
            if [30, 39, 44, 200, 333, 400].contains(&n) {
                let anew = still(&GPU, SIZE, &picture(frame, &look, &camera)).unwrap();
                let difference = difference(&grown, &anew);
                assert!(difference <= 4, "{theme:?}, step {n}: {difference} levels apart");
            }
        }
    }
}

#[test]
fn trails_show_and_follow_every_kind_of_change() {
    let frames = walkers(30, 60, 40);
    let camera = Camera::fit(&frames[0].extent, 16.0 / 9.0);
    let near = Camera { height: camera.height / 2.0, ..camera };
    let look = Look { trails: 30, ..bare() };
    let short = Look { trails: 5, ..bare() };
    let light = Look { theme: Theme::Light, ..look.clone() };
    let none = bare();
    let mut studio = Studio::new(&GPU, SIZE).unwrap();
    let cases = [
        (50, &look, &camera),
        (60, &look, &camera),
        (20, &look, &camera),
        (60, &look, &near),
        (60, &light, &near),
        (60, &none, &near),
        (60, &short, &near),
    ];
    let mut last = None;
    for (n, look, camera) in cases {
        let kept = studio.shoot(&picture(&frames[n], look, camera)).unwrap();
        let fresh = still(&GPU, SIZE, &picture(&frames[n], look, camera)).unwrap();
        assert!(difference(&kept, &fresh) <= 4, "step {n}, {look:?}, {camera:?}");
        if let Some(last) = last.replace(kept) {
            assert!(difference(&fresh, &last) > 40, "each of the cases shows");
        }
    }
    // A restarted run has the same steps and other places.
    let mut other = frames[60].clone();
    other.trail = frames[60]
        .trail
        .iter()
        .map(|past| Past { positions: past.positions.iter().map(|p| *p * 0.5).collect(), ..past.clone() })
        .collect();
    let kept = studio.shoot(&picture(&other, &short, &near)).unwrap();
    assert!(difference(&kept, &still(&GPU, SIZE, &picture(&other, &short, &near)).unwrap()) <= 4);
}

#[test]
fn a_hasty_stage_lays_coarser_trails_of_the_same_length_and_catches_up() {
    let frames = walkers(60, 50, 40);
    let (look, camera) = (Look { trails: 40, ..bare() }, Camera::fit(&frames[0].extent, 16.0 / 9.0));
    let none = bare();
    let mut studio = Studio::new(&GPU, SIZE).unwrap();
    let mut shot = |n: usize, haste: usize| {
        studio.hasten(haste);
        studio.shoot(&picture(&frames[n], &look, &camera)).unwrap()
    };
    let whole = |n: usize| still(&GPU, SIZE, &picture(&frames[n], &look, &camera)).unwrap();
    let ground = |n: usize| still(&GPU, SIZE, &picture(&frames[n], &none, &camera)).unwrap();
    let trail = |still: &Still, n: usize| {
        let pairs = still.rgba.chunks(4).zip(ground(n).rgba.chunks(4).map(<[u8]>::to_vec).collect::<Vec<_>>());
        pairs.filter(|(a, b)| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > 8)).count() as f32
    };
    let hasty = shot(45, 600);
    assert!(difference(&hasty, &whole(45)) > 40, "forty steps of sixty agents are laid as ten");
    let share = trail(&hasty, 45) / trail(&whole(45), 45);
    assert!((0.7..1.2).contains(&share), "as long: {share} of the pixels");
    assert!(difference(&shot(46, 600), &whole(46)) > 20, "and stay so while they grow");
    assert!(difference(&shot(46, usize::MAX), &whole(46)) <= 4, "with time enough all are laid");
    assert!(difference(&shot(48, 600), &whole(48)) <= 4, "two steps are few enough");
}

#[test]
fn a_trail_does_not_cross_the_torus() {
    let mut frame = agents(&[Vec2::new(0.5, 5.0)], &[0.0], square(10.0));
    let past = |step, x| Past { step, ids: [0].into(), positions: [Vec3::new(x, 5.0, 0.0)].into(), values: [0.0].into() };
    frame.step = 1;
    frame.trail = vec![past(0, 9.5), past(1, 0.5)];
    let look = Look { trails: 10, ..bare() };
    let (still, camera) = (shoot(&frame, &look, SIZE), Camera::fit(&frame.extent, 16.0 / 9.0));
    let ground = pixel_at(&still, &camera, Vec2::new(5.0, 8.0));
    assert_eq!(pixel_at(&still, &camera, Vec2::new(5.0, 5.0)), ground, "the long way round");
    assert_ne!(pixel_at(&still, &camera, Vec2::new(9.8, 5.0)), ground, "the short way, before the edge");
}

#[test]
fn agents_that_come_and_go_keep_their_own_trails() {
    let past = |step, ids: &[u32], places: &[Vec3]| Past { step, ids: ids.into(), positions: places.into(), values: [].into() };
    let mut frame = agents(&[Vec2::new(8.0, 8.0)], &[0.0], Extent { periodic: false, ..square(10.0) });
    frame.ids = [7].into();
    frame.step = 1;
    frame.trail = vec![
        past(0, &[3, 7], &[Vec3::new(2.0, 2.0, 0.0), Vec3::new(2.0, 8.0, 0.0)]),
        past(1, &[7], &[Vec3::new(8.0, 8.0, 0.0)]),
    ];
    let (still, camera) = (shoot(&frame, &Look { trails: 10, ..bare() }, SIZE), Camera::fit(&frame.extent, 16.0 / 9.0));
    let ground = pixel_at(&still, &camera, Vec2::new(5.0, 2.0));
    assert_ne!(pixel_at(&still, &camera, Vec2::new(5.0, 8.0)), ground, "agent 7 went from left to right");
    assert_eq!(pixel_at(&still, &camera, Vec2::new(5.0, 5.0)), ground, "agent 3 is gone");
}

#[test]
fn stills_of_any_size_have_all_their_pixels() {
    for size in [[101, 203], [1, 1], [64, 64], [333, 7]] {
        let still = shoot(&walkers(10, 3, 3)[3], &Look { trails: 3, ..Default::default() }, size);
        assert_eq!((still.width, still.height, still.rgba.len()), (size[0], size[1], (size[0] * size[1] * 4) as usize));
        assert!(still.rgba.chunks(4).all(|pixel| pixel[3] == 255));
    }
    // Rows stay straight: the wall on the left is one column.
    let extent = Extent { max: Vec3::new(1.0, 2.0, 0.0), walled: true, ..Default::default() };
    let still = shoot(&Frame { extent, ..Default::default() }, &bare(), [101, 203]);
    let wall = |y| (0..50).find(|x| still.pixel(*x, y).unwrap()[0] > 100);
    assert!(wall(20).is_some());
    assert_eq!(wall(20), wall(180));
}

#[test]
fn sizes_that_cannot_be_drawn_are_errors() {
    for (size, reason) in [([0, 10], "no area"), ([1_000_000, 10], "larger than")] {
        let frame = Frame::default();
        let error = still(&GPU, size, &picture(&frame, &bare(), &Camera::default())).unwrap_err();
        assert_eq!(error.blame(), Blame::Usage);
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn frames_without_sense_are_drawn_as_far_as_they_go() {
    let look = Look { trails: 10, ..Default::default() };
    let nan = Vec2::NAN;
    let point = Extent { max: Vec3::ZERO, ..Default::default() };
    let mut lost = agents(&[nan, Vec2::splat(5.0), Vec2::INFINITY], &[0.0, f32::NAN, 1.0], square(10.0));
    lost.directions = [Vec3::NAN, Vec3::ZERO, Vec3::X].into();
    lost.hand = Some((Vec3::NAN, 1.0));
    let mut short = agents(&[Vec2::ONE; 3], &[], square(10.0));
    short.ids = [0, 1].into();
    short.grid = Some(Grid { width: 5, height: 5, channel: lost.colour.clone().unwrap(), sites: true });
    let mut still_standing = walkers(1, 2, 2)[2].clone();
    still_standing.trail = vec![still_standing.trail[0].clone(); 3];
    for frame in [
        Frame::default(),
        agents(&[Vec2::splat(5.0)], &[0.0], square(10.0)),
        agents(&[Vec2::ZERO], &[0.0], point),
        agents(&[Vec2::ZERO], &[0.0], Extent { periodic: true, walled: true, ..point }),
        agents(&[Vec2::ZERO], &[0.0], Extent { max: Vec3::NAN, periodic: true, ..point }),
        agents(&[Vec2::ZERO], &[0.0], Extent { max: Vec3::splat(1e30), walled: true, ..point }),
        lost.clone(),
        short,
        still_standing,
    ] {
        shoot(&frame, &look, SIZE);
    }
    let still = shoot(&lost, &Look { scale: 4.0, ..bare() }, SIZE);
    let grey = pixel_at(&still, &Camera::fit(&lost.extent, 16.0 / 9.0), Vec2::splat(5.0));
    assert!(near(grey, colour::rgb(&Scale::Angle, f32::NAN, Theme::Dark)), "{grey:?}");
    for camera in [Camera::at(nan, 0.0), Camera::at(Vec2::ZERO, 1e-30), Camera::at(Vec2::splat(1e20), 1.0)] {
        still_of(&lost, &look, &camera);
    }
}

fn still_of(frame: &Frame, look: &Look, camera: &Camera) -> Still {
    still(&GPU, SIZE, &Picture { pixels_per_point: f32::NAN, ..picture(frame, look, camera) }).unwrap()
}

#[test]
fn a_hundred_thousand_agents_are_drawn() {
    let places: Vec<_> = (0..100_000).map(|n| Vec2::new((n as f32 * 0.618_034).fract(), n as f32 / 1e5) * 10.0).collect();
    let angles = vec![1.0; places.len()];
    let still = shoot(&agents(&places, &angles, square(10.0)), &bare(), SIZE);
    let ground = Palette::of(Theme::Dark).space;
    let covered = (0..180).filter(|y| still.pixel(160, *y).is_some_and(|p| p[0].abs_diff(ground.r()) > 20)).count();
    assert!(covered > 150, "{covered} of 180 rows");
}

#[test]
fn the_legend_shows_only_where_the_look_asks_for_it() {
    let frame = agents(&[], &[], Extent { max: Vec3::new(10.0, 10.0, 0.0), ..Default::default() });
    let size = [640, 360];
    let (with, without) = (shoot(&frame, &Look::default(), size), shoot(&frame, &bare(), size));
    let ground = Palette::of(Theme::Dark).background.to_array();
    assert!(without.rgba.chunks(4).all(|pixel| pixel == ground));
    let lit = |from: [u32; 2]| (0..120).any(|x| (0..60).any(|y| with.pixel(from[0] + x, from[1] + y).unwrap()[0] > 150));
    assert!(lit([0, 0]), "title");
    assert!(lit([0, 300]), "scale bar");
    assert!(lit([520, 300]), "step");
    assert!(!lit([520, 0]), "no agents, no legend of their colour");
}

#[test]
fn selection_and_hand_are_marked() {
    let mut frame = agents(&[Vec2::splat(2.0), Vec2::splat(8.0)], &[0.0, 1.0], square(10.0));
    let (look, camera) = (bare(), Camera::fit(&frame.extent, 16.0 / 9.0));
    let plain = still(&GPU, SIZE, &picture(&frame, &look, &camera)).unwrap();
    let marked = |frame: &Frame, selected| {
        let marked = still(&GPU, SIZE, &Picture { selected, ..picture(frame, &look, &camera) }).unwrap();
        difference(&marked, &plain) > 100
    };
    assert!(marked(&frame, Some(1)));
    assert!(!marked(&frame, Some(9)), "no such agent");
    frame.hand = Some((Vec3::new(5.0, 5.0, 0.0), 2.0));
    assert!(marked(&frame, None));
}

/// What egui shows when it draws a panel whose text is new on each of a few passes, with a square of the picture beside it.
fn panels() -> Vec<(Vec<egui::ClippedPrimitive>, egui::TexturesDelta)> {
    let context = egui::Context::default();
    context.set_fonts(fonts());
    let passes = ["one", "two, of other letters", "three"].map(|text| {
        let input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(160.0, 90.0))),
            ..Default::default()
        };
        context.begin_pass(input);
        let painter = context.layer_painter(egui::LayerId::background());
        painter.rect_filled(context.content_rect(), 0.0, egui::Color32::from_rgb(200, 40, 10));
        painter.text(
            egui::pos2(4.0, 4.0),
            egui::Align2::LEFT_TOP,
            text,
            egui::FontId::proportional(18.0),
            egui::Color32::WHITE,
        );
        let whole = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        let square = egui::Rect::from_min_size(egui::pos2(100.0, 50.0), egui::Vec2::splat(32.0));
        painter.image(PICTURE, square, whole, egui::Color32::WHITE);
        let output = context.end_pass();
        (context.tessellate(output.shapes, output.pixels_per_point), output.textures_delta)
    });
    passes.into()
}

#[test]
fn a_panel_comes_back_as_it_was_on_another_device() {
    const PANEL: [u32; 2] = [160, 90];
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let frame = agents(&[Vec2::splat(5.0)], &[1.0], square(10.0));
    let (look, camera) = (Look { scale: 8.0, ..bare() }, Camera::fit(&frame.extent, 1.0));
    let paint = |gpu: &Gpu, painter: &mut Painter, primitives: &[egui::ClippedPrimitive], decoded: bool| {
        let format_of_picture = if decoded { wgpu::TextureFormat::Rgba8UnormSrgb } else { format };
        let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: 32, height: 32, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: format_of_picture,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        let mut stage = Stage::new(&gpu.device, texture.format());
        stage.draw(&gpu.device, &gpu.queue, &view, [32, 32], &picture(&frame, &look, &camera));
        painter.set_picture(&gpu.device, &view, decoded);
        let mut studio = Studio::with_format(gpu, PANEL, format).unwrap();
        let exposed = studio.expose_with(|_, gpu, target, size| {
            painter.paint(&gpu.device, &gpu.queue, &target.create_view(&Default::default()), size, 1.0, primitives);
        });
        exposed.and_then(|()| studio.develop(Vec::new())).unwrap()
    };
    let mut images = Images::default();
    let mut painter = Painter::new(&GPU.device, &GPU.queue, format, &images);
    let panels = panels();
    for (_, textures) in &panels {
        images.apply(textures);
        painter.update(&GPU.device, &GPU.queue, textures);
        images.free(textures);
        painter.free(textures);
    }
    let last = &panels.last().unwrap().0;
    let before = paint(&GPU, &mut painter, last, false);
    assert_eq!(before.pixel(150, 5), Some([200, 40, 10, 255]));
    assert!((4..60).any(|x| before.pixel(x, 14).unwrap()[2] > 150), "there are letters");
    let [r, g, b, _] = before.pixel(116, 66).unwrap();
    assert!(near([r, g, b], colour::rgb(&Scale::Angle, 1.0, Theme::Dark)), "the picture: {r} {g} {b}");

    // The device goes, and the next one knows nothing.
    let lost = Gpu::headless().unwrap();
    lost.device.destroy();
    let next = Gpu::headless().unwrap();
    let mut painter = Painter::new(&next.device, &next.queue, format, &images);
    assert_eq!(difference(&paint(&next, &mut painter, last, false), &before), 0);
    let [r, g, b, _] = paint(&next, &mut painter, last, true).pixel(116, 66).unwrap();
    assert!(near([r, g, b], colour::rgb(&Scale::Angle, 1.0, Theme::Dark)), "bytes that are decoded are encoded: {r} {g} {b}");
}

#[test]
fn a_density_lies_on_the_floor_of_a_space_seen_from_above() {
    let extent = Extent { max: Vec3::splat(10.0), walled: true, ..Extent::default() };
    let values = (0..64).map(|cell| if cell % 8 < 4 { 1.0 } else { 100.0 }).collect();
    let channel = Channel { name: "a".into(), unit: "", scale: Scale::Log { min: 1.0, max: 100.0 }, values };
    let density = Some(Grid { width: 8, height: 8, channel, sites: false });
    let frame = Frame { extent, density, ..Default::default() };
    let shot = |pitch: f32, frame: &Frame| {
        let look = Look { yaw: 0.0, pitch, ..bare() };
        let camera = Camera::of(&extent, &look, 0.0, Vec2::new(320.0, 180.0), 0.7);
        let still = still(&GPU, SIZE, &picture(frame, &look, &camera)).unwrap();
        // Between the lines of the floor, left and right of its middle.
        [2.6, 7.4].map(|x| {
            let at = camera.pixel(Vec3::new(x, 5.4, 0.0), Vec2::new(320.0, 180.0));
            still.pixel(at.x as u32, at.y as u32).unwrap()
        })
    };
    let bare = Frame { density: None, ..frame.clone() };
    let [sparse, dense] = shot(60.0, &frame);
    let light = |pixel: [u8; 4]| pixel[..3].iter().map(|part| u32::from(*part)).sum::<u32>();
    assert!(light(dense) > light(sparse) + 100, "{sparse:?} {dense:?}");
    assert!(light(dense) > light(shot(60.0, &bare)[1]) + 100);
    assert_eq!(shot(-60.0, &frame), shot(-60.0, &bare), "from below it would lie before all else");
}

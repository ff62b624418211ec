//! Which steps a film shows, how long it is, and what it looks like.

use super::{mp4::Film, *};
use flockwork::{recipe, view::Still};
use tempfile::TempDir;

/// What is lost by coding, in levels of 255. One step of a flock is more than three times as much.
const LOSS: f64 = 1.2;

fn film(folder: &Path, arguments: &str) -> Film {
    good(folder, &format!("record {arguments} -o film.mp4"));
    Film::read(fs::read(folder.join("film.mp4")).unwrap())
}

fn still(folder: &Path, arguments: &str, step: u64) -> Still {
    good(folder, &format!("record {arguments} -o still.png --steps {step}"));
    picture(&folder.join("still.png"))
}

/// Which of these pictures is nearest, and how near.
fn nearest(picture: &Still, others: &[Still]) -> (usize, f64) {
    let distances = others.iter().map(|other| difference(picture, other)).enumerate();
    distances.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

#[test]
fn a_film_has_its_frames_its_length_and_the_steps_that_were_asked_for() {
    let folder = TempDir::new().unwrap();
    let look = "vicsek --size 640x360 --set view.trails=8";
    let made = film(folder.path(), &format!("{look} --from 20 --to 40 --fps 30 --steps-per-frame 2"));
    assert_eq!((made.frames(), made.size), (11, [640, 360]));
    assert_eq!(f64::from(made.duration) / f64::from(made.scale), 11.0 / 30.0);
    assert_eq!(made.each * 30, made.scale);
    assert!(made.starts_fast && made.keys == [1]);
    assert_eq!(made.colours, [0, 1, 0, 1, 0, 1, 0], "BT.709 in limited range");
    let pictures = made.pictures();
    let stills: Vec<Still> = [20, 22, 38, 40].map(|step| still(folder.path(), look, step)).into();
    for (frame, step) in [(0, 0), (1, 1), (9, 2), (10, 3)] {
        let (found, distance) = nearest(&pictures[frame], &stills);
        assert!(found == step && distance < LOSS, "frame {frame}: nearest still {found}, {distance:.2}");
    }
    assert!(difference(&stills[0], &stills[1]) > 3.0 * LOSS);
}

#[test]
fn seconds_and_frames_per_second_give_the_number_of_frames() {
    let folder = TempDir::new().unwrap();
    // The scene has 30 steps a second.
    let made = film(folder.path(), "vicsek --size 64x64 --seconds 0.5");
    assert_eq!((made.frames(), made.scale / made.each), (15, 30));
    let made = film(folder.path(), "vicsek --size 64x64 --seconds 2.1 --fps 24");
    assert_eq!((made.frames(), made.scale / made.each), (50, 24));
    assert_eq!(made.keys, [1, 49], "a film can be entered every two seconds");
}

#[test]
fn two_sizes_of_one_replay_show_the_same_steps() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let journal = "(run: [(3, set(path: \"noise\", value: 0.5)), (9, press(tool: attract, layout: natural, at: (3.0, 3.0), \
                   radius: 2.0)), (20, release)], view: [(12, camera(centre: (2.0, 3.0), height: 4.0))])";
    fs::write(folder.join("journal.ron"), journal).unwrap();
    good(folder, "run vicsek --steps 24 --journal journal.ron --save run.flock -o readings.csv");
    let size = |size: &str| {
        let output =
            run(folder, &format!("replay run.flock -o {size}.mp4 --size {size} --steps-per-frame 4 --set view.legend=false"));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains("as saved"), "{said} {}", String::from_utf8_lossy(&output.stderr));
        Film::read(fs::read(folder.join(format!("{size}.mp4"))).unwrap()).pictures()
    };
    let (large, small) = (size("640x360"), size("320x180"));
    assert_eq!((large.len(), small.len()), (7, 7));
    let halved: Vec<Still> = large.iter().map(halved).collect();
    for (frame, picture) in small.iter().enumerate() {
        assert_eq!(nearest(picture, &halved).0, frame);
    }
    // The camera moved at step 12, which is frame 3.
    let moved = difference(&small[2], &small[3]);
    assert!(moved > 2.0 * difference(&small[1], &small[2]) && moved > 2.0 * difference(&small[3], &small[4]), "{moved}");
}

/// A quarter of the pixels.
fn halved(still: &Still) -> Still {
    let (width, height) = (still.width / 2, still.height / 2);
    let mean = |x: u32, y: u32, part: usize| {
        let around = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(i, j)| still.pixel(2 * x + i, 2 * y + j).unwrap()[part]);
        (around.iter().map(|byte| u32::from(*byte)).sum::<u32>() / 4) as u8
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgba = pixels.flat_map(|(x, y)| [0, 1, 2, 3].map(|part| mean(x, y, part))).collect();
    Still { width, height, rgba }
}

#[test]
fn slow_films_pass_through_the_steps_and_lie_between_them() {
    let folder = TempDir::new().unwrap();
    let look = "vicsek --size 640x360 --set view.legend=false --set view.trails=0";
    let slow = film(folder.path(), &format!("{look} --from 10 --to 12 --slow 4"));
    assert_eq!(slow.frames(), 9);
    let pictures = slow.pictures();
    let stills: Vec<Still> = [10, 11, 12].map(|step| still(folder.path(), look, step)).into();
    for (frame, step) in [(0, 0), (4, 1), (8, 2)] {
        let (found, distance) = nearest(&pictures[frame], &stills);
        assert!(found == step && distance < LOSS, "frame {frame}: nearest still {found}, {distance:.2}");
    }
    // Each frame differs from the last by less than a step, and never goes back.
    let from_start: Vec<f64> = pictures[..5].iter().map(|picture| difference(picture, &stills[0])).collect();
    assert!(from_start.windows(2).all(|pair| pair[1] > pair[0]), "{from_start:?}");
}

#[test]
fn numbered_pictures_are_the_stills_of_their_steps() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    good(folder, "record vicsek -o frames/%03d.png --from 5 --to 9 --steps-per-frame 2 --size 200x100");
    assert_eq!(names(&folder.join("frames")), ["000.png", "001.png", "002.png"]);
    for (frame, step) in [(0, 5), (2, 9)] {
        let frame = picture(&folder.join(format!("frames/{frame:03}.png")));
        let still = still(folder, "vicsek --size 200x100", step);
        let largest = frame.rgba.iter().zip(&still.rgba).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        // Trails that were laid one by one are rounded otherwise than those that are laid at once.
        assert!(largest <= 3, "step {step}: {largest}");
    }
}

#[test]
fn pictures_without_a_ground_have_opacity() {
    let folder = TempDir::new().unwrap();
    let clear = still(folder.path(), "vicsek --size 320x180 --transparent --set view.legend=false --set view.trails=0", 5);
    let opaque = still(folder.path(), "vicsek --size 320x180 --set view.legend=false --set view.trails=0", 5);
    assert!(opaque.rgba.chunks(4).all(|pixel| pixel[3] == 255));
    let see_through = clear.rgba.chunks(4).filter(|pixel| pixel[3] == 0).count();
    assert!(see_through > 320 * 180 / 2 && see_through < 320 * 180, "{see_through}");
    let solid = clear.rgba.chunks(4).zip(opaque.rgba.chunks(4)).filter(|(pixel, _)| pixel[3] == 255);
    assert!(solid.clone().count() > 500);
    for (pixel, opaque) in solid {
        assert!(pixel.iter().zip(opaque).all(|(a, b)| a.abs_diff(*b) <= 2), "{pixel:?} {opaque:?}");
    }
}

#[test]
fn a_finer_picture_made_smaller_is_the_same_picture() {
    let folder = TempDir::new().unwrap();
    let plain = still(folder.path(), "vicsek --size 640x360", 30);
    let fine = still(folder.path(), "vicsek --size 640x360 --supersample 2", 30);
    assert_eq!((fine.width, fine.height), (640, 360));
    let distance = difference(&plain, &fine);
    assert!(distance > 0.0 && distance < 3.0, "{distance}");
}

#[test]
fn tall_pictures_show_a_periodic_world_that_goes_on() {
    let folder = TempDir::new().unwrap();
    let look = "vicsek --set view.legend=false --set view.scale=2";
    let tall = still(folder.path(), &format!("{look} --size 120x240"), 20);
    // What is half a picture apart is the same agent again.
    let differs = (0..120).flat_map(|x| (0..120).map(move |y| (x, y)));
    let differs = differs.filter(|(x, y)| {
        let (a, b) = (tall.pixel(*x, *y).unwrap(), tall.pixel(*x, y + 120).unwrap());
        (0..3).any(|part| a[part].abs_diff(b[part]) > 60)
    });
    assert!(differs.count() < 30);
    let bars = still(folder.path(), &format!("{look} --size 120x240 --fit bars"), 20);
    let cropped = still(folder.path(), &format!("{look} --size 120x240 --fit crop"), 20);
    assert!(difference(&tall, &bars) > 5.0 && difference(&tall, &cropped) > 5.0 && difference(&bars, &cropped) > 5.0);
    let ground = bars.pixel(60, 2).unwrap();
    assert_eq!(ground, bars.pixel(3, 237).unwrap(), "bars are bare");
}

#[test]
fn a_gif_goes_round_has_its_length_and_looks_like_the_run() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    good(folder, "record vicsek -o film.gif --from 10 --to 40 --size 320x180 --fps 30");
    let bytes = fs::read(folder.join("film.gif")).unwrap();
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(&bytes[..]).unwrap();
    let (mut frames, mut hundredths) = (0, 0);
    let mut canvas = vec![0; 320 * 180 * 4];
    let mut first = None;
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        for y in 0..usize::from(frame.height) {
            for x in 0..usize::from(frame.width) {
                let pixel = &frame.buffer[(y * usize::from(frame.width) + x) * 4..][..4];
                if pixel[3] > 0 {
                    let at = (y + usize::from(frame.top)) * 320 + x + usize::from(frame.left);
                    canvas[4 * at..4 * at + 4].copy_from_slice(pixel);
                }
            }
        }
        first.get_or_insert_with(|| canvas.clone());
        frames += 1;
        hundredths += u32::from(frame.delay);
    }
    assert_eq!((frames, hundredths), (31, 103), "31 frames at 30 a second are 1.033 s");
    assert_eq!(decoder.repeat(), gif::Repeat::Infinite);
    for (rgba, step) in [(first.unwrap(), 10), (canvas, 40)] {
        let distance = difference(&Still { width: 320, height: 180, rgba }, &still(folder, "vicsek --size 320x180", step));
        assert!(distance < 2.0, "step {step}: {distance:.2}");
    }
}

#[test]
fn the_end_of_a_loop_fades_into_its_beginning() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    good(
        folder,
        "record vicsek -o loop/%02d.png --preset loop --to 23 --size 160x90 --fps 16 --steps-per-frame 1 --set view.legend=false",
    );
    let pictures: Vec<Still> =
        names(&folder.join("loop")).iter().map(|name| picture(&folder.join("loop").join(name))).collect();
    let steps: Vec<f64> = (0..pictures.len()).map(|n| difference(&pictures[n], &pictures[(n + 1) % pictures.len()])).collect();
    let (seam, rest) = steps.split_last().unwrap();
    let mean = rest.iter().sum::<f64>() / rest.len() as f64;
    assert!(*seam < 2.0 * mean, "the seam is no leap: {seam:.2}, others {mean:.2}");
    let recipe = recipe::of(&mut fs::File::open(folder.join("loop/00.png")).unwrap()).unwrap().unwrap();
    assert!(recipe.contains("fade: 8"), "its recipe says so: {recipe}");
}

#[test]
fn plots_stand_beside_the_picture_and_a_card_at_the_end() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let made = film(folder, "vicsek --size 640x360 --to 4 --fps 10 --steps-per-frame 1 --panel --card 0.5 --credit Somebody");
    assert_eq!((made.frames(), f64::from(made.duration) / f64::from(made.scale)), (10, 1.0));
    let pictures = made.pictures();
    let bare = still(folder, "vicsek --size 640x360", 0);
    let lit = |still: &Still, from: u32| {
        let pixels = (from..640).flat_map(|x| (55..335).map(move |y| (x, y)));
        pixels.filter(|(x, y)| still.pixel(*x, *y).unwrap()[1] > 120).count()
    };
    // Numbers and words where the picture would have a bare side.
    assert!(lit(&pictures[4], 500) > 50 && lit(&bare, 500) == 0, "{} {}", lit(&pictures[4], 500), lit(&bare, 500));
    assert!(difference(&pictures[0], &pictures[4]) > 1.0, "the run goes on");
    assert!(pictures[5..].iter().all(|card| difference(card, &pictures[9]) < 1.0), "the card stands still");
    assert!(lit(&pictures[9], 0) > 500 && difference(&pictures[9], &pictures[4]) > 5.0, "the card is another page");
    let recipe = recipe::of(&mut fs::File::open(folder.join("film.mp4")).unwrap()).unwrap().unwrap();
    assert!(recipe.contains("credit: \"Somebody\"") && recipe.contains("panel: true"), "{recipe}");
}

#[test]
fn an_svg_holds_every_agent_as_a_shape_and_its_words_as_text() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    good(folder, "record vicsek -o still.svg --steps 20 --size 640x360");
    let text = fs::read_to_string(folder.join("still.svg")).unwrap();
    let agents = text.split_once("<g id=\"agents\"").unwrap().1.split_once("</g>").unwrap().0;
    assert_eq!(agents.matches("<polygon").count(), 300);
    for part in ["N = 300</text>", ">heading</text>", "<polyline"] {
        assert!(text.contains(part), "{part}");
    }
    assert!(String::from_utf8_lossy(&run(folder, "replay still.svg").stdout).contains("20 steps replayed"));
    let many = run(folder, "record vicsek -o many.svg --steps 0 --set agents=10001");
    let said = String::from_utf8_lossy(&many.stderr).into_owned();
    assert!(many.status.code() == Some(2) && said.contains("10000") && !folder.join("many.svg").exists(), "{said}");
}

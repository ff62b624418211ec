//! Random and mutated files: a reader refuses or reads, and never panics.

use super::{EXCERPT, SMALL, doubles, npy, read, simulation};
use flockwork::measures::Observer;
use proptest::prelude::*;

/// A file with bytes put in at random places, cut at a random place.
fn mutated(file: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = file.len();
    let bytes = prop_oneof![any::<u8>(), proptest::sample::select(b"\n,;\t #\"'-+.0159eEnNiI()[]{}".to_vec())];
    let changes = proptest::collection::vec((0..length, bytes, any::<bool>()), 0..8);
    (changes, length / 2..=2 * length).prop_map(move |(changes, end)| {
        let mut file = file.clone();
        for (at, byte, insert) in changes {
            if insert { file.insert(at, byte) } else { file[at] = byte }
        }
        file.truncate(end);
        file
    })
}

/// Reads and, where that succeeds, looks at every frame that an individual is seen in.
fn use_up(bytes: &[u8]) {
    if let Ok(tracks) = read(bytes) {
        assert!(tracks.rows() >= 2 && tracks.length() >= 1);
        assert!(tracks.bounds().0.is_finite() && tracks.bounds().1.is_finite());
        for step in (0..50).chain([tracks.length(), u64::MAX]) {
            let (seen, (ids, places)) = (tracks.seen(step), tracks.at(step));
            assert!(ids.is_sorted_by(|a, b| a < b));
            assert!(seen.iter().map(|seen| (seen.id, seen.at)).eq(ids.into_iter().zip(places)));
            assert!(seen.iter().all(|seen| seen.moved.is_none_or(|moved| moved.is_finite())));
        }
        let space = tracks.bounds().1 - tracks.bounds().0;
        let space = if tracks.is_flat() { space.truncate().element_product() } else { space.element_product() };
        assert!(space.is_finite());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        use_up(&bytes);
        use_up(&[b"\x93NUMPY\x01\x00", &bytes[..]].concat());
        use_up(&[b"id,frame,x,y\n", &bytes[..]].concat());
    }

    #[test]
    fn no_rows_make_a_reader_panic(rows in "([0-9a-zäNI.,;\t \"#-]{0,12}[,;\t\n]){0,40}") {
        use_up(format!("id,frame,x,y\n{rows}").as_bytes());
        use_up(format!("# id t x/cm y/cm\n{rows}").as_bytes());
        use_up(rows.as_bytes());
    }

    #[test]
    fn no_numbers_make_a_reader_panic(rows in proptest::collection::vec((0..5u32, any::<f64>(), any::<f64>(), any::<f64>()), 0..20)) {
        let lines: String = rows.iter().map(|(id, t, x, y)| format!("{id},{t:e},{x:e},{y:e}\n")).collect();
        use_up(format!("id,t,x,y\n{lines}").as_bytes());
        let small: String = rows.iter().map(|(id, t, x, y)| format!("{id},{:e},{x:e},{y:e}\n", t % 1e9)).collect();
        use_up(format!("id,time/s,x,y\n{small}").as_bytes());
    }

    #[test]
    fn instruments_read_whatever_a_reader_lets_through(
        rows in proptest::collection::vec((any::<u32>(), 0..4u8, -1e12..1e12f64, -300..1i32), 2..12),
    ) {
        let lines: String = rows.iter().map(|(id, frame, x, power)| {
            let scale = (0..power.abs()).fold(1.0, |scale: f64, _| if *power < 0 { scale / 10.0 } else { scale * 10.0 });
            format!("{},{frame},{:e},{:e}\n", id % 5 * 1_000_000_000, x * scale, -x * scale / 3.0)
        }).collect();
        let text = format!("id,frame,x,y\n{lines}");
        if read(&text).is_ok() {
            let (mut simulation, _folder) = simulation(text.as_bytes(), "csv", &[]);
            let mut observer =
                Observer::new(["polarisation", "rotation", "mean_speed", "nearest_distance", "clusters"], &simulation).unwrap();
            for _ in 0..5 {
                observer.read(&simulation);
                simulation.step().unwrap();
            }
        }
    }

    #[test]
    fn no_mutated_text_makes_a_reader_panic(text in mutated(SMALL.into()), excerpt in mutated(EXCERPT[..600].into())) {
        use_up(&text);
        use_up(&excerpt);
    }

    #[test]
    fn no_mutated_array_makes_a_reader_panic(
        file in mutated(npy("<f8", false, "3, 2, 2", &doubles(&[1.5; 12]))),
        other in mutated(npy("<f4", true, "3, 2, 2", &[7; 48])),
    ) {
        use_up(&file);
        use_up(&other);
    }
}

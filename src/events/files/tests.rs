use super::*;
use crate::events::Cause;
use proptest::prelude::*;
use std::{fs, path::PathBuf};

const SENSOR: Sensor = Sensor { width: 346, height: 260 };

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn event(t: i64, x: u16, y: u16, on: bool) -> Event {
    Event { t, x, y, on, cause: Cause::Unknown }
}

fn write(path: &Path, events: &[Event]) {
    let mut writer = Writer::new(path, SENSOR).unwrap();
    writer.write(events).unwrap();
    writer.finish().unwrap();
}

fn read(path: &Path) -> Result<Vec<Event>> {
    Reader::open(path)?.rest()
}

/// The edges of all formats: equal times, corners, gaps over a wrap of EVT3 (16.8 s) and of 32 bits (71.6 min).
fn edges() -> Vec<Event> {
    let mut events = vec![event(0, 0, 0, true), event(0, 345, 259, false), event(0, 345, 259, true)];
    events.extend((0..20_000).map(|n| event(7_000 + n / 3, (n % 346) as u16, (n * 7 % 260) as u16, n % 2 == 0)));
    events.extend([16_777_215, 16_777_216, 16_777_216, 40_000_000, 4_300_000_000].map(|t| event(t, 1, 2, true)));
    events
}

#[test]
fn every_format_gives_back_what_it_took() {
    let folder = folder();
    for ending in ENDINGS {
        for (name, events) in [
            ("edges", edges()),
            ("empty", vec![]),
            ("one", vec![event(5, 1, 2, false)]),
            ("late", vec![event(100_000_000, 3, 4, true), event(100_000_001, 3, 4, false)]),
        ] {
            let path = folder.path().join(format!("{name}.{ending}"));
            // The times of DSEC's layout have 32 bits.
            let fits = |event: &Event| ending != "h5" || event.t <= u32::MAX.into();
            let events: Vec<Event> = events.into_iter().filter(fits).collect();
            write(&path, &events);
            assert!(read(&path).unwrap() == events, "{name}.{ending}");
            if ending != "csv" {
                assert_eq!(Reader::open(&path).unwrap().sensor(), SENSOR, "{name}.{ending}");
            }
        }
    }
}

#[test]
fn causes_live_in_npz_and_csv() {
    let folder = folder();
    let causes = [Cause::Agent(7), Cause::Shot, Cause::Leak, Cause::Hot, Cause::Unknown];
    let events: Vec<Event> = causes.into_iter().map(|cause| Event { cause, ..event(9, 1, 1, true) }).collect();
    for ending in ["npz", "csv"] {
        let path = folder.path().join(format!("causes.{ending}"));
        write(&path, &events);
        assert_eq!(read(&path).unwrap(), events, "{ending}");
    }
}

#[test]
fn events_out_of_order_or_off_the_sensor_are_refused_and_leave_no_file() {
    let folder = folder();
    for ending in ENDINGS {
        let path = folder.path().join(format!("bad.{ending}"));
        let mut writer = Writer::new(&path, SENSOR).unwrap();
        writer.write(&[event(5, 1, 1, true)]).unwrap();
        let late = writer.write(&[event(4, 1, 1, true)]).unwrap_err().to_string();
        assert!(late.contains("4 µs follows one at 5 µs"), "{late}");
        let off = writer.write(&[event(5, 346, 1, true)]).unwrap_err().to_string();
        assert!(off.contains("(346, 1) lies outside") && off.contains("346 by 260"), "{off}");
        drop(writer);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_cut_file_is_an_error_or_a_readable_prefix() {
    let folder = folder();
    let events: Vec<Event> = (0..30_000).map(|n| event(n, (n % 346) as u16, 3, true)).collect();
    for ending in ENDINGS {
        let path = folder.path().join(format!("whole.{ending}"));
        write(&path, &events);
        let bytes = fs::read(&path).unwrap();
        for share in [0.02, 0.3, 0.61, 0.9] {
            let cut = folder.path().join(format!("cut.{ending}"));
            fs::write(&cut, &bytes[..(bytes.len() as f64 * share) as usize]).unwrap();
            let mut seen = Vec::new();
            if let Ok(mut reader) = Reader::open(&cut) {
                while let Ok(more) = reader.read() {
                    if more.is_empty() {
                        break;
                    }
                    seen.extend(more);
                }
            }
            let whole = if ending == "csv" { seen.len().saturating_sub(1) } else { seen.len() };
            assert!(seen[..whole] == events[..whole], "{ending} {share}: {}", seen.len());
            assert!(seen.len() < events.len(), "{ending} {share}");
        }
    }
}

#[test]
fn foreign_files_are_named_as_such() {
    let folder = folder();
    let tell = |name: &str, bytes: &[u8]| {
        let path: PathBuf = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        match Reader::open(&path) {
            Err(error) => error.to_string(),
            Ok(mut reader) => reader.rest().unwrap_err().to_string(),
        }
    };
    assert!(tell("a.aedat4", b"#!AER-DAT2.0\r\n").contains("not an AEDAT4 file"));
    assert!(tell("a.raw", b"hello").contains("not an EVT3 file"));
    assert!(tell("b.raw", b"% evt 2.0\n% geometry 10x10\n% end\n").contains("EVT 2.0"));
    assert!(tell("c.raw", b"% evt 3.0\n% end\n").contains("size of the sensor"));
    assert!(tell("a.npz", b"PK").contains("not a whole NPZ archive"));
    assert!(tell("a.csv", b"a,b\n").contains("t,x,y,p"));
    assert!(tell("b.csv", b"t,x,y,p\n1,2,3,1\n1,2,x,1\n").contains("line 3: 'x' is no whole number"));
    assert!(tell("c.csv", b"t,x,y,p\n5,2,3,1\n1,2,3,1\n").contains("1 µs follows one at 5 µs"));
    assert!(tell("a.h5", b"hello").contains("not an HDF5 file"));
    assert!(tell("b.h5", include_bytes!("../../../tests/data/events-chunked.h5")).contains("h5repack -l CONTI"));
    assert!(tell("a.txt", b"").contains(".aedat4, .raw, .h5, .npz, .csv"));
}

#[test]
fn times_that_a_format_cannot_hold_are_refused() {
    let folder = folder();
    let tell = |name: &str, t: i64| {
        let mut writer = Writer::new(&folder.path().join(name), SENSOR).unwrap();
        writer.write(&[event(t, 1, 1, true)]).and_then(|()| writer.finish()).unwrap_err().to_string()
    };
    let late = tell("late.h5", 1 << 32);
    assert!(late.contains("late.h5") && late.contains("4294967296 µs") && late.contains("71 minutes"), "{late}");
    // The clocks of real cameras count from 1970: a word for each of their wraps would fill any disk.
    let epoch = tell("epoch.raw", 1_700_000_000_000_000);
    assert!(epoch.contains("epoch.raw") && epoch.contains("71 minutes"), "{epoch}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_layout_of_dsec_names_the_first_event_of_each_millisecond() {
    let folder = folder();
    let path = folder.path().join("ms.h5");
    // The example in DSEC's own reader (uzh-rpg/DSEC, eventslicer.py): t[ms_to_idx[ms]] ≥ 1000 ms > t[ms_to_idx[ms] − 1].
    let times = [0, 500, 2100, 5000, 5000, 7100, 7200, 7200, 8100, 9000];
    write(&path, &times.map(|t| event(t, 1, 2, t > 0)));
    let mut tree = tree::Tree::open(File::open(&path).unwrap()).unwrap();
    let mut list = |path: &str| {
        let at = tree.find(path).unwrap().unwrap();
        let list = tree.list(at, path).unwrap();
        let bytes = tree.read(list.at, list.length * list.bytes as u64).unwrap();
        bytes.chunks_exact(list.bytes).map(|bytes| npz::whole('u', bytes)).collect::<Vec<i64>>()
    };
    assert_eq!(list("ms_to_idx"), [0, 2, 2, 3, 3, 3, 5, 5, 8, 9]);
    assert_eq!(list("t_offset"), [0]);
    assert_eq!(list("events/t"), times);
    assert_eq!(list("events/p"), [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn what_h5py_writes_is_read() {
    // As h5py writes by default: other descriptions than ours, signed and wider numbers, a sensor that nobody tells.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/events-h5py.h5");
    let expected: Vec<Event> = (0..100).map(|n| event(37 * n, (n % 40) as u16, (n % 30) as u16, n % 3 == 0)).collect();
    assert_eq!(read(&path).unwrap(), expected);
    assert_eq!(Reader::open(&path).unwrap().sensor(), Sensor { width: 640, height: 480 });
}

#[test]
fn vectors_of_real_cameras_are_read() {
    let folder = folder();
    let path = folder.path().join("vectors.raw");
    let words: [u16; 8] =
        [0x8001, 0x6002, 0x0007, 0x3000 | 0x800 | 30, 0x4000 | 0b1000_0000_0101, 0x5000 | 0b11, 0xA100, 0x2000 | 9];
    let mut bytes = b"% date 2024-01-01 10:00:00\n% evt 3.0\n% format EVT3;height=720;width=1280\n".to_vec();
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    fs::write(&path, bytes).unwrap();
    let t = 4096 + 2;
    let expected: Vec<Event> =
        [30, 32, 41, 42, 43].map(|x| event(t, x, 7, true)).into_iter().chain([event(t, 9, 7, false)]).collect();
    assert_eq!(read(&path).unwrap(), expected);
    assert_eq!(Reader::open(&path).unwrap().sensor(), Sensor { width: 1280, height: 720 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is written over a file, reading it ends with events or an error, and never with a panic.
    #[test]
    fn damage_is_an_error_not_a_panic(at in 0.0..1.0f64, bytes in proptest::collection::vec(any::<u8>(), 1..40)) {
        let folder = folder();
        let events: Vec<Event> = (0..300).map(|n| event(n * 50, (n % 346) as u16, (n % 260) as u16, n % 3 == 0)).collect();
        for ending in ENDINGS {
            let path = folder.path().join(format!("damaged.{ending}"));
            write(&path, &events);
            let mut damaged = fs::read(&path).unwrap();
            let at = (at * damaged.len() as f64) as usize;
            let end = (at + bytes.len()).min(damaged.len());
            damaged[at..end].copy_from_slice(&bytes[..end - at]);
            fs::write(&path, &damaged).unwrap();
            let _ = read(&path);
        }
    }
}

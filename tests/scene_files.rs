//! Scene files, saved runs and journals of any content: read or refused, never a panic.

use flockwork::{
    lab::Lab,
    scene::{Journal, Run, Scene},
};
use proptest::prelude::*;

fn read_all(text: &str) {
    let schemas = Lab::new().models().schemas();
    let _ = Scene::read(text, "fuzz", &schemas);
    let _ = Run::read(text, "fuzz", &schemas);
    let _ = Journal::read(text, "fuzz");
}

/// A good saved run, to be spoilt.
fn good() -> String {
    let lab = Lab::new();
    let scene = lab.open("vicsek").expect("a gallery scene").scene;
    let journal = "(run: [(1, set(path: \"noise\", value: 0.5)), (2, press(tool: align, layout: natural, at: (1.0, 2.0), radius: 1.0)), (3, release)], view: [(4, select(agent: Some(3)))])";
    let journal = Journal::read(journal, "test").expect("a good journal");
    Run { version: "0.1.0".into(), steps: 10, hash: 7, film: None, against: None, scene, journal }.write()
}

#[test]
fn a_written_run_reads_back_the_same() {
    let text = good();
    let run = Run::read(&text, "test", &Lab::new().models().schemas()).unwrap();
    assert_eq!(run.write(), text);
}

#[test]
fn every_beginning_of_a_file_is_refused_without_harm() {
    let text = good();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        read_all(&text[..end]);
    }
    let schemas = Lab::new().models().schemas();
    for line in 1..text.trim_end().lines().count() {
        let beginning: String = text.split_inclusive('\n').take(line).collect();
        let error = Run::read(&beginning, "cut", &schemas).unwrap_err().to_string();
        assert!(error.contains("ends here, too early"), "{line} lines: {error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read_all(&text);
    }

    #[test]
    fn any_ron_like_text_is_read_or_refused(text in "[(){}\\[\\]:,\"a-z0-9_.+\\-e \\n]{0,200}") {
        read_all(&text);
    }

    #[test]
    fn a_spoilt_run_is_read_or_refused(at in any::<prop::sample::Index>(), with in "[(){}\\[\\]:,\"a-zN0-9.\\- ]{0,4}", cut in 0usize..6) {
        let text = good();
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let spoilt: String = chars[..at].iter().copied().chain(with.chars()).chain(chars.iter().copied().skip(at + cut)).collect();
        read_all(&spoilt);
    }
}

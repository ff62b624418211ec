//! The short code of a scene: the name of a gallery scene and what differs from it, as in `vicsek,noise=0.5,seed=7`.

use crate::{
    error::{Error, Result},
    lab::Lab,
    scene::{Look, Scene, Value},
};

/// The longest code that is worth typing, letters.
const LONGEST: usize = 120;

impl Lab {
    /// The short code that opens this scene, where there is one: the nearest scene of the gallery and what differs.
    pub fn code(&self, scene: &Scene) -> Option<String> {
        let near = self.gallery().into_iter().filter(|(_, known)| known.model.name == scene.model.name);
        let codes = near.filter_map(|(name, known)| {
            let differences = self.differences(&known, scene);
            differences.iter().all(|part| !part.contains(',')).then(|| [vec![name], differences].concat().join(","))
        });
        codes.min_by_key(String::len).filter(|code| code.len() <= LONGEST)
    }

    /// What must be set in one scene to get another of the same model.
    fn differences(&self, known: &Scene, scene: &Scene) -> Vec<String> {
        let model = self.model_of(scene);
        let of_model = model.parameters().iter().map(|parameter| {
            let value = |scene: &Scene| model.get(&*scene.model.params, &parameter.path).ok();
            (parameter.path.clone(), value(known), value(scene))
        });
        let look = Look::schema();
        let of_look = look.parameters().iter().map(|parameter| {
            let value = |scene: &Scene| look.get(&scene.view, &parameter.path).ok();
            (format!("view.{}", parameter.path), value(known), value(scene))
        });
        let differing = of_model.chain(of_look).filter(|(_, known, value)| known != value);
        let mut parts: Vec<String> =
            differing.filter_map(|(path, _, value)| Some(format!("{path}={}", value?.brief()))).collect();
        if known.seed != scene.seed {
            parts.push(format!("seed={}", scene.seed));
        }
        parts
    }

    /// The scene of a code; nothing where the text is none.
    ///
    /// # Errors
    /// Where a part of it does not fit.
    pub(crate) fn of_code(&self, code: &str) -> Option<Result<(String, Scene)>> {
        let (name, parts) = code.split_once(',')?;
        let (name, scene) = self.gallery().into_iter().find(|(known, _)| known == name.trim())?;
        Some(self.with_parts(scene, parts, code).map(|scene| (name, scene)))
    }

    fn with_parts(&self, mut scene: Scene, parts: &str, code: &str) -> Result<Scene> {
        for part in parts.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let wrong = |error: Error| error.at(format!("code '{code}'"));
            let no_value = || wrong(Error::usage(format!("'{part}' has no value")).allowed("PATH=VALUE"));
            let (path, value) = part.split_once('=').ok_or_else(no_value)?;
            match path.trim().strip_prefix("view.") {
                _ if path.trim() == "seed" => {
                    let whole = |_| wrong(Error::usage(format!("'{value}' is no seed")).allowed("a whole number"));
                    scene.seed = value.trim().parse().map_err(whole)?;
                }
                Some(path) => Look::schema().set(&mut scene.view, path, &Value::parse(value)).map_err(wrong)?,
                None => {
                    let model = self.model_of(&scene);
                    model.set(&mut *scene.model.params, path.trim(), &Value::parse(value)).map_err(wrong)?;
                }
            }
        }
        Ok(scene)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Difference;

    #[test]
    fn a_code_opens_the_scene_that_it_was_made_of() {
        let lab = Lab::new();
        for settings in ["", ",noise=0.3,seed=7", ",agents=450,view.trails=5,update=forward"] {
            let code = format!("vicsek{settings}");
            let scene = lab.open(&code).unwrap().scene;
            let again = lab.code(&scene).unwrap();
            assert_eq!(lab.open(&again).unwrap().scene.write(), scene.write(), "{code}: {again}");
        }
        assert_eq!(lab.code(&lab.open("boids").unwrap().scene).as_deref(), Some("boids"));
        assert_eq!(lab.code(&lab.open("vicsek,noise=0.3").unwrap().scene).as_deref(), Some("vicsek,noise=0.3"));
        for (code, part) in [("vicsek,nois=1", "nearest: noise"), ("vicsek,noise", "PATH=VALUE"), ("vicsek,seed=x", "whole")] {
            assert!(lab.open(code).unwrap_err().to_string().contains(part), "{code}");
        }
    }

    #[test]
    fn a_difference_is_read_said_and_put_into_the_scene() {
        let lab = Lab::new();
        let scene = lab.open("vicsek").unwrap().scene;
        let model = lab.model_of(&scene);
        for text in ["noise=3", "seed=8", "update=forward", "agents=450"] {
            let difference = Difference::read(text).unwrap();
            assert_eq!(difference.to_string(), text);
            let other = difference.scene(&scene, model).unwrap();
            assert_eq!(lab.code(&other).map(|code| code.replace("vicsek,", "")).as_deref(), Some(text));
        }
        let labels = |text: &str| {
            let value = |path: &str| model.get(&*scene.model.params, path).ok();
            Difference::read(text).unwrap().labels(model, 1, value)
        };
        let texts = |text: &str| labels(text).map(|label| label.text);
        assert_eq!(texts("seed=8"), ["Seed 1", "Seed 8"]);
        let [first, second] = labels("noise=3");
        assert!(first.text.starts_with("Noise η = ") && second.text == "Noise η = 3 rad" && second.short == "η = 3 rad");
        // A value on its way from one to another is no longer than one that somebody chose.
        assert_eq!(labels("noise=4.964378")[1].short, "η = 4.964 rad");
        // What is close to one another can be told apart.
        let close = |text: &str| labels(text).map(|label| label.short);
        assert_eq!(close("noise=2.000001"), ["η = 2 rad", "η = 2.000001 rad"]);
        for (text, part) in [
            ("noise", "PATH=VALUE"),
            ("seed=x", "whole number"),
            ("nois=3", "nearest: noise"),
            ("noise=99", "out of range"),
            ("view.trails=3", "part of the look"),
            (format!("seed={}", scene.seed).as_str(), "both would be the same"),
        ] {
            let error = Difference::read(text).and_then(|difference| difference.scene(&scene, model)).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}

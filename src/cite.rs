//! How a scene is cited: its works as BibTeX, and its methods in words, in the order of the ODD protocol.

use crate::{
    error::Result,
    measures,
    scene::{Kind, Scene, Strength},
    sim::{AnyModel, Boundary, Models, Simulation, Source},
    sweep::{Axis, Design, Goal, Plan},
};
use std::fmt::Write as _;

/// The protocol whose order the methods follow.
const ODD: Source = Source {
    authors: &[
        "Grimm, V.",
        "Railsback, S. F.",
        "Vincenot, C. E.",
        "Berger, U.",
        "Gallagher, C.",
        "DeAngelis, D. L.",
        "Edmonds, B.",
        "Ge, J.",
        "Giske, J.",
        "Groeneveld, J.",
        "Johnston, A. S. A.",
        "Milles, A.",
        "Nabe-Nielsen, J.",
        "Polhill, J. G.",
        "Radchuk, V.",
        "Rohwäder, M.-S.",
        "Stillman, R. A.",
        "Thiele, J. C.",
        "Ayllón, D.",
    ],
    title: "The ODD protocol for describing agent-based and other simulation models: A second update to improve clarity, \
            replication, and structural realism",
    journal: "J. Artif. Soc. Soc. Simul.",
    volume: "23",
    number: "2",
    pages: "7",
    year: 2020,
    doi: "10.18564/jasss.4259",
    ..Source::NONE
};

/// BibTeX of all that a scene rests on, and its methods in words.
///
/// # Errors
/// Where the scene cannot be built.
pub fn cite(scene: &Scene, actions: usize, plan: Option<&Plan>, models: &Models) -> Result<String> {
    let model = models.find(scene.model.name)?;
    let mut works: Vec<Source> = model.sources().to_vec();
    // Recorded tracks: the scene, not the model, says whose they are.
    let own = !scene.source.is_empty() && scene.source != model.source();
    if own && model.strength().is_none() {
        works.clear();
    }
    let keys: Vec<String> = works.iter().map(key).collect();
    let mut text: String = works.iter().zip(&keys).map(|(work, key)| entry(work, key)).collect();
    text += &entry(&ODD, "odd2020");
    if plan.is_some_and(|plan| plan.fit.is_some()) {
        FIT.iter().for_each(|work| text += &entry(work, &key(work)));
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = write!(text, "@software{{flockwork,\n  title = {{Flockwork}},\n  version = {{{version}}},\n}}\n\n");
    text += &methods(scene, model, &keys, own, actions, models)?;
    if let Some(plan) = plan {
        text += &experiment(plan);
    }
    Ok(text)
}

/// The key of a work: first author and year.
fn key(work: &Source) -> String {
    let plain = |letter: char| match letter {
        'á' | 'à' | 'ä' | 'â' | 'å' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'ø' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ç' | 'č' => 'c',
        'ñ' => 'n',
        'š' => 's',
        'ž' => 'z',
        other => other,
    };
    let name = work.surnames().next().unwrap_or(work.title).to_lowercase();
    let name: String = name.chars().map(plain).filter(char::is_ascii_alphanumeric).collect();
    if work.year > 0 { format!("{name}{}", work.year) } else { name }
}

/// A work as an entry of BibTeX.
fn entry(work: &Source, key: &str) -> String {
    // An institution is no surname: braces keep it whole.
    let author = |author: &&str| if author.contains(',') { (*author).to_owned() } else { format!("{{{author}}}") };
    let authors: Vec<String> = work.authors.iter().map(author).collect();
    let year = if work.year > 0 { work.year.to_string() } else { String::new() };
    let kind = if work.journal.is_empty() { "misc" } else { "article" };
    let fields = [
        ("author", authors.join(" and ")),
        // Braces keep capitals.
        ("title", if work.title.is_empty() { String::new() } else { format!("{{{}}}", work.title) }),
        ("journal", work.journal.into()),
        ("volume", work.volume.into()),
        ("number", work.number.into()),
        ("pages", work.pages.into()),
        ("year", year),
        ("doi", work.doi.into()),
        ("url", work.url.into()),
    ];
    let mut text = format!("@{kind}{{{key},\n");
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "  {name} = {{{value}}},");
    }
    text + "}\n\n"
}

/// The methods, in the order of the ODD protocol.
fn methods(
    scene: &Scene,
    model: &'static dyn AnyModel,
    keys: &[String],
    own: bool,
    actions: usize,
    models: &Models,
) -> Result<String> {
    let mut simulation = Simulation::new(scene, models, Some(1))?;
    let (fields, columns) = simulation.export();
    let agents = columns.first().map_or(0, Vec::len);
    let (space, unit) = (simulation.agents().space(), simulation.time_unit());
    let cited = if keys.is_empty() { String::new() } else { format!(" [@{}]", keys.join("; @")) };
    let follows = if own { format!(" Settings: {}.", scene.source) } else { String::new() };
    let explanation = model.explanation();
    let (first, rest) = explanation.split_once("\n\n").unwrap_or((&explanation, ""));
    let facts = model.facts().len();
    let mut text = format!(
        "Methods, in the order of the ODD protocol [@odd2020]\n\n1. Purpose and patterns. The model is {} ({}){cited}. {}{follows} ",
        model.title(),
        model.name(),
        one_line(first)
    );
    if facts > 0 {
        let _ = write!(text, "It is judged by {facts} published facts, which `flockwork verify {}` measures. ", model.name());
    }
    let state: Vec<&str> = fields.into_iter().filter(|field| *field != "id").collect();
    let _ = write!(
        text,
        "\n\n2. Entities, state variables and scales. {agents} agents at the start, each with {}",
        state.join(", ")
    );
    if simulation.agents().with_positions(|positions| positions.is_some()) {
        let boundary = match space.boundary {
            Boundary::Periodic => "periodic",
            Boundary::Walled => "walled",
            Boundary::Open => "open",
        };
        let sides = if space.is_flat() { space.size.truncate().to_array().to_vec() } else { space.size.to_array().to_vec() };
        let sides: Vec<String> = sides.iter().map(f32::to_string).collect();
        let _ = write!(text, ", in {boundary} space of {}", sides.join(" × "));
        text += if space.unit.is_empty() { "" } else { " " };
        text += space.unit;
    }
    text += ". ";
    simulation.step()?;
    let step = simulation.clock().time;
    let _ = write!(text, "A step takes {step} {}.", if unit.is_empty() { "unit of time" } else { unit });
    text += "\n\n3. Process overview and scheduling. Each step has four parts in a fixed order: disturbances act; neighbours, \
             fields and networks are brought up to date; agents read the state of this step and write what they intend; \
             intents become state and boundaries act.";
    text += "\n\n4. Design concepts. ";
    if let Some(strength) = model.strength() {
        let way = if strength.strength == Some(Strength::Falling) { "falls" } else { "grows" };
        let _ = write!(
            text,
            "The interaction strength is {} ({}): order grows as it {way}. ",
            strength.path,
            one_line(&strength.doc).trim_end_matches('.')
        );
    }
    let asked =
        if scene.plots.is_empty() { model.measures().to_vec() } else { scene.plots.iter().map(String::as_str).collect() };
    let read: Vec<String> = asked
        .iter()
        .filter_map(|name| measures::find(name).ok())
        .map(|instrument| format!("{} ({}): {}", instrument.name, instrument.symbol, one_line(instrument.definition)))
        .collect();
    let _ = write!(
        text,
        "What emerges is read by instruments. {} Chance is counter-based: every draw is a function of seed, step, purpose, \
         agent and number (SplitMix64), so that a run is the same, to the last bit, on any number of threads.",
        read.join(" ")
    );
    let _ = write!(
        text,
        "\n\n5. Initialisation. As the model sets it from the seed {}. Flockwork {}.",
        scene.seed,
        env!("CARGO_PKG_VERSION")
    );
    text += match actions {
        0 => "\n\n6. Input data. None.",
        _ => "\n\n6. Input data. A journal of actions, kept with the run.",
    };
    if model.strength().is_none() {
        let _ = write!(text, " The tracks: {}.", if scene.source.is_empty() { model.source() } else { scene.source.clone() });
    }
    let _ = write!(text, "\n\n7. Submodels. {}\n\nParameters:\n", rest.trim());
    for parameter in model.parameters() {
        let value = model.get(&*scene.model.params, &parameter.path)?;
        let symbol = if parameter.symbol.is_empty() { String::new() } else { format!(" ({})", parameter.symbol) };
        let unit = if parameter.unit.is_empty() { String::new() } else { format!(" {}", parameter.unit) };
        let meaning = match &parameter.kind {
            Kind::Choice(variants) => {
                let chosen = variants.iter().find(|variant| variant.name == value.to_string());
                format!("{} {}", parameter.doc, chosen.map_or("", |variant| variant.doc.as_str()))
            }
            _ => parameter.doc.clone(),
        };
        let _ = writeln!(text, "- {}{symbol} = {value}{unit}. {}", parameter.path, one_line(&meaning));
    }
    Ok(text)
}

/// Where runs of a plan have their seeds from.
const SEEDS: &str = "Seed of a run: the upper 53 bits of XXH3 of model, parameters and repeat, keyed by the master seed";

/// Population Monte Carlo, and the form of it that `fit` follows.
const FIT: [Source; 2] = [
    Source {
        authors: &["Beaumont, M. A.", "Cornuet, J.-M.", "Marin, J.-M.", "Robert, C. P."],
        title: "Adaptive approximate Bayesian computation",
        journal: "Biometrika",
        volume: "96",
        number: "4",
        pages: "983–990",
        year: 2009,
        doi: "10.1093/biomet/asp052",
        ..Source::NONE
    },
    Source {
        authors: &["Lenormand, M.", "Jabot, F.", "Deffuant, G."],
        title: "Adaptive approximate Bayesian computation for complex models",
        journal: "Comput. Stat.",
        volume: "28",
        number: "6",
        pages: "2777–2796",
        year: 2013,
        doi: "10.1007/s00180-013-0428-3",
        ..Source::NONE
    },
];

/// The experiment that a fit is.
fn fitted(plan: &Plan, goal: &Goal) -> String {
    let range = |axis: &Axis| {
        let span = axis.span.map_or_else(String::new, |range| {
            format!(" from {} to {}{}", range.from, range.to, if range.log { ", even in its logarithm" } else { "" })
        });
        format!("{}{span}", axis.paths.join(", "))
    };
    let free: Vec<String> = plan.axes.iter().map(range).collect();
    let to: Vec<String> = goal.to.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let discard = plan.discard.unwrap_or(plan.steps / 2);
    format!(
        "\nCalibration. Free, with an even prior: {}. They were fitted to {} by approximate Bayesian computation: population Monte \
         Carlo [@beaumont2009] that finds its own tolerances [@lenormand2013], {} sets of parameters kept, up to {} generations after \
         the first. A run has {} steps, of which the first {discard} are left out of its readings. The distance of a run is the root mean \
         square of the differences of its readings from those above, each in units of 1.4826 times its median absolute deviation over \
         the first generation. {SEEDS} {}; the repeat is the number of the run.\n",
        free.join("; "),
        to.join(", "),
        goal.particles,
        goal.generations,
        plan.steps,
        plan.scene.seed
    )
}

/// The experiment that a plan is.
fn experiment(plan: &Plan) -> String {
    if let Some(goal) = &plan.fit {
        return fitted(plan, goal);
    }
    let varied: Vec<&str> = plan.axes.iter().map(|axis| axis.text.as_str()).collect();
    let design = match plan.design {
        Design::Grid => "on the full grid".into(),
        Design::Random(points) => format!("at {points} settings drawn at random"),
        Design::Sobol(points) => format!("at {points} settings by Sobol's sequence"),
    };
    let discard = plan.discard.map_or("the transient".into(), |steps| format!("the first {steps} steps"));
    format!(
        "\nExperiment. Varied: {} {design}; {} repeats of each setting, {} runs in all, of {} steps each; {discard} left out of \
         means. {SEEDS} {}.\n",
        varied.join("; "),
        plan.repeats,
        plan.runs(),
        plan.steps,
        plan.scene.seed
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models;

    #[test]
    fn a_scene_is_cited_with_its_works_and_its_numbers() {
        let models = models::all();
        let mut scene = models.find("vicsek").unwrap().scene();
        scene.seed = 77;
        let text = cite(&scene, 0, None, &models).unwrap();
        for part in [
            "@article{vicsek1995,\n  author = {Vicsek, T. and Czirók, A. and ",
            "  doi = {10.1103/PhysRevLett.75.1226},\n}",
            "300 agents at the start",
            "periodic space of 7 × 7",
            "from the seed 77",
            "- noise (η) = 2 rad. Width of the noise",
            "- update = backward. With which heading a particle moves. With the old one",
        ] {
            assert!(text.contains(part), "'{part}' is not in:\n{text}");
        }
        let order = ["1. Purpose", "2. Entities", "3. Process", "4. Design", "5. Init", "6. Input", "7. Sub", "Parameters"];
        assert!(order.iter().map(|part| text.find(part).unwrap()).is_sorted());
        assert_eq!(text.matches('{').count(), text.matches('}').count());
    }

    #[test]
    fn every_model_can_be_cited() {
        let models = models::all();
        for model in models.iter() {
            let text = cite(&model.scene(), 0, None, &models).unwrap();
            let keys: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix('@')).collect();
            let mut unique = keys.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(keys.len(), unique.len(), "{}: {keys:?}", model.name());
            assert!(model.sources().iter().all(|source| !source.title.is_empty()), "{}", model.name());
        }
    }
}

//! Figures of papers and of this house: which tables are made by which commands, and how they are drawn, as data. Every RON
//! file in `figures/` is one.

use super::{Table, Wish, build};
use crate::{
    chart::{Chart, Layer, Page, Point, Series},
    error::{Error, Result},
    lab::Lab,
    scene::explain,
};
use serde::Deserialize;
use std::path::{Path, PathBuf};

// Every RON file in `figures/`.
include!(concat!(env!("OUT_DIR"), "/figures.rs"));

/// A figure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// The paper that it is of.
    #[serde(default)]
    pub paper: String,
    /// What differs from the paper, and whatever else has to be known.
    #[serde(default)]
    pub note: String,
    /// Files that the commands need, beside the tables: name and text.
    #[serde(default)]
    pub files: Vec<(String, String)>,
    /// The tables, in the order in which they are made.
    pub tables: Vec<Making>,
    /// What is drawn of them, from the ground up.
    pub draw: Vec<Drawing>,
    /// What is known beside, drawn beneath.
    #[serde(default)]
    pub known: Vec<Known>,
    /// The first axis, where it differs from that of what is drawn first.
    #[serde(default)]
    pub x: Ends,
    /// The second axis.
    #[serde(default)]
    pub y: Ends,
    /// Width and height.
    #[serde(default = "millimetres")]
    pub millimetres: (f32, f32),
}

fn millimetres() -> (f32, f32) {
    (120.0, 80.0)
}

/// How a table is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Making {
    /// Its name.
    pub name: String,
    /// The command without its `flockwork` and its outputs; a word `@NAME` is a file of the figure.
    pub by: String,
    /// Whether the table is that of a sweep's series, with so many steps from row to row.
    #[serde(default)]
    pub series: Option<u64>,
}

/// What is drawn of a table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    /// The table.
    pub table: String,
    /// Names of what is drawn, in its order; those of the table where there are fewer.
    #[serde(default)]
    pub names: Vec<String>,
    /// The hue of what is drawn first; without it, one that nothing else has.
    #[serde(default)]
    pub hue: Option<usize>,
    /// By what the numbers along the second axis are multiplied: from the unit of the table to that of the figure.
    #[serde(default = "once")]
    pub times: f64,
    /// How it is drawn.
    #[serde(default)]
    pub chart: Wish,
}

fn once() -> f64 {
    1.0
}

/// What is known beside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Its name in the legend.
    pub name: String,
    /// How it is drawn.
    #[serde(default)]
    pub kind: KnownKind,
    /// Its hue.
    #[serde(default)]
    pub hue: usize,
    /// Its points.
    pub points: Vec<(f64, f64)>,
}

/// What something that is known is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownKind {
    /// Published numbers.
    #[default]
    Points,
    /// What theory says, as points along a line.
    Theory,
    /// Places along the first axis.
    Rule,
}

/// An axis, where it differs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ends {
    /// Its label.
    pub label: Option<String>,
    /// Its ends.
    pub range: Option<(f64, f64)>,
}

/// The names of the figures that come with the program, and their texts.
pub fn figures() -> &'static [(&'static str, &'static str)] {
    FIGURES
}

impl Figure {
    /// Finds a figure by its name, or reads it from a file.
    ///
    /// # Errors
    /// Where there is none of this name, or it is not one.
    pub fn find(name: &str) -> Result<Self> {
        if let Some((name, text)) = FIGURES.iter().find(|(known, _)| *known == name) {
            return Self::read(text, name);
        }
        if !name.ends_with(".ron") {
            let names = FIGURES.iter().map(|(name, _)| *name);
            return Err(Error::usage(format!("no figure '{name}'")).names(name, names));
        }
        let text =
            std::fs::read_to_string(name).map_err(|error| Error::failure(format!("cannot be read: {error}")).at(name))?;
        Self::read(&text, name)
    }

    /// Reads a figure from RON. `place` is the file's name, for errors.
    ///
    /// # Errors
    /// Names line, column and field, what was found and what is allowed.
    pub fn read(text: &str, place: &str) -> Result<Self> {
        let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let figure: Self = options.from_str(text).map_err(|error| explain(&error, text, text, place, ""))?;
        let names: Vec<&str> = figure.tables.iter().map(|table| table.name.as_str()).collect();
        match figure.draw.iter().find(|drawing| !names.contains(&drawing.table.as_str())) {
            Some(Drawing { table, .. }) => {
                Err(Error::usage(format!("no table '{table}'")).names(table, names).path("draw").at(place))
            }
            None => Ok(figure),
        }
    }

    /// The page that it is drawn for.
    pub fn page(&self, resolution: f32) -> Page {
        Page { millimetres: [self.millimetres.0, self.millimetres.1], resolution }
    }

    /// The files beside a figure of this name: what its commands need, with their texts.
    pub fn files(&self, output: &Path) -> Vec<(PathBuf, &str)> {
        self.files.iter().map(|(name, text)| (beside(output, name), text.as_str())).collect()
    }

    /// The words of the commands that make the tables beside a figure of this name.
    pub fn commands(&self, output: &Path) -> Vec<Vec<String>> {
        let word = |word: &str| word.strip_prefix('@').map_or_else(|| word.to_owned(), |file| spelled(&beside(output, file)));
        let command = |making: &Making| {
            let table = table(output, making);
            let outputs = match making.series {
                None => vec!["-o".to_owned(), spelled(&table)],
                Some(every) => {
                    let runs = beside(output, &format!("{}-runs.csv", making.name));
                    ["-o", &spelled(&runs), "--series", &spelled(&table), "--every", &every.to_string()]
                        .map(str::to_owned)
                        .to_vec()
                }
            };
            making.by.split_whitespace().map(word).chain(outputs).collect()
        };
        self.tables.iter().map(command).collect()
    }

    /// The chart of the tables that lie beside a figure of this name.
    ///
    /// # Errors
    /// Where a table is missing, or nothing can be drawn of it.
    pub fn chart(&self, output: &Path, lab: &Lab) -> Result<Chart> {
        let mut chart: Option<Chart> = None;
        let mut hue = 0;
        for drawing in &self.draw {
            let making = self.tables.iter().find(|table| table.name == drawing.table).expect("checked when it was read");
            let path = table(output, making);
            let drawn = build(&Table::read(&path)?, lab, &drawing.chart).map_err(|error| error.at(path.display()))?;
            let chart = chart.get_or_insert_with(|| Chart { layers: Vec::new(), ..drawn.clone() });
            let first = drawing.hue.unwrap_or(hue);
            let mut names = drawing.names.iter();
            for mut layer in drawn.layers {
                layer.multiply(drawing.times);
                let theory = matches!(layer, Layer::Theory(_));
                if let Some((name, own)) = layer.named() {
                    *own += first;
                    hue = hue.max(*own + 1);
                    if let Some(given) = Some(&mut names).filter(|_| !theory).and_then(Iterator::next) {
                        name.clone_from(given);
                    }
                }
                chart.layers.push(layer);
            }
        }
        let mut chart = chart.ok_or_else(|| Error::usage("a figure that draws nothing"))?;
        chart.title.clone_from(&self.title);
        for (ends, axis) in [(&self.x, &mut chart.x), (&self.y, &mut chart.y)] {
            axis.range = ends.range.or(axis.range.filter(|_| self.draw.len() == 1));
            if let Some(label) = &ends.label {
                axis.label.clone_from(label);
            }
        }
        let known = self.known.iter().flat_map(Known::layers);
        chart.layers.splice(0..0, known);
        Ok(chart)
    }
}

/// What figures show of a model as published: its points of this measure against this parameter.
pub fn published(lab: &Lab, model: &str, path: &str, measure: &str) -> Vec<Series> {
    let figures = FIGURES.iter().filter_map(|(name, text)| Figure::read(text, name).ok());
    figures.filter(|figure| figure.is_of(lab, model, path, measure)).flat_map(|figure| figure.points()).collect()
}

impl Figure {
    /// Whether its first drawing is of a sweep of this model, of a measure against a parameter.
    fn is_of(&self, lab: &Lab, model: &str, path: &str, measure: &str) -> bool {
        let Some(drawing) = self.draw.first() else { return false };
        let Some(making) = self.tables.iter().find(|table| table.name == drawing.table) else { return false };
        let words: Vec<&str> = making.by.split_whitespace().collect();
        let after = |option: &'static str| words.windows(2).filter(move |pair| pair[0] == option).map(|pair| pair[1]);
        let scene = words.get(1).filter(|_| words[0] == "sweep").and_then(|name| lab.open(name).ok());
        let varied = after("--vary").any(|axis| axis.split_once('=').is_some_and(|(name, _)| name == path));
        let along = drawing.chart.x.as_ref().is_none_or(|x| x == path);
        let read = drawing.chart.y.first().map_or_else(|| after("--measure").next() == Some(measure), |y| y == measure);
        let lines = drawing.chart.kind == super::Kind::Lines;
        lines && varied && along && read && scene.is_some_and(|opened| opened.scene.model.name == model)
    }

    /// Its published points, with the names of what they are held against.
    fn points(&self) -> Vec<Series> {
        let names = self.draw.first().map(|drawing| drawing.names.as_slice()).unwrap_or_default();
        let known = self.known.iter().filter(|known| known.kind == KnownKind::Points);
        let series = |known: &Known| {
            let name = names.get(known.hue).unwrap_or(&known.name);
            Series::new(name, known.hue, known.points.iter().map(|(x, y)| Point::new(*x, *y)))
        };
        known.map(series).collect()
    }
}

impl Known {
    fn layers(&self) -> Vec<Layer> {
        let series = || Series::new(&self.name, self.hue, self.points.iter().map(|(x, y)| Point::new(*x, *y)));
        match self.kind {
            KnownKind::Points => vec![Layer::Reference(series())],
            KnownKind::Theory => vec![Layer::Theory(series())],
            KnownKind::Rule => self.points.iter().map(|(x, _)| Layer::Rule(self.name.clone(), *x)).collect(),
        }
    }
}

/// The place of a file beside a figure: `order.svg` has `order-NAME`.
fn beside(output: &Path, name: &str) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!("{stem}-{name}"))
}

fn table(output: &Path, making: &Making) -> PathBuf {
    beside(output, &format!("{}.csv", making.name))
}

fn spelled(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_that_comes_with_the_program_can_be_read() {
        assert!(!figures().is_empty());
        for (name, text) in figures() {
            let figure = Figure::read(text, name).unwrap_or_else(|error| panic!("{error}"));
            assert!(!figure.title.is_empty() && !figure.tables.is_empty() && !figure.draw.is_empty(), "{name}");
        }
    }

    #[test]
    fn tables_lie_beside_the_figure_and_mistakes_are_told() {
        let text = r#"(title: "a", files: [("ramp.ron", "[]")], tables: [(name: "runs", by: "sweep vicsek --journal @ramp.ron"),
            (name: "time", by: "sweep vicsek --steps 9", series: 3)], draw: [(table: "runs")])"#;
        let commands = Figure::read(text, "a").unwrap().commands(Path::new("out/fig.svg"));
        assert_eq!(commands[0].join(" "), "sweep vicsek --journal out/fig-ramp.ron -o out/fig-runs.csv");
        let series = "sweep vicsek --steps 9 -o out/fig-time-runs.csv --series out/fig-time.csv --every 3";
        assert_eq!(commands[1].join(" "), series);
        assert!(
            Figure::read(&text.replace("table: \"runs\"", "table: \"run\""), "a").unwrap_err().to_string().contains("runs")
        );
        assert!(Figure::read(&text.replace("title", "titel"), "a").unwrap_err().to_string().contains("titel"));
        assert!(Figure::find("vicsek-figure").unwrap_err().to_string().contains("no figure"));
    }
}

//! The tables of trackers that have a layout of their own: several individuals in a row, or several points of each.
//!
//! | tracker | table | its first line |
//! | --- | --- | --- |
//! | idtracker.ai | `trajectories.csv`: a row a frame | `time,x1,y1,x2,y2,…` |
//! | TRex | a file an individual, a row a frame | `frame,…,X#wcentroid (cm),…` |
//! | SLEAP | analysis CSV: a row an individual and frame | `track,frame_idx,instance.score,head.x,head.y,head.score,…` |
//! | DeepLabCut | a row a frame | `scorer,…`, then `individuals,…` where there are several, `bodyparts,…`, `coords,…` |
//!
//! Where an individual is several points, it stands at the mean of those that were seen.

use super::{
    Count, Row, Table, checked,
    text::{Ids, Split, fields, number_in},
};
use crate::error::{Error, Result};

/// DeepLabCut's own bound below which a point counts as not seen.
const LIKELY: f64 = 0.6;

/// One point of an individual: its columns.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    x: usize,
    y: usize,
    likelihood: Option<usize>,
}

/// Who is in a row.
#[derive(Clone, Debug, PartialEq)]
enum Who {
    /// One individual, named in this column.
    Named(usize),
    /// These, each with points of its own.
    Each(Vec<u32>),
}

/// A table with a layout of its own, on the way.
pub(super) struct Wide {
    split: Split,
    names: Vec<String>,
    /// DeepLabCut's lines of names that have been read: the rest follow.
    heads: Vec<Vec<String>>,
    who: Who,
    /// Points of each individual.
    points: Vec<Vec<Point>>,
    when: usize,
    ids: Ids,
    table: Table,
}

impl Wide {
    /// Begins where the first line is that of a layout of its own. A file of one individual gives it this number.
    pub fn begin(line: &str, split: Split, individual: u32, memory: usize) -> Option<Self> {
        let names: Vec<String> = fields(line, split).into_iter().map(str::to_owned).collect();
        let table = Table::new(Count::Frames, Some("px"), memory);
        let wide = Self {
            split,
            names,
            heads: Vec::new(),
            who: Who::Each(vec![individual]),
            points: Vec::new(),
            when: 0,
            ids: Ids::default(),
            table,
        };
        if wide.names.first().is_some_and(|name| name.eq_ignore_ascii_case("scorer")) {
            let heads = vec![wide.names.clone()];
            return Some(Self { heads, ..wide });
        }
        wide.sleap().or_else(|wide| wide.trex()).or_else(|wide| wide.idtracker()).ok()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known.eq_ignore_ascii_case(name))
    }

    fn sleap(self) -> Result<Self, Box<Self>> {
        let (Some(track), Some(when)) = (self.place("track"), self.place("frame_idx")) else { return Err(Box::new(self)) };
        let point = |(x, name): (usize, &String)| {
            let y = self.place(&format!("{}.y", name.strip_suffix(".x")?))?;
            Some(Point { x, y, likelihood: None })
        };
        let points = vec![self.names.iter().enumerate().filter_map(point).collect()];
        Ok(Self { who: Who::Named(track), points, when, ..self })
    }

    fn trex(mut self: Box<Self>) -> Result<Self, Box<Self>> {
        let named = |axis: char| {
            self.names.iter().enumerate().find_map(|(place, name)| {
                let (base, unit) =
                    name.split_once(" (").map_or((name.as_str(), ""), |(base, unit)| (base, unit.trim_end_matches(')')));
                (base == format!("{axis}#wcentroid")).then(|| (place, unit.to_owned()))
            })
        };
        let (Some((x, unit)), Some((y, _)), Some(when)) = (named('X'), named('Y'), self.place("frame")) else {
            return Err(self);
        };
        self.table.unit = match unit.as_str() {
            "cm" => Some("cm"),
            "px" => Some("px"),
            _ => None,
        };
        self.table.alone = true;
        let points = vec![vec![Point { x, y, likelihood: None }]];
        Ok(Self { points, when, ..*self })
    }

    fn idtracker(mut self: Box<Self>) -> Result<Self, Box<Self>> {
        let Some((first, rest)) = self.names.split_first() else { return Err(self) };
        let individuals = rest.len() / 2;
        let paired = |at: usize| rest[2 * at] == format!("x{}", at + 1) && rest[2 * at + 1] == format!("y{}", at + 1);
        if !["time", "seconds"].contains(&first.as_str()) || individuals == 0 || !(0..individuals).all(paired) {
            return Err(self);
        }
        let points = (0..individuals).map(|at| vec![Point { x: 1 + 2 * at, y: 2 + 2 * at, likelihood: None }]).collect();
        let who = Who::Each((1..=individuals as u32).collect());
        self.table.count = Count::Seconds(1.0);
        Ok(Self { who, points, ..*self })
    }

    /// Reads a line.
    pub fn take(&mut self, line: &str, number: u32) -> Result<()> {
        let found = fields(line, self.split);
        if !self.heads.is_empty() {
            return self.take_head(&found);
        }
        let field = |column: usize| {
            found.get(column).copied().ok_or_else(|| {
                Error::usage(format!("{} fields only", found.len())).allowed(format!("{} fields", self.names.len()))
            })
        };
        let when = frame(field(self.when)?, self.split, self.table.count == Count::Frames)
            .map_err(|error| error.path(&self.names[self.when]))?;
        let number_at = |column: usize| -> Result<f64> {
            let text = field(column)?;
            let number = number_in(text, self.split).ok_or_else(|| {
                Error::usage(format!("'{text}' is not a number")).allowed("a number, or nothing where it was not seen")
            });
            // TRex writes an infinite number where it saw nobody.
            let number = number.and_then(|number| if number.is_infinite() { Ok(f64::NAN) } else { checked(number) });
            number.map_err(|error| error.path(&self.names[column]))
        };
        for (place, points) in self.points.iter().enumerate() {
            let (mut x, mut y, mut seen) = (0.0, 0.0, 0.0);
            for point in points {
                let here = (number_at(point.x)?, number_at(point.y)?);
                let likely = point.likelihood.map(number_at).transpose()?.is_none_or(|likelihood| likelihood >= LIKELY);
                if likely && !here.0.is_nan() && !here.1.is_nan() {
                    (x, y, seen) = (x + here.0, y + here.1, seen + 1.0);
                }
            }
            if seen == 0.0 {
                continue;
            }
            let id = match &self.who {
                Who::Each(ids) => ids[place],
                Who::Named(column) => match field(*column)? {
                    // Not tracked: all of it is one individual.
                    "" => 0,
                    name => self.ids.of(name, &mut self.table.rows).map_err(|error| error.path(&self.names[*column]))?,
                },
            };
            self.table.push(Row { id, line: number, when, x: x / seen, y: y / seen, z: f64::NAN })?;
        }
        Ok(())
    }

    /// Takes one of DeepLabCut's lines of names; the last, `coords`, tells what each column is.
    fn take_head(&mut self, found: &[&str]) -> Result<()> {
        self.heads.push(found.iter().map(|name| (*name).to_owned()).collect());
        let first = found.first().copied().unwrap_or_default();
        let expected = ["individuals", "bodyparts", "coords"];
        if !expected.contains(&first) || self.heads.len() > 4 {
            return Err(Error::usage(format!("'{first}' where DeepLabCut has names of columns")).names(first, expected));
        }
        if first != "coords" {
            return Ok(());
        }
        let heads = std::mem::take(&mut self.heads);
        let row = |name: &str| heads.iter().find(|head| head[0] == name);
        let name_of =
            |head: Option<&Vec<String>>, column: usize| head.and_then(|head| head.get(column)).cloned().unwrap_or_default();
        let mut individuals: Vec<String> = Vec::new();
        let columns = found.len();
        self.names = (0..columns).map(|column| format!("{} {}", name_of(row("bodyparts"), column), found[column])).collect();
        self.points.clear();
        for column in (1..columns).filter(|column| found[*column] == "x") {
            let same = |other: &usize| {
                *other < columns && heads.iter().all(|head| head[0] == "coords" || head.get(*other) == head.get(column))
            };
            let seek = |what: &str| (column..columns).take(3).filter(same).find(|other| found[*other] == what);
            let Some(y) = seek("y") else {
                return Err(Error::usage(format!("column {} has an x without a y", column + 1)));
            };
            let individual = name_of(row("individuals"), column);
            let place = individuals.iter().position(|known| *known == individual).unwrap_or_else(|| {
                individuals.push(individual);
                self.points.push(Vec::new());
                individuals.len() - 1
            });
            self.points[place].push(Point { x: column, y, likelihood: seek("likelihood") });
        }
        if self.points.is_empty() {
            return Err(Error::usage("no column is an x").allowed("x, y and likelihood of each body part"));
        }
        self.who = Who::Each((0..individuals.len() as u32).collect());
        Ok(())
    }

    /// All rows.
    pub fn done(self) -> Table {
        self.table
    }
}

/// A frame's number or time; of a picture's name the number in it.
fn frame(field: &str, split: Split, whole: bool) -> Result<f64> {
    let digits = || {
        let stem = field.rsplit(['/', '\\']).next().unwrap_or(field).split('.').next().unwrap_or_default();
        stem.trim_start_matches(|letter: char| !letter.is_ascii_digit()).parse().ok()
    };
    let number = number_in(field, split).or_else(digits).filter(|number| number.is_finite());
    number
        .filter(|number| !whole || number.fract() == 0.0)
        .ok_or_else(|| Error::usage(format!("'{field}' is no frame")).allowed("a whole number, or a time"))
}

#[cfg(test)]
mod tests {
    use super::super::{MEMORY, text};

    fn rows(table: &str) -> Vec<(u32, f64, f64, f64)> {
        let table = text::read(MEMORY, table.as_bytes(), "a.csv", 7).unwrap();
        let mut rows = Vec::new();
        table.rows.look(|row| rows.push((row.id, row.when, row.x, row.y))).unwrap();
        rows
    }

    fn error(table: &str) -> String {
        text::read(MEMORY, table.as_bytes(), "a.csv", 7).err().expect("it holds a mistake").to_string()
    }

    #[test]
    fn idtracker_has_a_pair_of_columns_an_individual() {
        let table = "time,x1,y1,x2,y2\n0.0,1,2,3,4\n0.04,1.5,2.5,nan,nan\n";
        assert_eq!(rows(table), [(1, 0.0, 1.0, 2.0), (2, 0.0, 3.0, 4.0), (1, 0.04, 1.5, 2.5)]);
        assert!(error("time,x1,y1\n0,1,a\n").contains("a.csv:2: y1: 'a' is not a number"));
    }

    #[test]
    fn trex_has_a_file_an_individual_and_infinity_for_nobody() {
        let table = "frame,missing,time,X#wcentroid (cm),Y#wcentroid (cm)\n0,0,0,1,2\n1,1,0.04,inf,inf\n2,0,0.08,3,4\n";
        assert_eq!(rows(table), [(7, 0.0, 1.0, 2.0), (7, 2.0, 3.0, 4.0)]);
    }

    #[test]
    fn sleap_has_a_row_an_individual_and_a_place_is_the_mean_of_its_points() {
        let table = "track,frame_idx,instance.score,head.x,head.y,head.score,tail.x,tail.y,tail.score\n\
                     track_0,0,0.9,1,2,0.9,3,4,0.8\ntrack_1,0,0.9,5,6,0.9,,,\ntrack_1,1,0.9,,,,,,\n";
        assert_eq!(rows(table), [(0, 0.0, 2.0, 3.0), (1, 0.0, 5.0, 6.0)]);
    }

    #[test]
    fn deeplabcut_has_lines_of_names_and_unlikely_points_do_not_count() {
        let one = "scorer,net,net,net,net,net,net\nbodyparts,nose,nose,nose,tail,tail,tail\n\
                   coords,x,y,likelihood,x,y,likelihood\n0,1,2,0.99,3,4,0.95\n1,1,2,0.99,90,90,0.1\n";
        assert_eq!(rows(one), [(0, 0.0, 2.0, 3.0), (0, 1.0, 1.0, 2.0)]);
        let two = "scorer,net,net,net,net,net,net\nindividuals,a,a,a,b,b,b\nbodyparts,nose,nose,nose,nose,nose,nose\n\
                   coords,x,y,likelihood,x,y,likelihood\n0,1,2,1,3,4,1\n1,1.5,2.5,1,,,\n";
        assert_eq!(rows(two), [(0, 0.0, 1.0, 2.0), (1, 0.0, 3.0, 4.0), (0, 1.0, 1.5, 2.5)]);
        let labelled = "scorer,me,me\nbodyparts,nose,nose\ncoords,x,y\nlabeled-data/film/img0012.png,1,2\n";
        assert_eq!(rows(labelled), [(0, 12.0, 1.0, 2.0)]);
        assert!(
            error("scorer,net\nbodypart,nose\n")
                .contains("'bodypart' where DeepLabCut has names of columns; nearest: bodyparts")
        );
        assert!(error("scorer,a,a\nbodyparts,n,n\ncoords,x,z\n").contains("column 2 has an x without a y"));
    }
}

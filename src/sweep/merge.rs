//! The shards of a plan, joined into the table that one process would have made.

use super::{
    find::{check_header, read_row},
    plan::{Plan, Shard},
    row,
};
use crate::{
    error::{Error, Result},
    sim::Models,
    table::{Form, Table, recipe_beside, recipe_of},
};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// A shard's file.
struct Piece {
    path: PathBuf,
    shard: Option<Shard>,
    file: File,
}

/// Where a run's row stands: the number of the file, counted from 1, and the place in it.
type Place = (u32, u64);

/// Joins shards. Every run of the plan must be in one of them, once, as the plan makes it. Gives the number of runs.
///
/// # Errors
/// Where the files are not shards of one plan, or a run is missing, doubled or foreign.
pub fn merge(paths: &[PathBuf], out: &Path, models: &Models) -> Result<u64> {
    let (plan, pieces) = open(paths, models)?;
    let model = models.find(plan.scene.model.name)?;
    let columns = row::columns(&plan, model)?;
    let mut places: Vec<Place> = vec![(0, 0); plan.runs() as usize];
    for (number, piece) in pieces.iter().enumerate() {
        let here = |line: usize| format!("{}:{line}", piece.path.display());
        let mut lines = Lines::new(&piece.file);
        let header = lines.next().transpose().map_err(|error| unreadable(&piece.path, &error))?;
        check_header(header.as_ref().map(|(_, line)| line.trim_end()), &columns)
            .map_err(|error| error.at(piece.path.display()))?;
        for (count, line) in lines.enumerate() {
            let (start, line) = line.map_err(|error| unreadable(&piece.path, &error))?;
            let (task, _) = read_row(line.trim_end(), &plan, model, &columns).map_err(|error| error.at(here(count + 2)))?;
            let planned = (task.run < plan.runs()).then(|| plan.task(model, task.run)).transpose()?;
            if planned.is_none_or(|planned| (planned.repeat, planned.scene.seed) != (task.repeat, task.scene.seed)) {
                return Err(Error::usage(format!("run {} of the plan is another one", task.run)).at(here(count + 2)));
            }
            let place = &mut places[task.run as usize];
            if place.0 > 0 {
                let first = pieces[place.0 as usize - 1].path.display();
                return Err(Error::usage(format!("run {} again; it is in {first} too", task.run))
                    .allowed("each run once")
                    .at(here(count + 2)));
            }
            *place = (number as u32 + 1, start);
        }
    }
    missing(&plan, &places, &pieces)?;
    let mut table = Table::new(Some(out), columns)?;
    for (number, start) in &places {
        let piece = &pieces[*number as usize - 1];
        let line = line_at(&piece.file, *start).map_err(|error| unreadable(&piece.path, &error))?;
        table.lines(&line)?;
    }
    table.finish(&plan.write(None))?;
    Ok(plan.runs())
}

/// Opens shards, all of which must be of one plan.
fn open(paths: &[PathBuf], models: &Models) -> Result<(Plan, Vec<Piece>)> {
    let mut plan: Option<(Plan, String)> = None;
    let mut pieces = Vec::new();
    for path in paths {
        let place = path.display();
        if Form::of(path)? != Form::Csv {
            return Err(Error::usage("shards are joined from CSV").allowed("shards whose names end in .csv").at(place));
        }
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let no_recipe = || Error::usage("its recipe is not beside it").allowed(recipe_beside(path).display().to_string());
        let text = recipe_of(path)?.ok_or_else(|| no_recipe().at(&place))?;
        let (own, shard) = Plan::read(&text, &recipe_beside(path).display().to_string(), models)?;
        if own.fit.is_some() {
            return Err(Error::usage(
                "it is the table of a fit, which has no shards: what it runs next follows from what all its runs have read",
            )
            .allowed("shards that `flockwork sweep --shard` made")
            .at(place));
        }
        let whole = own.write(None);
        match &plan {
            Some((_, first)) if *first != whole => {
                return Err(Error::usage(format!("it is of another plan than {}", paths[0].display())).at(place));
            }
            Some(_) => {}
            None => plan = Some((own, whole)),
        }
        pieces.push(Piece { path: path.clone(), shard, file });
    }
    let (plan, _) = plan.ok_or_else(|| Error::usage("no shard is named").allowed("the tables of all shards of one plan"))?;
    Ok((plan, pieces))
}

/// An error where runs are missing: how many, and in which shards they would be.
fn missing(plan: &Plan, places: &[Place], pieces: &[Piece]) -> Result<()> {
    /// Runs, or shards, that are named.
    const NAMED: usize = 5;
    let gaps: Vec<u64> = (0..).zip(places).filter(|(_, place)| place.0 == 0).map(|(run, _)| run).collect();
    if gaps.is_empty() {
        return Ok(());
    }
    let named = |numbers: &mut dyn Iterator<Item = String>| {
        let mut named: Vec<String> = numbers.take(NAMED + 1).collect();
        if named.len() > NAMED {
            named[NAMED] = "…".into();
        }
        named.join(", ")
    };
    let parts = pieces.iter().find_map(|piece| piece.shard).map_or(1, |Shard(_, parts)| parts);
    let absent = (1..=parts).filter(|part| pieces.iter().all(|piece| piece.shard != Some(Shard(*part, parts))));
    let absent = named(&mut absent.map(|part| format!("{part}/{parts}")));
    let hint = if absent.is_empty() || parts == 1 { String::new() } else { format!("; no file is of shard {absent}") };
    let runs = named(&mut gaps.iter().map(u64::to_string));
    Err(Error::failure(format!("{} of {} runs are missing: {runs}{hint}", gaps.len(), plan.runs())))
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::failure(format!("cannot be read: {error}")).at(path.display())
}

/// Lines of a file, with the place where each begins.
struct Lines<'a> {
    reader: BufReader<&'a File>,
    at: u64,
}

impl<'a> Lines<'a> {
    fn new(file: &'a File) -> Self {
        Self { reader: BufReader::new(file), at: 0 }
    }
}

impl Iterator for Lines<'_> {
    type Item = io::Result<(u64, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        let (start, mut line) = (self.at, String::new());
        match self.reader.read_line(&mut line) {
            Ok(0) => None,
            Ok(length) => {
                self.at += length as u64;
                Some(Ok((start, line)))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

fn line_at(mut file: &File, start: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(start))?;
    let mut line = String::new();
    BufReader::with_capacity(1 << 10, file.take(u64::MAX)).read_line(&mut line)?;
    if !line.ends_with('\n') {
        line.push('\n');
    }
    Ok(line)
}

//! A data set: many runs, each filmed for a while, with all that is true of them.

use super::{
    Event, EventCamera, Film, Labels,
    files::{Columns, Numbers, Writer},
};
use crate::{
    error::{Error, Result},
    lab::Lab,
    measures::Observer,
    output::Output,
    scene::{Action, Scene, Value},
    sim::{Chance, Simulation, maths},
    statistics::settles,
};
use serde::{Deserialize, Serialize};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Shares of the runs that are for training, and for training or validation; the rest is for testing.
const SPLITS: [f64; 2] = [0.7, 0.85];

/// What a data set is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scene; its seed is the master seed.
    pub scene: Scene,
    /// The camera.
    pub camera: EventCamera,
    /// The number of runs.
    pub runs: u64,
    /// How often a run is filmed, and for how many seconds each time.
    pub segments: u32,
    /// Seconds of a segment.
    pub seconds: f64,
    /// Steps of a run: what has not converged by then is said not to.
    pub horizon: u64,
    /// First and last step at which a segment may begin.
    pub begin: [u64; 2],
    /// Range of the interaction strength, drawn evenly in its logarithm.
    pub strength: [f64; 2],
    /// Numbers of agents, one of which is drawn; none: the scene's own.
    pub agents: Vec<u32>,
    /// In the middle of each segment the interaction strength jumps to another draw.
    pub stepped: bool,
    /// Ending of the files of events.
    pub format: String,
}

/// One segment of one run: a line of the manifest. Files are named from the folder of the data set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Segment {
    /// The run, and the segment of it.
    pub run: u64,
    /// The segment.
    pub segment: u32,
    /// `train`, `validation` or `test`: the same for all segments of a run.
    pub split: String,
    /// The events.
    pub events: String,
    /// What is true at each step, and of each agent.
    pub labels: String,
    /// The frames of an ordinary camera.
    pub frames: String,
    /// The model.
    pub model: String,
    /// The seed of the run.
    pub seed: u64,
    /// The number of agents.
    pub agents: u32,
    /// The interaction strength (at the end of the segment).
    pub interaction: f64,
    /// First step that was filmed.
    pub first_step: u64,
    /// Last step that was filmed.
    pub last_step: u64,
    /// Steps in a second.
    pub steps_per_second: f64,
    /// Whether the run converges.
    pub converges: bool,
    /// The step from which on it has converged; nothing where it has not by the horizon.
    pub convergence_step: Option<u64>,
    /// Order at the end of the segment.
    pub order: f64,
    /// Events, and how many of them agents made.
    pub event_count: u64,
    /// Events that agents made.
    pub signal_count: u64,
    /// Columns of the sensor.
    pub width: u32,
    /// Rows of the sensor.
    pub height: u32,
}

/// The columns of the manifest's table.
const COLUMNS: &str = "run,segment,split,events,labels,frames,model,seed,agents,interaction,first_step,last_step,\
                       steps_per_second,converges,convergence_step,order,event_count,signal_count,width,height";

impl Segment {
    fn row(&self) -> String {
        let Self { run, segment, split, events, labels, frames, model, seed, agents, interaction, .. } = self;
        let Self {
            first_step, last_step, steps_per_second, converges, order, event_count, signal_count, width, height, ..
        } = self;
        let step = self.convergence_step.map_or(String::new(), |step| step.to_string());
        format!(
            "{run},{segment},{split},{events},{labels},{frames},{model},{seed},{agents},{interaction},{first_step},{last_step},\
             {steps_per_second},{converges},{step},{order},{event_count},{signal_count},{width},{height}"
        )
    }
}

/// What a plan comes to.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// Hours of film.
    pub hours: f64,
    /// Events.
    pub events: f64,
    /// Bytes.
    pub bytes: f64,
    /// Seconds of work of one core.
    pub work: f64,
}

impl Plan {
    /// The part of a data set to which a run belongs: a draw of its number alone.
    fn split(&self, run: u64) -> &'static str {
        let draw = Chance::new(self.scene.seed, run, "dataset: split").uniform(0, 0);
        if draw < SPLITS[0] {
            "train"
        } else if draw < SPLITS[1] {
            "validation"
        } else {
            "test"
        }
    }

    fn steps_per_second(&self) -> f64 {
        f64::from(if self.camera.steps_per_second > 0.0 { self.camera.steps_per_second } else { self.scene.speed })
    }

    /// Steps of a segment.
    fn length(&self) -> u64 {
        (self.seconds * self.steps_per_second()).round().max(1.0) as u64
    }

    /// Checks that the plan can be carried out.
    ///
    /// # Errors
    /// Where the strength cannot take its range, or the segments do not fit into the runs.
    pub fn check(&self, lab: &Lab) -> Result<()> {
        let model = lab.model_of(&self.scene);
        let strength = model.strength().ok_or_else(|| Error::usage("the scene has no interaction strength"))?;
        for end in self.strength {
            strength.check(&Value::Number(end))?;
        }
        if self.strength[0] <= 0.0 || self.strength[1] < self.strength[0] {
            return Err(Error::usage("the range of the strength is empty").allowed("LOW:HIGH, both above 0"));
        }
        if model.measures().is_empty() {
            return Err(Error::usage("the scene has no order parameter"));
        }
        if !self.agents.is_empty() {
            let number = model.parameter("agents")?;
            self.agents.iter().try_for_each(|agents| number.check(&Value::Number((*agents).into())).map(drop))?;
        }
        let last = self.begin[1] + self.length() * u64::from(self.segments);
        if self.begin[0] > self.begin[1] || last > self.horizon {
            return Err(Error::usage(format!("segments may last until step {last}"))
                .allowed(format!("up to the horizon, step {}", self.horizon)));
        }
        Ok(())
    }

    /// The scene of a run, and the strength to which it jumps in the middle of a segment.
    fn scene(&self, lab: &Lab, run: u64) -> Result<(Scene, f64)> {
        let chance = Chance::new(self.scene.seed, run, "dataset: run");
        let model = lab.model_of(&self.scene);
        let strength = &model.strength().expect("checked").path;
        let [low, high] = self.strength.map(maths::ln);
        let draw =
            |number: u32| maths::exp(low + (high - low) * chance.uniform(number, 0)).clamp(self.strength[0], self.strength[1]);
        // Seeds keep to 53 bits, so that every program that reads the manifest keeps them whole.
        let mut scene = Scene { seed: chance.bits(2, 0) >> 11, ..self.scene.clone() };
        model.set(&mut *scene.model.params, strength, &Value::Number(draw(0)))?;
        if !self.agents.is_empty() {
            let agents = self.agents[chance.below(3, 0, self.agents.len() as u32) as usize];
            model.set(&mut *scene.model.params, "agents", &Value::Number(agents.into()))?;
        }
        Ok((scene, draw(1)))
    }

    /// First step of each segment of a run, in ascending order and without overlap.
    fn begins(&self, run: u64) -> Vec<u64> {
        let chance = Chance::new(self.scene.seed, run, "dataset: segments");
        let [from, to] = self.begin;
        let mut begins: Vec<u64> =
            (0..self.segments).map(|segment| from + u64::from(chance.below(segment, 0, (to - from + 1) as u32))).collect();
        begins.sort_unstable();
        for segment in 1..begins.len() {
            begins[segment] = begins[segment].max(begins[segment - 1] + self.length());
        }
        begins
    }

    /// What the plan comes to, from a short film of one of its runs.
    ///
    /// # Errors
    /// Where the run cannot be made.
    pub fn estimate(&self, lab: &Lab) -> Result<Estimate> {
        let folder = tempfile::tempdir().map_err(|error| Error::failure(format!("no temporary folder: {error}")))?;
        let begin = std::time::Instant::now();
        let small = Self { runs: 2, ..self.clone() };
        let mut events = 0.0;
        for run in 0..small.runs {
            events += small.make(lab, run, folder.path())?.iter().map(|segment| segment.event_count as f64).sum::<f64>();
        }
        let share = self.runs as f64 / small.runs as f64;
        let hours = self.runs as f64 * f64::from(self.segments) * self.seconds / 3600.0;
        let bytes = size(folder.path()) as f64;
        Ok(Estimate { hours, events: events * share, bytes: bytes * share, work: begin.elapsed().as_secs_f64() * share })
    }

    /// Makes the runs of a shard that are not there yet, many at once, and then the manifest of all that are. `done` is called
    /// after each with the number of runs done and to do.
    ///
    /// # Errors
    /// Where a run cannot be made, the disk is full, or the folder holds another plan's runs.
    pub fn carry_out(&self, lab: &Lab, folder: &Path, shard: [u64; 2], done: impl Fn(u64, u64) + Sync) -> Result<Vec<Segment>> {
        self.check(lab)?;
        let unwritable = |error: std::io::Error| Error::failure(format!("cannot be written: {error}")).at(folder.display());
        fs::create_dir_all(folder.join("runs")).map_err(unwritable)?;
        self.claim(folder)?;
        let mine = (0..self.runs).filter(|run| run % shard[1] == shard[0] - 1);
        let missing: Vec<u64> = mine.filter(|run| !place(folder, *run).join("run.json").exists()).collect();
        // Threads of their own: a run waits for the threads of its simulation, and one of rayon's would take up another run while
        // it waits, and another while that one waits.
        let next = AtomicUsize::new(0);
        let result = Mutex::new((Ok(()), 0));
        std::thread::scope(|scope| {
            for _ in 0..rayon::current_num_threads() {
                scope.spawn(|| {
                    while let Some(run) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let made = self.make(lab, *run, folder);
                        let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
                        result.1 += 1;
                        done(result.1, missing.len() as u64);
                        if let Err(error) = made {
                            result.0 = Err(error);
                            next.store(missing.len(), Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        result.into_inner().unwrap_or_else(PoisonError::into_inner).0?;
        self.manifest(folder)
    }

    /// Writes the plan into the folder, or checks that it is the one that is there.
    fn claim(&self, folder: &Path) -> Result<()> {
        let path = folder.join("plan.json");
        let plan = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "scene": self.scene.write(),
            "camera": serde_json::to_value(&self.camera).expect("plain fields"),
            "segments": self.segments, "seconds": self.seconds, "horizon": self.horizon, "begin": self.begin,
            "interaction": self.strength, "agents": self.agents, "stepped": self.stepped, "format": self.format,
            "licence": "CC0-1.0",
        });
        let text = serde_json::to_string_pretty(&plan).expect("plain fields") + "\n";
        match fs::read_to_string(&path) {
            Ok(found) if found == text => Ok(()),
            Ok(_) => Err(Error::usage("the folder holds the runs of another plan")
                .allowed("the same settings, or a new folder")
                .at(path.display())),
            Err(_) => Output::save(&path, text.as_bytes()),
        }
    }

    /// Makes one run. It has its name when it is whole.
    fn make(&self, lab: &Lab, run: u64, folder: &Path) -> Result<Vec<Segment>> {
        let (scene, jump) = self.scene(lab, run)?;
        let last = place(folder, run);
        let part = last.with_extension("part");
        let unwritable = |error: std::io::Error| Error::failure(format!("cannot be written: {error}")).at(part.display());
        let _ = fs::remove_dir_all(&part);
        fs::create_dir_all(&part).map_err(unwritable)?;
        let mut simulation = Simulation::new(&scene, lab.models(), Some(1))?;
        let first = simulation.model().measures()[0];
        let mut observer = Observer::new([first], &simulation)?;
        let mut order = vec![observer.numbers(&simulation)[0]];
        let mut segments = Vec::new();
        for (number, begin) in self.begins(run).into_iter().enumerate() {
            while simulation.clock().step < begin {
                simulation.step()?;
                order.push(observer.numbers(&simulation)[0]);
            }
            let jump = self.stepped.then_some(jump);
            let segment;
            (simulation, segment) = self.film(simulation, jump, run, number as u32, &part, &mut order)?;
            segments.push(segment);
        }
        while simulation.clock().step < self.horizon {
            simulation.step()?;
            order.push(observer.numbers(&simulation)[0]);
        }
        let converged = settles(&order).map(|step| step as u64);
        for segment in &mut segments {
            (segment.converges, segment.convergence_step) = (converged.is_some(), converged);
        }
        let mut readings = format!("step,{first}\n");
        order.iter().enumerate().for_each(|(step, order)| {
            let _ = writeln!(readings, "{step},{order}");
        });
        Output::save(&part.join("readings.csv"), readings.as_bytes())?;
        let rows = serde_json::to_string_pretty(&segments).expect("plain fields");
        Output::save(&part.join("run.json"), rows.as_bytes())?;
        let _ = fs::remove_dir_all(&last);
        fs::rename(&part, &last).map_err(unwritable)?;
        Ok(segments)
    }

    /// Films one segment into a folder.
    fn film(
        &self,
        simulation: Simulation,
        jump: Option<f64>,
        run: u64,
        number: u32,
        folder: &Path,
        order: &mut Vec<f64>,
    ) -> Result<(Simulation, Segment)> {
        let name = |kind: &str, ending: &str| format!("{kind}-{number}.{ending}");
        let [events, labels, frames] = [name("events", &self.format), name("labels", "npz"), name("frames", "npz")];
        let first_step = simulation.clock().step;
        let mut file = Writer::new(&folder.join(&events), self.camera.sensor())?;
        let mut truths = Labels::new(&folder.join(&labels))?;
        let side = [u64::from(self.camera.height), u64::from(self.camera.width)];
        let mut images = Columns::new(&folder.join(&frames), &[("frames", Numbers::U8, &side), ("t", Numbers::I64, &[])])?;
        let mut observer = Observer::new([simulation.model().measures()[0]], &simulation)?;
        let mut film = Film::new(simulation, &self.camera);
        let mut seen: Vec<Event> = Vec::new();
        let (mut signal, mut saved, mut truth) = (0, Ok(()), None);
        let mut times = Vec::new();
        let length = self.length();
        for step in 0..=length {
            seen.clear();
            film.watch(&mut seen, |levels, t| {
                let levels: Vec<u8> = levels.iter().map(|level| level.round() as u8).collect();
                if saved.is_ok() {
                    saved = images.put(0, &levels);
                }
                times.extend(t.to_le_bytes());
            });
            std::mem::replace(&mut saved, Ok(()))?;
            file.write(&seen)?;
            signal += seen.iter().filter(|event| event.cause.is_signal()).count() as u64;
            let now = truths.note(&film, &mut observer)?;
            if step > 0 {
                order.push(now.order);
            }
            truth = Some(now);
            if let Some(jump) = jump.filter(|_| step == length / 2) {
                let path = film.run().model().strength().expect("checked").path.clone();
                film.run_mut().act(Action::Set { path, value: Value::Number(jump) })?;
            }
            if step < length {
                film.step()?;
            }
        }
        images.put(1, &times)?;
        let event_count = file.events();
        file.finish()?;
        truths.finish()?;
        images.finish()?;
        let truth = truth.expect("a segment has a step");
        let run_folder = format!("runs/{run:06}");
        let segment = Segment {
            run,
            segment: number,
            split: self.split(run).into(),
            events: format!("{run_folder}/{events}"),
            labels: format!("{run_folder}/{labels}"),
            frames: format!("{run_folder}/{frames}"),
            model: film.run().model().name().into(),
            seed: film.run().clock().seed,
            agents: film.frame().ids.len() as u32,
            interaction: truth.interaction,
            first_step,
            last_step: truth.step,
            steps_per_second: film.eye().steps_per_second(),
            converges: false,
            convergence_step: None,
            order: truth.order,
            event_count,
            signal_count: signal,
            width: self.camera.width,
            height: self.camera.height,
        };
        Ok((film.into_run(), segment))
    }

    /// Writes the manifest of all runs that are there, as a table and as JSON.
    fn manifest(&self, folder: &Path) -> Result<Vec<Segment>> {
        let mut segments = Vec::new();
        for run in 0..self.runs {
            if let Ok(text) = fs::read_to_string(place(folder, run).join("run.json")) {
                let rows: Vec<Segment> = serde_json::from_str(&text)
                    .map_err(|error| Error::failure(format!("damaged: {error}")).at(place(folder, run).display()))?;
                segments.extend(rows);
            }
        }
        let table: String =
            std::iter::once(COLUMNS.to_owned()).chain(segments.iter().map(Segment::row)).map(|row| row + "\n").collect();
        Output::save(&folder.join("manifest.csv"), table.as_bytes())?;
        let text = serde_json::to_string_pretty(&segments).expect("plain fields");
        Output::save(&folder.join("manifest.json"), text.as_bytes())?;
        Ok(segments)
    }
}

/// The folder of a run.
fn place(folder: &Path, run: u64) -> PathBuf {
    folder.join(format!("runs/{run:06}"))
}

/// Bytes of all files in a folder.
pub fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let of = |entry: fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => size(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.flatten().map(of).sum()
}

/// Reads the manifest of a data set.
///
/// # Errors
/// Where there is none, or it is damaged.
pub fn read_manifest(folder: &Path) -> Result<Vec<Segment>> {
    let path = folder.join("manifest.json");
    let text = fs::read_to_string(&path).map_err(|error| {
        Error::failure(format!("cannot be read: {error}")).allowed("a folder that `flockwork dataset` made").at(path.display())
    })?;
    serde_json::from_str(&text).map_err(|error| Error::failure(format!("damaged: {error}")).at(path.display()))
}

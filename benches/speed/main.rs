//! How fast models step, beside tight kernels of the same rules in the same run: `make bench`.
//!
//! A kernel is what one would write for one rule alone: bare arrays, one thread, no entities, no schedule, no parameters
//! that change. It begins from the same state, draws the same draws and must end in the same state to the last bit, so
//! that both do the same work. They are timed in turns, a batch of steps of one, then of the other; what is told is the
//! median of the batches. On one thread it is processor time, on two the time that passes.

mod boids;
mod kuramoto;
mod study;
mod swarmalators;
mod vicsek;
#[cfg(feature = "window")]
mod window;

use flockwork::{
    lab::Lab,
    scene::{Kind, Params, Scene, Value},
    sim::{AnyModel, Setting, Shot, Simulation, maths},
};
use std::{collections::VecDeque, env, time::Instant};

/// Batches of steps, of which the median is told.
const BATCHES: usize = 7;
/// Seconds of a batch, about.
const SECONDS: f64 = 0.15;
/// Seconds of the longest step that is timed.
const LONGEST: f64 = 3.0;

/// A rule as a tight kernel.
trait Kernel {
    /// Takes one step.
    fn step(&mut self);
    /// The sum of everything that the state consists of, by bits, in whatever order.
    fn digest(&self) -> u64;
}

/// Makes the kernel that stands where a simulation stands.
type OfSimulation = fn(&Simulation) -> Box<dyn Kernel>;

/// What is timed: a model with some settings, and its kernel, if it has one.
struct Family {
    name: &'static str,
    model: &'static str,
    /// The settings for so many agents.
    setting: fn(u32) -> Setting,
    kernel: Option<OfSimulation>,
    /// The numbers of agents, smallest first.
    sizes: &'static [u32],
}

const SIZES: &[u32] = &[1_000, 10_000, 100_000, 1_000_000];

fn families() -> Vec<Family> {
    let mut families = vec![
        Family { name: "Vicsek", model: "vicsek", setting: vicsek::setting, kernel: Some(vicsek::kernel), sizes: SIZES },
        Family {
            name: "boids, synchronous",
            model: "boids",
            setting: boids::setting,
            kernel: Some(boids::kernel),
            sizes: SIZES,
        },
        Family {
            name: "Kuramoto, complete",
            model: "kuramoto",
            setting: kuramoto::complete,
            kernel: Some(kuramoto::kernel),
            sizes: SIZES,
        },
        Family {
            name: "Kuramoto, random network of degree 4",
            model: "kuramoto",
            setting: kuramoto::sparse,
            kernel: Some(kuramoto::kernel),
            sizes: SIZES,
        },
        Family {
            name: "swarmalators",
            model: "swarmalators",
            setting: swarmalators::setting,
            kernel: Some(swarmalators::kernel),
            sizes: &[1_000, 4_000],
        },
        Family {
            name: "Vicsek, seven nearest",
            model: "vicsek",
            setting: |agents| vicsek::setting(agents).choice("neighbours", "topological"),
            kernel: None,
            sizes: SIZES,
        },
        Family {
            name: "boids, one after another",
            model: "boids",
            setting: |agents| boids::setting(agents).choice("update", "sequential"),
            kernel: None,
            sizes: SIZES,
        },
    ];
    // Every other model as its own scene sets it.
    let lab = Lab::new();
    let recorded = |model: &dyn AnyModel| model.parameter("agents").is_err();
    for model in lab.models().iter().filter(|model| !recorded(*model)) {
        if families.iter().all(|family| family.model != model.name()) {
            families.push(Family {
                name: model.name(),
                model: model.name(),
                setting: |_| Setting::new(),
                kernel: None,
                sizes: SIZES,
            });
        }
    }
    families
}

/// The simulation of a family with so many agents, at the density of the model's own scene unless the family says
/// otherwise; nothing if the model does not allow so many.
fn simulation(family: &Family, agents: u32, threads: usize) -> Option<Simulation> {
    let lab = Lab::new();
    let model = lab.models().find(family.model).expect("a model of the house");
    let mut scene = Scene { seed: 1, ..model.scene() };
    let own = Simulation::new(&scene, lab.models(), Some(1)).expect("a model of the house").agents().space();
    let params = &mut *scene.model.params;
    let number = |params: &dyn Params, path: &str| model.get(params, path).ok().and_then(|value| value.number());
    let before = number(params, "agents").expect("every family has agents");
    model.set(params, "agents", &Value::Number(agents.into())).ok()?;
    let ratio = f64::from(agents) / before;
    let factor = if own.is_flat() { ratio.sqrt() } else { maths::cbrt(ratio) };
    let sides: &[&str] = if model.parameter("size").is_ok() { &["size"] } else { &["length", "width"] };
    for side in sides.iter().filter(|_| model.parameter(sides[0]).is_ok()) {
        let whole = matches!(model.parameter(side).ok()?.kind, Kind::Number { whole: true, .. });
        let length = factor * number(params, side)?;
        model.set(params, side, &Value::Number(if whole { length.round() } else { length })).ok()?;
    }
    for (path, value) in (family.setting)(agents).0 {
        model.set(params, path, &value).expect("a setting of the model");
    }
    Some(Simulation::new(&scene, lab.models(), Some(threads)).expect("a model of the house"))
}

/// Nanoseconds that something takes.
fn time(act: impl FnOnce()) -> f64 {
    let start = Instant::now();
    act();
    start.elapsed().as_secs_f64() * 1e9
}

/// Nanoseconds of processor time that something takes, on all threads, where the system tells them: other work on the
/// machine counts little.
fn work(act: impl FnOnce()) -> f64 {
    let spent = || -> Option<f64> {
        let threads = std::fs::read_dir("/proc/self/task").ok()?;
        let of_thread = |folder: std::io::Result<std::fs::DirEntry>| -> Option<f64> {
            let text = std::fs::read_to_string(folder.ok()?.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse().ok()
        };
        threads.map(of_thread).sum()
    };
    let before = spent();
    let passed = time(act);
    before.and_then(|before| Some(spent()? - before)).unwrap_or(passed)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn steps_of(run: &mut Simulation, steps: u32) {
    (0..steps).for_each(|_| run.step().expect("nobody acts"));
}

/// Nanoseconds per agent-step of one family, by size: on one thread, of the kernel, and on two threads. It ends where the
/// model allows no more agents, and where a step would take longer than [`LONGEST`].
fn measure(family: &Family, sizes: &[u32]) -> Vec<(u32, f64, Option<f64>, f64)> {
    let mut rows: Vec<(u32, f64, Option<f64>, f64)> = Vec::new();
    for agents in sizes {
        let step = |row: &(u32, f64, Option<f64>, f64)| 1e-9 * f64::from(row.0) * row.1;
        let expected = match rows.as_slice() {
            [.., before, last] => step(last) * step(last) / step(before),
            [last] => step(last) * f64::from(agents / last.0),
            [] => 0.0,
        };
        if expected > LONGEST {
            break;
        }
        let Some((mut one, mut two)) = simulation(family, *agents, 1).zip(simulation(family, *agents, 2)) else { break };
        let mut kernel = family.kernel.map(|make| make(&one));
        let first = time(|| steps_of(&mut one, 2));
        steps_of(&mut two, 2);
        let steps = (SECONDS * 1e9 / (first / 2.0)).clamp(1.0, 10_000.0) as u32;
        if let Some(kernel) = &mut kernel {
            (0..2).for_each(|_| kernel.step());
        }
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..BATCHES {
            times[0].push(work(|| steps_of(&mut one, steps)));
            if let Some(kernel) = &mut kernel {
                times[1].push(work(|| (0..steps).for_each(|_| kernel.step())));
            }
            times[2].push(time(|| steps_of(&mut two, steps)));
        }
        let each = f64::from(steps) * f64::from(*agents);
        if let Some(kernel) = &kernel {
            assert_eq!(digest(&one), kernel.digest(), "{}: kernel and model differ", family.name);
        }
        assert_eq!(one.hash(), two.hash(), "{}: one thread and two differ", family.name);
        let [one, kernel, two] = times.map(|times| (!times.is_empty()).then(|| median(times) / each));
        rows.push((*agents, one.expect("it was timed"), kernel, two.expect("it was timed")));
    }
    rows
}

/// The state of a simulation as [`Kernel::digest`] sums it up.
fn digest(run: &Simulation) -> u64 {
    let agents = run.agents();
    let positions =
        agents.with_positions(|all| all.map_or(0, |all| all.iter().map(|at| sum_of(&[at.x, at.y])).fold(0, u64::wrapping_add)));
    let headings =
        agents.with_headings(|all| all.map_or(0, |all| all.iter().map(|at| sum_of(&[at.x, at.y])).fold(0, u64::wrapping_add)));
    let phases = agents.column::<flockwork::sim::Phase>().unwrap_or_default();
    phases.iter().map(|phase| phase.0.to_bits()).fold(positions.wrapping_add(headings), u64::wrapping_add)
}

/// The bits of numbers in single precision, added up; negative zero is zero.
fn sum_of(numbers: &[f32]) -> u64 {
    numbers.iter().map(|number| u64::from((number + 0.0).to_bits())).sum()
}

/// What a process of this kind holds in memory now, in bytes.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0)
}

/// Frames beside steps, and memory.
fn frames(sizes: &[u32]) {
    println!(
        "\n### Frames and memory (Vicsek, one thread)\n\n| agents | step, ns an agent | handing over, ns an agent | handing over / step | in order, by who looks, ns an agent | bytes an agent with three frames |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    let family = &families()[0];
    for agents in sizes {
        let before = resident();
        let mut run = simulation(family, *agents, 1).expect("so many agents");
        let look = run.model().scene().view;
        let look = flockwork::scene::Look { trails: 0, ..look };
        let mut shot = Shot::default();
        let (mut steps, mut handed, mut whole, mut kept) = (Vec::new(), Vec::new(), Vec::new(), VecDeque::new());
        let count = (2_000_000 / agents).max(2);
        for _ in 0..BATCHES {
            steps.push(work(|| steps_of(&mut run, count)) / f64::from(count));
            handed.push(work(|| (0..count).for_each(|_| drop(shot.take(&run, &look)))) / f64::from(count));
            let mut keep = |frame| {
                kept.push_back(frame);
                kept.drain(..kept.len().saturating_sub(3));
            };
            whole.push(work(|| (0..count).for_each(|_| keep(shot.frame(&run, &look)))) / f64::from(count));
        }
        let bytes = (resident() - before) / f64::from(*agents);
        let [step, handed, whole] = [steps, handed, whole].map(|times| median(times) / f64::from(*agents));
        println!(
            "| {agents} | {step:.1} | {handed:.2} | {:.1} % | {:.2} | {bytes:.0} |",
            100.0 * handed / step,
            whole - handed
        );
    }
}

fn main() {
    // Cargo adds `--bench`. What is left: names of families, and a largest number of agents.
    let args: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let most = args.iter().find_map(|arg| arg.parse::<u32>().ok()).unwrap_or(u32::MAX);
    let wanted: Vec<&String> = args.iter().filter(|arg| arg.parse::<u32>().is_err()).collect();
    let sizes: Vec<u32> = SIZES.iter().copied().filter(|size| *size <= most).collect();
    println!("Flockwork {}; nanoseconds per agent-step.\n", env!("CARGO_PKG_VERSION"));
    println!(
        "| family | agents | kernel | one thread | ratio | two threads | speed-up |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    for family in
        families().iter().filter(|family| wanted.is_empty() || wanted.iter().any(|name| family.name.contains(name.as_str())))
    {
        let sizes: Vec<u32> = family.sizes.iter().copied().filter(|size| *size <= most).collect();
        let rows = measure(family, &sizes);
        for (agents, one, kernel, two) in &rows {
            let told = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.2}"));
            println!(
                "| {} | {agents} | {} | {one:.2} | {} | {two:.2} | {:.2} |",
                family.name,
                told(*kernel),
                told(kernel.map(|kernel| one / kernel)),
                one / two
            );
        }
        let at = |size: u32| rows.iter().find(|row| row.0 == size).map(|row| row.1);
        if let (Some(few), Some(many)) = (at(10_000), at(1_000_000)) {
            println!("| {}: growth from 10⁴ to 10⁶ | | | {:.2} × | | | |", family.name, many / few);
        }
    }
    if wanted.is_empty() || wanted.iter().any(|name| "frames".contains(name.as_str())) {
        frames(&sizes);
    }
    #[cfg(feature = "window")]
    if wanted.is_empty() || wanted.iter().any(|name| "window".contains(name.as_str())) {
        window::tell(&sizes);
    }
    if wanted.is_empty() || wanted.iter().any(|name| "study".contains(name.as_str())) {
        study::tell(most);
    }
}

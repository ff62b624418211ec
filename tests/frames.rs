//! What a model offers to pictures reaches the frame: walls, fields, zones, links, mean motion, space against time.

use bevy_ecs::{resource::Resource, system::ResMut};
use bevy_math::{Vec2, Vec3};
use bevy_reflect::Reflect;
use flockwork::{
    error::Result,
    scene::{Layout, Links, Look, Strength},
    sim::{
        Boundary, ChannelSpec, Fact, Field, Fields, Heading, Model, Models, Network, Position, Reach, Scale, Setup, Shot,
        Simulation, Source, Space, Wall, Walls, Zone,
    },
};
use serde::{Deserialize, Serialize};

/// Agents that stand still on a road, with all that a model may offer.
#[derive(Resource, Reflect, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Stage {
    /// Does nothing.
    #[reflect(@0.0..=1.0f32, @Strength::Rising)]
    strength: f32,
}

impl Model for Stage {
    const NAME: &'static str = "stage";
    const TITLE: &'static str = "Stage";
    const SOURCES: &'static [Source] = &[];
    const MEASURES: &'static [&'static str] = &["polarisation"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.space(Space { size: Vec2::new(300.0, 30.0), ..Space::square(1.0, Boundary::Periodic) });
        setup.column::<Position>();
        setup.column::<Heading>();
        setup.derived(Network::of(4, [(0, 1), (1, 2), (2, 3), (3, 0)]));
        setup.walls(Walls(vec![Wall::Disc { centre: Vec3::new(5.0, 5.0, 0.0), radius: 2.0 }]));
        let spec = |name| ChannelSpec { name, unit: "mol", scale: Scale::Magnitude { min: 0.0, max: 0.0 } };
        assert_eq!(setup.field(spec("food"), Field::new(3, 2, 0.25)), 0);
        assert_eq!(setup.field(spec("scent"), Field::new(2, 2, 1.0)), 1);
        setup.spawn([0.5, 1.5, 150.5, 299.5].map(|x| (Position(Vec2::new(x, 15.0)), Heading(Vec2::X))));
        setup.sense(|mut fields: ResMut<Fields>| fields.0[0].values_mut()[5] += 1.0);
        Ok(())
    }

    fn zones(&self) -> Vec<Zone> {
        vec![Zone::round("vision", Reach::Within(1.5))]
    }

    fn facts() -> Vec<Fact> {
        Vec::new()
    }
}

fn run() -> Simulation {
    let models = Models::default().with::<Stage>();
    let scene = models.find("stage").unwrap().scene();
    Simulation::new(&scene, &models, Some(1)).unwrap()
}

#[test]
fn walls_fields_and_zones_are_in_the_frame() {
    let mut run = run();
    run.step().unwrap();
    let frame = Shot::default().frame(&run, &Look::default());
    assert_eq!(frame.agents, 4);
    assert_eq!(frame.walls[..], [Wall::Disc { centre: Vec3::new(5.0, 5.0, 0.0), radius: 2.0 }]);
    assert_eq!(frame.zones[..], [Zone::round("vision", Reach::Within(1.5))]);
    let grid = frame.grid.unwrap();
    assert_eq!((grid.channel.name.as_str(), grid.width, grid.height, grid.sites), ("food", 3, 2, false));
    assert_eq!(grid.channel.values[..], [0.25, 0.25, 0.25, 0.25, 0.25, 1.25]);
    assert_eq!(grid.channel.scale, Scale::Magnitude { min: 0.0, max: 2.0 }, "its end is a round number above the data");
    let named = |name: &str| Shot::default().frame(&run, &Look { field: name.into(), ..Look::default() }).grid;
    assert_eq!(named("scent").unwrap().channel.name, "scent");
    assert!(named("none").is_none());
    assert!(frame.links.is_none() && frame.flow.is_none());
}

#[test]
fn fields_and_walls_are_state() {
    let mut first = run();
    let start = first.checkpoint();
    first.step().unwrap();
    let hash = first.hash();
    first.restore(&start);
    assert_ne!(first.hash(), hash, "the field is back at its start");
    first.step().unwrap();
    assert_eq!(first.hash(), hash);
}

#[test]
fn links_and_mean_motion_come_with_the_look() {
    let run = run();
    let frame = |look: &Look| Shot::default().frame(&run, look);
    let network = frame(&Look { links: Links::Network, ..Look::default() }).links.unwrap();
    assert_eq!((network.name, &network.pairs[..]), ("network", &[[0, 1], [0, 3], [1, 2], [2, 3]][..]));
    let live = frame(&Look { links: Links::Neighbours, ..Look::default() }).links.unwrap();
    assert_eq!((live.name, &live.pairs[..]), ("neighbours", &[[0, 1], [0, 3]][..]), "one across the edge");
    let flow = frame(&Look { vectors: true, ..Look::default() }).flow.unwrap();
    assert_eq!((flow.name, flow.means.iter().filter(|mean| mean.is_finite()).count()), ("mean heading", 3));
}

#[test]
fn space_against_time_has_a_row_a_step() {
    let mut run = run();
    let look = Look { layout: Layout::Raster, rows: 10, ..Look::default() };
    let mut shot = Shot::default();
    for _ in 0..3 {
        shot.note(&run, &look);
        run.step().unwrap();
    }
    let frame = shot.frame(&run, &look);
    let grid = frame.grid.unwrap();
    assert_eq!((grid.width, grid.height, grid.sites), (300, 10, true));
    let taken = |line: usize| (0..300).filter(|cell| !grid.channel.values[line * 300 + cell].is_nan()).collect::<Vec<_>>();
    for line in 0..4 {
        assert_eq!(taken(line), [0, 1, 150, 299], "line {line}");
    }
    assert!(taken(4).is_empty(), "before the start there was nothing");
    let [across, time] = frame.axes.unwrap();
    assert_eq!((across.name, across.to, time.name, time.from, time.to), ("x", 300.0, "time", 3.0, -7.0));
    assert!(frame.directions.is_empty() && frame.links.is_none());
    assert_eq!(frame.positions[2], Vec3::new(150.5, 0.5, 0.0), "agents stand in the newest row");
}

//! Which column holds what: names as people write them, and the unit that a name carries.

use super::Count;
use crate::error::{Error, Result};

/// Names of the column of individuals, the most telling first: where a file numbers rows and tracks, `id` is the row's.
const IDS: &[&str] = &[
    "track_id",
    "trackid",
    "track",
    "trajectory_id",
    "trajectory",
    "individual_id",
    "individual",
    "agent_id",
    "agentid",
    "agent",
    "ped_id",
    "pedid",
    "ped",
    "pedestrian_id",
    "pedestrian",
    "person_id",
    "personid",
    "persid",
    "person",
    "pid",
    "animal_id",
    "animal",
    "bird",
    "fish",
    "particle_id",
    "particle",
    "object_id",
    "object",
    "identity",
    "id",
    "name",
];
/// Names of the column of frames.
const FRAMES: &[&str] =
    &["frame", "frames", "frame_id", "frameid", "frame_number", "frame_no", "frame_index", "fr", "step", "tick"];
/// Names of the column of times.
const TIMES: &[&str] = &["time", "t", "timestamp", "time_stamp", "times", "seconds", "sec", "position_t"];
/// Names of the column of x; those of y and z have their letter for x.
const XS: &[&str] = &[
    "x",
    "pos_x",
    "x_pos",
    "posx",
    "xpos",
    "position_x",
    "x_position",
    "x_coord",
    "coord_x",
    "x_coordinate",
    "centroid_x",
    "x_centroid",
    "center_x",
    "x_center",
    "head_x",
    "location_x",
];

/// What the columns of a text hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub id: usize,
    pub when: usize,
    pub count: Count,
    /// A column of times beside that of frames, and the length of its unit in seconds, where its name tells.
    pub time: Option<(usize, Option<f64>)>,
    pub x: usize,
    pub y: usize,
    /// Tracks in space have it.
    pub z: Option<usize>,
    pub unit: Option<&'static str>,
    /// The names as they stand, for errors.
    pub names: Vec<String>,
}

impl Header {
    /// Finds the columns by their names.
    ///
    /// # Errors
    /// Names a column that is missing, those found and those accepted.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let parts: Vec<(String, Option<String>)> = names.iter().map(|name| split(name)).collect();
        let swapped = |axis: &str| XS.iter().map(|name| swap_axis(name, axis)).collect::<Vec<String>>();
        let (ys, zs) = (swapped("y"), swapped("z"));
        let ys: Vec<&str> = ys.iter().map(String::as_str).collect();
        let zs: Vec<&str> = zs.iter().map(String::as_str).collect();
        let seek = |accepted: &[&str]| accepted.iter().find_map(|accepted| parts.iter().position(|(base, _)| base == accepted));
        let missing = |what: &str, accepted: &[&str]| {
            Error::usage(format!("no column of {what} among the names '{}'", names.join(", "))).allowed(accepted.join(", "))
        };
        let id = seek(IDS).ok_or_else(|| missing("individuals", IDS))?;
        let (frame, time) = (seek(FRAMES), seek(TIMES));
        let (count, when) = match (frame, time) {
            (Some(frame), _) => (Count::Frames, frame),
            (None, Some(time)) => (seconds(&parts[time]).map_or(Count::Untold, Count::Seconds), time),
            (None, None) => return Err(missing("frames or times", &[FRAMES, TIMES].concat())),
        };
        let x = seek(XS).ok_or_else(|| missing("x", XS))?;
        let y = seek(&ys).ok_or_else(|| missing("y", &ys))?;
        let z = seek(&zs);
        for column in [id, when, x, y].into_iter().chain(z) {
            if parts.iter().filter(|(base, _)| *base == parts[column].0).count() > 1 {
                return Err(Error::usage(format!("more than one column is called '{}'", names[column]))
                    .allowed("one column each of individuals, of frames or times, of x, of y and of z"));
            }
        }
        let unit = |column: usize| parts[column].1.as_deref().and_then(length_unit);
        // A z without a unit has that of x.
        let z_told = z.filter(|z| unit(*z).is_some());
        if let Some(other) = [Some(y), z_told].into_iter().flatten().find(|other| unit(*other) != unit(x)) {
            return Err(Error::usage(format!("'{}' and '{}' differ in unit", names[x], names[other])));
        }
        let time = time.filter(|_| frame.is_some()).map(|time| (time, seconds(&parts[time])));
        Ok(Self { id, when, count, time, x, y, z, unit: unit(x), names })
    }

    /// The order of PeTrack's columns, which a file without a line of names has.
    pub fn of_petrack() -> Self {
        Self::of(["id", "frame", "x", "y", "z"]).expect("these are names of columns")
    }

    /// The name of a column.
    pub fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }
}

/// A name in small letters, apart from the unit that stands in it: `X/cm`, `x [cm]`, `x (cm)`, `x_cm`.
fn split(name: &str) -> (String, Option<String>) {
    let name = name.trim().to_lowercase();
    let tidy = |base: &str| base.trim().replace([' ', '-', '.'], "_");
    if let Some((base, unit)) = name.split_once(['/', '[', '(']) {
        let unit = unit.trim_matches(|letter: char| " ])".contains(letter));
        return (tidy(base), Some(unit.to_owned()));
    }
    match name.rsplit_once(['_', ' ', '.']) {
        Some((base, unit)) if length_unit(unit).is_some() || time_unit(unit).is_some() => (tidy(base), Some(unit.to_owned())),
        _ => (tidy(&name), None),
    }
}

/// `pos_x` reads `pos_y` or `pos_z`; the x of no accepted name stands for anything else.
fn swap_axis(name: &str, axis: &str) -> String {
    name.replace('x', axis)
}

/// The unit of length of this name.
fn length_unit(name: &str) -> Option<&'static str> {
    Some(match name {
        "m" | "metre" | "metres" | "meter" | "meters" => "m",
        "cm" => "cm",
        "mm" => "mm",
        "um" | "µm" | "μm" | "micron" | "microns" => "µm",
        "km" => "km",
        "px" | "pixel" | "pixels" => "px",
        _ => return None,
    })
}

/// The length in seconds of the unit of time of this name.
fn time_unit(name: &str) -> Option<f64> {
    Some(match name {
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "ms" | "msec" | "milliseconds" => 1e-3,
        "us" | "µs" | "microseconds" => 1e-6,
        "min" | "minutes" => 60.0,
        "h" | "hours" => 3600.0,
        _ => return None,
    })
}

/// The length in seconds of the unit of a column of times, where its name tells.
fn seconds((base, unit): &(String, Option<String>)) -> Option<f64> {
    unit.as_deref().and_then(time_unit).or_else(|| time_unit(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &str) -> (usize, usize, usize, usize, Count, Option<&'static str>) {
        let header = Header::of(names.split(',')).unwrap();
        (header.id, header.when, header.x, header.y, header.count, header.unit)
    }

    #[test]
    fn names_are_found_in_any_order_and_manner() {
        assert_eq!(found("id,frame,x,y,z"), (0, 1, 2, 3, Count::Frames, None));
        assert_eq!(found("Y/cm,X/cm,Frame,ID"), (3, 2, 1, 0, Count::Frames, Some("cm")));
        assert_eq!(found("time [ms],agent,x (m),y (m)"), (1, 0, 2, 3, Count::Seconds(1e-3), Some("m")));
        assert_eq!(found("seconds,ped_id,x_px,y_px"), (1, 0, 2, 3, Count::Seconds(1.0), Some("px")));
        assert_eq!(found("t,name,pos_x,pos_y"), (1, 0, 2, 3, Count::Untold, None));
    }

    #[test]
    fn a_track_goes_before_the_number_of_a_row() {
        assert_eq!(found("ID,TRACK_ID,POSITION_X,POSITION_Y,POSITION_T,FRAME"), (1, 5, 2, 3, Count::Frames, None));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = |names: &str| Header::of(names.split(',')).unwrap_err().to_string();
        assert!(error("frame,x,y").starts_with("no column of individuals among the names 'frame, x, y'; allowed: track_id"));
        assert!(error("id,x,y").contains("no column of frames or times"));
        assert!(error("id,t,x").contains("no column of y among the names 'id, t, x'; allowed: y, pos_y"));
        assert_eq!(error("id,t,x/m,y/cm"), "'x/m' and 'y/cm' differ in unit");
        assert_eq!(error("id,t,x/m,y/m,z/cm"), "'x/m' and 'z/cm' differ in unit");
        assert!(error("id,t,x,y,z/m,Z").contains("more than one column is called"));
    }
}

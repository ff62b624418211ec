//! How unevenly a field is spread.

use super::{FIELDS, Instrument};
use crate::sim::Agents;

/// The concentration of a field.
pub const CONCENTRATION: Instrument = Instrument {
    name: "concentration",
    symbol: "c",
    definition: "1 − ⟨T⟩²/⟨T²⟩ over the cells of the model's first field: 0 where it is the same everywhere, 1 − s where it is \
                 shared equally by the share s of the cells. Of an empty field 0. 1 less the participation ratio of Bell & Dean, Discuss. \
                 Faraday Soc. 50, 55 (1970).",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: FIELDS,
    make: || Box::new(|agents: &Agents| read(agents).0),
    ..Instrument::PLAIN
};

/// The mean of a field.
pub const MEAN: Instrument = Instrument {
    name: "field_mean",
    symbol: "⟨T⟩",
    definition: "Mean over the cells of the model's first field, as of the trail of Jones, Artif. Life 16, 127 (2010).",
    range: None,
    baseline: None,
    needs: FIELDS,
    make: || Box::new(|agents: &Agents| read(agents).1),
    ..Instrument::PLAIN
};

/// Concentration and mean.
fn read(agents: &Agents) -> (f64, f64) {
    agents.fields().next().map_or((f64::NAN, f64::NAN), |(_, field)| of(field.values()))
}

fn of(values: &[f32]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
    let square = values.iter().map(|value| f64::from(*value) * f64::from(*value)).sum::<f64>() / count;
    let concentration = if square > 0.0 { (1.0 - mean * mean / square).max(0.0) } else { 0.0 };
    (concentration, mean)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_few_cells_share_is_concentrated() {
        assert_eq!(of(&[2.0; 8]), (0.0, 2.0));
        assert_eq!(of(&[0.0, 4.0, 0.0, 0.0]), (0.75, 1.0));
        assert_eq!(of(&[0.0; 4]), (0.0, 0.0));
    }
}

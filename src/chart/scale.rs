//! From numbers to places along an axis, and the marks at which it is read.

/// An axis with ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The number at its beginning.
    pub low: f64,
    /// The number at its end.
    pub high: f64,
    /// Whether equal ways are equal factors.
    pub log: bool,
}

impl Scale {
    /// Fits numbers, with a little room at both ends. Of a logarithmic one only numbers above 0 count.
    pub fn fit(numbers: impl Iterator<Item = f64>, log: bool) -> Self {
        let fits = |number: &f64| number.is_finite() && (!log || *number > 0.0);
        let (low, high) = numbers
            .filter(fits)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| (low.min(number), high.max(number)));
        match (low <= high, log) {
            (false, false) => Self { low: 0.0, high: 1.0, log },
            (false, true) => Self { low: 1.0, high: 10.0, log },
            (true, true) => {
                let room = ((high / low).log10() * 0.04).max(0.05);
                Self { low: low / 10f64.powf(room), high: high * 10f64.powf(room), log }
            }
            (true, false) => {
                let room = if high > low { 0.04 * (high - low) } else { 0.5 * high.abs().max(1.0) };
                // Close to 0 the axis begins there.
                let low = if low >= 0.0 && low < 0.3 * high { 0.0 } else { low - room };
                Self { low, high: high + room, log }
            }
        }
    }

    /// Where a number lies, of 1.
    pub fn part(&self, number: f64) -> f64 {
        match self.log {
            true => (number / self.low).ln() / (self.high / self.low).ln(),
            false => (number - self.low) / (self.high - self.low),
        }
    }

    /// The numbers that are written at the axis, about so many.
    pub fn marks(&self, wanted: usize) -> Vec<f64> {
        if self.log && self.high / self.low >= 10.0 {
            return self.powers(wanted);
        }
        let rough = (self.high - self.low) / wanted.max(1) as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|times| times * power)
            .into_iter()
            .find(|step| *step >= 0.95 * rough)
            .unwrap_or(10.0 * power);
        let first = (self.low / step - 1e-9).ceil() as i64;
        (first..).map(|at| at as f64 * step).take_while(|mark| *mark <= self.high + 1e-9 * step).collect()
    }

    /// The fine marks of a logarithmic axis, without those that are written.
    pub fn between(&self, marks: &[f64]) -> Vec<f64> {
        let decades = (self.high / self.low).log10();
        if !self.log || !(0.7..=6.0).contains(&decades) {
            return Vec::new();
        }
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let all = (first..=last).flat_map(|power| (1..10).map(move |times| f64::from(times) * 10f64.powi(power)));
        let is_written = |mark: f64| marks.iter().any(|known| (known / mark - 1.0).abs() < 1e-6);
        all.filter(|mark| (self.low..=self.high).contains(mark) && !is_written(*mark)).collect()
    }

    /// Powers of ten, and where there are few of them, 2 and 5 times these.
    fn powers(&self, wanted: usize) -> Vec<f64> {
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let decades = (self.high / self.low).log10();
        let times: &[f64] = if decades < wanted as f64 / 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let every = (decades / wanted as f64).ceil().max(1.0) as i32;
        let powers = (first..=last).filter(|power| power.rem_euclid(every) == 0);
        let all = powers.flat_map(|power| times.iter().map(move |times| times * 10f64.powi(power)));
        all.filter(|mark| (self.low * (1.0 - 1e-9)..=self.high * (1.0 + 1e-9)).contains(mark)).collect()
    }
}

/// A number as it is written at an axis of such marks.
pub fn written(mark: f64, marks: &[f64]) -> String {
    let largest = marks.iter().fold(0.0, |largest: f64, mark| largest.max(mark.abs()));
    if mark == 0.0 {
        return "0".into();
    }
    let sign = if mark < 0.0 { "−" } else { "" };
    let small = marks.iter().filter(|mark| **mark != 0.0).fold(f64::INFINITY, |small: f64, mark| small.min(mark.abs()));
    if largest >= 1e5 || small < 1e-3 {
        let text = format!("{:.2e}", mark.abs());
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        let times = if digits == "1" { String::new() } else { format!("{digits}×") };
        return format!("{sign}{times}10{}", raised(power));
    }
    // As many places as tell each mark from the next; marks that are factors apart need their own.
    let steps = marks.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let even = marks.windows(3).all(|three| ((three[2] - three[1]) / (three[1] - three[0]) - 1.0).abs() < 1e-6);
    let step = if even { steps.fold(f64::INFINITY, f64::min).min(mark.abs()) } else { mark.abs() };
    let places = (0..8).find(|places| {
        let shifted = step * 10f64.powi(*places);
        (shifted - shifted.round()).abs() < 1e-6
    });
    format!("{sign}{:.*}", places.unwrap_or(3) as usize, mark.abs())
}

/// A whole number, raised.
fn raised(digits: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |digit: char| digit.to_digit(10).map_or('⁻', |digit| RAISED[digit as usize]);
    digits.chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_lie_within() {
        let scale = Scale::fit([0.013, 0.97].into_iter(), false);
        assert_eq!(scale.low, 0.0);
        let marks = scale.marks(5);
        assert_eq!(
            marks.iter().map(|mark| written(*mark, &marks)).collect::<Vec<_>>(),
            ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        let decades = Scale { low: 0.5, high: 2e4, log: true }.marks(5);
        assert_eq!(decades, [1.0, 10.0, 100.0, 1000.0, 10000.0]);
        assert_eq!(Scale { low: 1.0, high: 12.0, log: true }.marks(5), [1.0, 2.0, 5.0, 10.0]);
        assert!((Scale { low: 1.0, high: 100.0, log: true }.part(10.0) - 0.5).abs() < 1e-12);
        assert_eq!(Scale::fit([f64::NAN].into_iter(), false), Scale { low: 0.0, high: 1.0, log: false });
        assert_eq!(written(2e7, &[0.0, 1e7, 2e7]), "2×10⁷");
        assert_eq!(written(1e-4, &[1e-4, 1e-2, 1.0]), "10⁻⁴");
        assert_eq!([-0.5, 0.0, 0.5].map(|mark| written(mark, &[-0.5, 0.0, 0.5])), ["−0.5", "0", "0.5"]);
        assert_eq!([0.1, 1.0, 10.0].map(|mark| written(mark, &[0.1, 1.0, 10.0])), ["0.1", "1", "10"]);
        let decade = Scale { low: 2.0, high: 30.0, log: true };
        assert_eq!(decade.between(&[10.0]), [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 20.0, 30.0]);
    }
}

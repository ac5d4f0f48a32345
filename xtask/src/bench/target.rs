//! What a figure has to reach, and whether it does.

use std::fmt;

/// Whether more or less of a figure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    More,
    Less,
}

/// One condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Target {
    /// The figure itself, at least or at most.
    Figure(f64),
    /// So many times as good as another program in the same run.
    Times(f64, &'static str),
}

/// What became of all conditions of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    Met,
    Missed,
    /// No condition could be judged: there is none, or what it compares with was not run.
    Open,
}

impl Target {
    /// `None` when what it compares with was not run. `ratio` says how many times as good we are as a program.
    fn judge(
        self,
        figure: f64,
        better: Better,
        ratio: impl Fn(&str) -> Option<f64>,
    ) -> Option<bool> {
        match (self, better) {
            (Self::Figure(limit), Better::More) => Some(figure >= limit),
            (Self::Figure(limit), Better::Less) => Some(figure <= limit),
            (Self::Times(factor, name), Better::More | Better::Less) => {
                ratio(name).map(|ratio| ratio >= factor)
            }
        }
    }

    /// For a person.
    pub(super) fn told(self, better: Better) -> String {
        match (self, better) {
            (Self::Figure(limit), Better::More) => format!("≥ {}", Number(limit)),
            (Self::Figure(limit), Better::Less) => format!("≤ {}", Number(limit)),
            (Self::Times(factor, name), Better::More | Better::Less) => {
                format!("≥ {factor} × {name}")
            }
        }
    }
}

/// Judges all conditions together.
pub(super) fn judge(
    targets: &[Target],
    figure: f64,
    better: Better,
    ratio: impl Fn(&str) -> Option<f64>,
) -> Verdict {
    let judged = targets
        .iter()
        .filter_map(|target| target.judge(figure, better, &ratio));
    judged.fold(Verdict::Open, |verdict, good| match (verdict, good) {
        (Verdict::Missed, _) | (_, false) => Verdict::Missed,
        (Verdict::Met | Verdict::Open, true) => Verdict::Met,
    })
}

/// A number with three digits that count, thousands set apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        let text = match size {
            0.0 => "0".to_owned(),
            ..1.0 => format!("{:.3}", self.0),
            ..10.0 => format!("{:.2}", self.0),
            ..100.0 => format!("{:.1}", self.0),
            _ => format!("{:.0}", self.0),
        };
        let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
        let length = whole.len();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (length - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_conditions_that_can_be_judged_must_hold() {
        let targets = [Target::Figure(500.0), Target::Times(15.0, "re")];
        let by = |ratio: Option<f64>, figure| judge(&targets, figure, Better::More, |_| ratio);
        assert_eq!(by(Some(16.0), 600.0), Verdict::Met);
        assert_eq!(by(Some(14.0), 600.0), Verdict::Missed);
        assert_eq!(by(Some(16.0), 400.0), Verdict::Missed);
        assert_eq!(by(None, 600.0), Verdict::Met);
        assert_eq!(
            judge(&targets[1..], 600.0, Better::More, |_| None),
            Verdict::Open
        );
        assert_eq!(
            judge(&targets[..1], 400.0, Better::Less, |_| None),
            Verdict::Met
        );
    }

    #[test]
    fn numbers_show_the_digits_that_count() {
        let told = [0.0, 0.3472, 2.3456, 44.44, 487_123.4].map(|number| Number(number).to_string());
        assert_eq!(told, ["0", "0.347", "2.35", "44.4", "487,123"]);
    }
}

//! Medians, ratios of paired runs, and how a cost grows.

/// The middle value; between the two middle ones when their number is even.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(*sorted.get(middle - 1)?, upper))
}

/// The median of the ratios of runs that stood side by side. What disturbed both cancels out.
pub(super) fn paired_ratio(ours: &[f64], theirs: &[f64]) -> Option<f64> {
    let ratios: Vec<f64> = ours
        .iter()
        .zip(theirs)
        .filter(|(_, theirs)| **theirs > 0.0)
        .map(|(ours, theirs)| ours / theirs)
        .collect();
    median(&ratios)
}

/// The exponent with which a cost grows: the slope of the straight line through the logarithms (least squares). 1 is linear.
pub(super) fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    let logs: Vec<(f64, f64)> = points
        .iter()
        .filter(|(size, cost)| *size > 0.0 && *cost > 0.0)
        .map(|(size, cost)| (size.ln(), cost.ln()))
        .collect();
    let count = logs.iter().map(|_| 1.0).sum::<f64>();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
    let (mean_size, mean_cost) = (mean(|log| log.0), mean(|log| log.1));
    let spread: f64 = logs.iter().map(|log| (log.0 - mean_size).powi(2)).sum();
    let together: f64 = logs
        .iter()
        .map(|log| (log.0 - mean_size) * (log.1 - mean_cost))
        .sum();
    (spread > 0.0).then(|| together / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn paired_ratios_ignore_what_slows_both() {
        // The machine was ten times slower in the second round.
        assert_eq!(
            paired_ratio(&[20.0, 2.0, 20.0], &[10.0, 1.0, 10.0]),
            Some(2.0)
        );
        assert_eq!(paired_ratio(&[1.0], &[0.0]), None);
    }

    #[test]
    fn the_exponent_tells_linear_from_square() {
        let growth = |power: i32| {
            exponent(&[1.0, 10.0, 100.0].map(|size: f64| (size, 7.0 * size.powi(power)))).unwrap()
        };
        assert!((growth(1) - 1.0).abs() < 1e-9);
        assert!((growth(2) - 2.0).abs() < 1e-9);
        assert_eq!(exponent(&[(1.0, 1.0)]), None);
    }
}

//! Numbers that probably stand for missing cells: -999 far below the rest.

use crate::dataset::Dataset;
use crate::record::ColumnKind;

/// What people write for a missing number.
const SENTINELS: [f64; 9] = [-9.0, -99.0, -999.0, -9999.0, -99999.0, -200.0, 999.0, 9999.0, 99999.0];

/// The distance from the rest, as a share of the range of the rest, from which such a number is none of the others.
const FAR: f64 = 0.25;

/// `column, number, how often`: features and a target in which one of these numbers is at the end of the range, stands more than once,
/// and is far from the others.
pub(super) fn sentinels(data: &Dataset) -> Vec<(String, f64, usize)> {
    let mut found = Vec::new();
    let mut first = 0;
    let rows = data.features.rows;
    for (number, column) in data.reading.columns.iter().enumerate() {
        let is_target = number + 1 == data.reading.columns.len();
        let at = first;
        if let ColumnKind::Categories { levels } = column.kind {
            first += levels as usize;
            continue;
        }
        first += 1;
        let value = |row: usize| if is_target { data.target[row] } else { data.features.row(row)[at] };
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for row in 0..rows {
            low = low.min(value(row));
            high = high.max(value(row));
        }
        for end in [low, high].into_iter().filter(|end| SENTINELS.contains(end)) {
            let (mut least, mut most, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0);
            for row in 0..rows {
                match value(row) {
                    value if value == end => count += 1,
                    value => {
                        least = least.min(value);
                        most = most.max(value);
                    }
                }
            }
            let distance = if end == low { least - end } else { end - most };
            if count > 1 && least < most && distance > FAR * (most - least) {
                found.push((column.name.clone(), end, count));
            }
        }
    }
    found
}

//! How a first experiment brings features to one scale.

use std::fmt::Write as _;

use crate::dataset::Dataset;
use crate::record::{ColumnKind, ColumnReading};

/// The key that brings features to one scale.
pub fn add_scaling(text: &mut String, data: &Dataset) {
    let _ = writeln!(text, "standardize = true  # features of one scale, so that one learning rate suits all");
    if let Some(largest) = largest_pixel(data) {
        let _ = writeln!(text, "# divide_by = {largest}  # instead of standardize: the pixels of images, from 0 to 1");
    }
}

/// What the pixels of images are at most; `None` if the features are none.
fn largest_pixel(data: &Dataset) -> Option<&'static str> {
    const FEWEST: usize = 32;
    let (_, features) = data.reading.columns.split_last()?;
    let is_whole = |column: &ColumnReading| matches!(column.kind, ColumnKind::WholeNumber | ColumnKind::TruthValue);
    if features.len() < FEWEST || !features.iter().all(is_whole) {
        return None;
    }
    let (mut low, mut high) = (0.0, 0.0);
    for &value in &data.features.values {
        low = if value < low { value } else { low };
        high = if value > high { value } else { high };
    }
    match high {
        _ if low < 0.0 => None,
        16.0 => Some("16.0"),
        high if high > 16.0 && high <= 255.0 => Some("255.0"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::experiment::data_starter;
    use crate::parameter::Values;

    #[test]
    fn pixels_may_be_divided_instead() {
        let of = |pixel: &dyn Fn(usize, usize) -> String| {
            let header: String = (0..64).map(|column| format!("p{column},")).collect();
            let row = |row: usize| {
                let cells: String = (0..64).map(|column| pixel(row, column) + ",").collect();
                format!("{cells}{}\n", row % 10)
            };
            let rows: String = (0..120).map(row).collect();
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("d.csv"), format!("{header}label\n{rows}")).unwrap();
            let guess = crate::dataset::guess(folder.path(), "d.csv", &Values::new()).unwrap();
            data_starter(["d", "d"], &guess, "d.csv", &Values::new()).unwrap().text
        };
        // The margins are not listed, since they are many.
        let image = of(&|row, column| if column < 30 { 0 } else { (row * 37 + column * 11) % 256 }.to_string());
        assert!(
            image.contains("# divide_by = 255.0  # instead of standardize") && !image.contains("ignore"),
            "{image}"
        );
        assert!(of(&|row, column| ((row * 7 + column) % 17).to_string()).contains("# divide_by = 16.0"));
        for other in [of(&|row, column| format!("{}.5", row + column)), of(&|row, column| format!("-{}", row + column))]
        {
            assert!(!other.contains("divide_by"), "{other}");
        }
        let instead = image.replace("standardize = true", "").replace("# divide_by", "divide_by");
        let loaded =
            crate::experiment::load_text("d.toml".as_ref(), &instead, &[]).map_err(|error| error.render(false));
        assert!(loaded.unwrap_or_else(|error| panic!("{error}")).warnings.is_empty());
        let both = image.replace("# divide_by", "divide_by");
        let refused = crate::experiment::load_text("d.toml".as_ref(), &both, &[]).unwrap_err().render(false);
        assert!(refused.contains("`standardize = true` undoes `divide_by`"), "{refused}");
    }
}

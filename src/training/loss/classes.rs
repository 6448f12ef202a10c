//! Whether targets are the classes that a loss needs.

use crate::shape::Space;

/// Whether the target of such data is classes, numbered from 0; with `two`, exactly two.
///
/// # Errors
/// One sentence that says what the loss needs and what the data has.
pub fn fits_classes(loss: &str, two: bool, space: &Space) -> Result<(), String> {
    match space.classes {
        Some(1) => Err(format!("the loss \"{loss}\" tells classes apart, but the target has one class alone")),
        Some(found) if two && found != 2 => Err(format!(
            "the loss \"{loss}\" tells two classes apart, but the target has {found}; \
             kind = \"softmax\" (or loss = \"cross_entropy\") takes any number"
        )),
        Some(_) => Ok(()),
        None => Err(format!(
            "the loss \"{loss}\" needs {} of which each occurs, but the targets are other numbers",
            if two { "targets 0 and 1," } else { "classes as targets, whole numbers from 0" }
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::TargetKind;

    #[test]
    fn a_refusal_says_what_is_needed_and_what_there_is() {
        let fits = |loss: &str, two: bool, classes: Option<usize>| {
            fits_classes(loss, two, &Space { n_features: 1, target: TargetKind::Number, n_targets: 1, classes })
        };
        assert_eq!((fits("log", true, Some(2)), fits("cross_entropy", false, Some(7))), (Ok(()), Ok(())));
        assert_eq!(
            fits("log", true, Some(3)).expect_err("three"),
            "the loss \"log\" tells two classes apart, but the target has 3; kind = \"softmax\" (or loss = \"cross_entropy\") takes \
             any number"
        );
        assert_eq!(
            fits("log", true, None).expect_err("numbers"),
            "the loss \"log\" needs targets 0 and 1, of which each occurs, but the targets are other numbers"
        );
        assert!(
            fits("cross_entropy", false, None)
                .expect_err("numbers")
                .contains("classes as targets, whole numbers from 0 of")
        );
    }
}

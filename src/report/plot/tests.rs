//! Tests of whole pictures.

use resvg::usvg;

use super::{gallery, png, svg};
use crate::report::figure_data::{
    AxisLabel, AxisScale, Figure, GoodRange, Horizontal, Legends, MarginMark, Mark, Panel, Series, Style, Vertical,
    VerticalKind,
};

const STYLES: [Style; 6] = [Style::Line, Style::Dashed, Style::Markers, Style::Sampled, Style::Points, Style::Theory];

/// A figure with every kind of element, all with the same values.
fn figure(values: &[f64], x: AxisScale, y: AxisScale) -> Figure {
    let axis = |scale| AxisLabel { label: "axis".into(), scale };
    let points: Vec<(f64, f64)> = values.iter().zip(values.iter().rev()).map(|(&x, &y)| (x, y)).collect();
    let series = STYLES.iter().enumerate().map(|(colour, &style)| Series {
        label: format!("series {colour}"),
        colour,
        style,
        points: points.clone(),
        band: points.iter().map(|&(x, y)| (x, y * 0.5, y * 2.0)).collect(),
        highlights: points.clone(),
    });
    let panel = Panel {
        title: "panel".into(),
        x: axis(x),
        y: axis(y),
        ceiling: None,
        floor: None,
        series: series.collect(),
        good: points.first().map(|&(x, y)| GoodRange {
            from: x,
            to: x * 2.0,
            threshold: y,
            label: "1.1 × best".into(),
            words: String::new(),
            safe: Some((x, y)),
            colour: 0,
        }),
        verticals: values
            .iter()
            .map(|&x| Vertical {
                x,
                kind: VerticalKind::Limit,
                range: Some((x * 0.9, x * 1.1)),
                label: "limit".into(),
                colour: 0,
            })
            .collect(),
        horizontals: values.iter().map(|&y| Horizontal { y, label: "exact".into(), colour: 1 }).collect(),
        margin_marks: values
            .iter()
            .map(|&x| MarginMark { x, kind: Mark::Diverged, text: "7/10".into(), colour: 2 })
            .collect(),
        matrix: None,
        x_names: Vec::new(),
        rows: None,
    };
    Figure {
        name: "name".into(),
        title: "title".into(),
        subtitle: "subtitle".into(),
        panels: vec![panel.clone(), panel],
        axes_of: [].into(),
        notes: vec!["note".into()],
        legends: Legends::Shared,
    }
}

/// The document parses, stays within its sheet, and has no external references.
fn check(text: &str) -> usvg::Tree {
    let options = usvg::Options { languages: vec![super::sheet::BOXES.to_owned()], ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(text, &options).unwrap();
    let (sheet, drawn) = (tree.size(), tree.root().abs_bounding_box());
    assert!(drawn.left() >= 0.0 && drawn.top() >= 0.0, "{drawn:?}");
    assert!(drawn.right() <= sheet.width() && drawn.bottom() <= sheet.height(), "{drawn:?} in {sheet:?}");
    for forbidden in ["NaN", "inf", "<script", "-0 ", "-0\"", "<image"] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    // Text stands only beside the boxes that a PNG shows instead.
    assert_eq!(text.matches("<text").count(), text.matches("<switch><g systemLanguage=\"x-boxes\">").count());
    assert!(!text.replace("http://www.w3.org/2000/svg", "").contains("://"));
    tree
}

#[test]
fn any_values_give_a_plot() {
    let sets: [&[f64]; 10] = [
        &[],
        &[1.0],
        &[0.0],
        &[2.0, 2.0, 2.0],
        &[-3.0, -1.0, 0.0],
        &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY],
        &[1e-300, 1.0, 1e300],
        &[f64::MIN, f64::MAX],
        &[5e-324, 1e-310],
        &[1.0, f64::NAN, 2.0, 3.0, f64::INFINITY, -1.0, 1e16, 1e16 + 2.0],
    ];
    for values in sets {
        for x in [AxisScale::Linear, AxisScale::Log] {
            for y in [AxisScale::Linear, AxisScale::Log] {
                check(&svg(&figure(values, x, y)));
            }
        }
    }
}

#[test]
fn a_figure_without_panels_is_a_title() {
    let empty = Figure { panels: Vec::new(), ..figure(&[], AxisScale::Log, AxisScale::Log) };
    check(&svg(&empty));
    let bare = Figure { title: String::new(), subtitle: String::new(), notes: Vec::new(), ..empty };
    assert!(svg(&bare).contains("<title>name</title>"));
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "<script>alert(1)</script>\"'&amp;]]>\u{0}\u{1b}\u{202e}\n学\u{1f600}\u{ffff}".repeat(40);
    let mut figure = figure(&[1.0, 2.0, 3.0], AxisScale::Linear, AxisScale::Linear);
    figure.title.clone_from(&hostile);
    figure.subtitle.clone_from(&hostile);
    figure.notes = vec![hostile.clone()];
    for panel in &mut figure.panels {
        panel.title.clone_from(&hostile);
        panel.x.label.clone_from(&hostile);
        panel.y.label.clone_from(&hostile);
        panel.series.iter_mut().for_each(|series| series.label.clone_from(&hostile));
        panel.verticals.iter_mut().for_each(|vertical| vertical.label.clone_from(&hostile));
        panel.horizontals.iter_mut().for_each(|horizontal| horizontal.label.clone_from(&hostile));
        panel.good.iter_mut().for_each(|good| good.label.clone_from(&hostile));
        panel.margin_marks.iter_mut().for_each(|mark| mark.text.clone_from(&hostile));
    }
    check(&svg(&figure));
}

#[test]
fn the_gallery_is_small_and_the_same_each_time() {
    for figure in gallery::figures() {
        let text = svg(&figure);
        assert_eq!(text, svg(&figure));
        assert!(text.len() < 120_000, "{}: {} bytes", figure.name, text.len());
        check(&text);
    }
}

/// The fixed fingerprint ensures the same bytes on every x86-64 machine. An intended change of look changes it.
#[test]
fn every_machine_draws_the_same_bytes() {
    let values = [1e-3, 0.0316, 0.7, 12.0, 512.3];
    let fingerprint = blake3::hash(svg(&figure(&values, AxisScale::Log, AxisScale::Log)).as_bytes()).to_hex();
    assert_eq!(&fingerprint[..16], "999037f4ddf3410d");
}

#[test]
fn the_image_is_half_as_large_again() {
    let text = svg(&figure(&[1.0, 2.0, 3.0], AxisScale::Linear, AxisScale::Log));
    let size = check(&text).size();
    let bytes = png(&text).unwrap();
    assert_eq!(bytes, png(&text).unwrap());
    let image = resvg::tiny_skia::Pixmap::decode_png(&bytes).unwrap();
    assert_eq!(
        (image.width() as f32, image.height() as f32),
        ((1.5 * size.width()).ceil(), (1.5 * size.height()).ceil())
    );
    assert!(image.pixels().iter().any(|pixel| pixel.red() < 100), "something is drawn");
}

#[test]
fn a_label_in_several_panels_has_one_legend_entry() {
    let text = svg(&figure(&[1.0, 2.0], AxisScale::Linear, AxisScale::Linear));
    assert_eq!(text.matches("aria-label=\"series 0\"").count(), 1);
}

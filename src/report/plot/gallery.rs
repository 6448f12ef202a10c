//! Realistic figures to look at. `cargo test --release --lib gallery -- --ignored` writes them to the folder
//! `plots-look` in the temporary directory and prints what they cost.

use std::time::Instant;

use super::{png, svg};
use crate::report::figure_data::{
    AxisLabel, AxisScale, CountMatrix, Figure, Horizontal, Legends, MarginMark, Mark, NEUTRAL, Panel, Series, Style,
    Vertical, VerticalKind,
};

type Points = Vec<(f64, f64)>;

fn panel(title: &str, x: (&str, AxisScale), y: (&str, AxisScale)) -> Panel {
    let axis = |(label, scale): (&str, AxisScale)| AxisLabel { label: label.into(), scale };
    Panel {
        title: title.into(),
        x: axis(x),
        y: axis(y),
        ceiling: None,
        floor: None,
        series: Vec::new(),
        good: None,
        verticals: Vec::new(),
        horizontals: Vec::new(),
        margin_marks: Vec::new(),
        matrix: None,
        x_names: Vec::new(),
        rows: None,
    }
}

fn series(label: &str, colour: usize, style: Style, points: Points) -> Series {
    Series { label: label.into(), colour, style, points, band: Vec::new(), highlights: Vec::new() }
}

fn figure(name: &str, title: &str, subtitle: &str, panels: Vec<Panel>) -> Figure {
    Figure {
        name: name.into(),
        title: title.into(),
        subtitle: subtitle.into(),
        panels,
        axes_of: [].into(),
        notes: Vec::new(),
        legends: Legends::Shared,
    }
}

/// `count` values from `from` to `to`, equally far apart on a log scale.
fn rates(from: f64, to: f64, count: u32) -> Vec<f64> {
    (0..count).map(|i| from * libm::pow(to / from, f64::from(i) / f64::from(count - 1))).collect()
}

/// The squared-error loss of gradient descent with eigenvalues over four decades.
fn loss(rate: f64, steps: f64) -> f64 {
    (0..8).fold(1450.0, |loss, mode| {
        let eigenvalue = 4.0 * libm::pow(10.0, -f64::from(mode) * 0.45);
        loss + 1800.0 / f64::from(mode + 1) * libm::pow((1.0 - rate * eigenvalue).abs(), 2.0 * steps)
    })
}

fn wobble(index: usize, salt: f64) -> f64 {
    libm::sin((index as f64).mul_add(12.9898, salt * 78.233)) * 0.5
}

fn learning_rate_sweep() -> Figure {
    let mut sweep = panel("", ("learning rate α", AxisScale::Log), ("validation loss", AxisScale::Log));
    let all = rates(1e-3, 1.0, 13);
    for (colour, (label, factor, limit)) in
        [("gd", 1.0, 0.5), ("sgd, batch 64", 1.02, 0.49), ("sgd, batch 1, momentum 0.9", 1.06, 0.14)]
            .into_iter()
            .enumerate()
    {
        let kept: Vec<f64> = all.iter().copied().filter(|&rate| rate < limit).collect();
        let speed = if colour == 2 { 3.2 } else { 1.0 };
        let value = |rate: f64| loss(rate * speed, 100.0) * 2.0 * factor;
        let mut line = series(
            &format!("{label} (n = 10)"),
            colour,
            Style::Markers,
            kept.iter().map(|&rate| (rate, value(rate))).collect(),
        );
        line.band = kept
            .iter()
            .enumerate()
            .map(|(i, &rate)| {
                let spread = 0.04 + 0.02 * wobble(i, factor);
                (rate, value(rate) * (1.0 - spread), value(rate) * (1.0 + spread))
            })
            .collect();
        line.highlights = line.points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).into_iter().collect();
        sweep.series.push(line);
        for (i, &rate) in all.iter().enumerate().filter(|(_, rate)| **rate >= limit) {
            let text = if i % 4 == colour { "7/10" } else { "" };
            sweep.margin_marks.push(MarginMark { x: rate, kind: Mark::Diverged, text: text.into(), colour });
        }
    }
    let theory = rates(1e-3, 0.7, 300).into_iter().map(|rate| (rate, loss(rate, 100.0) * 2.0)).collect();
    sweep.series.push(series("gd, exact expectation", 0, Style::Theory, theory));
    sweep.verticals = vec![
        Vertical {
            x: 0.5,
            kind: VerticalKind::Limit,
            range: Some((0.47, 0.53)),
            label: "2/λmax = 0.497".into(),
            colour: 0,
        },
        Vertical {
            x: 0.136,
            kind: VerticalKind::Limit,
            range: Some((0.12, 0.15)),
            label: "SGD limit, B = 1".into(),
            colour: 2,
        },
    ];
    sweep.horizontals = vec![Horizontal { y: 2900.0, label: "least squares 3008".into(), colour: NEUTRAL }];
    figure(
        "sweep",
        "diabetes · linear: validation loss by learning rate",
        "median over 10 seeds, band from the 10 % to the 90 % quantile, 100 epochs; ring: the best rate",
        vec![sweep],
    )
}

fn convergence() -> Figure {
    let panels = ["learning rate 0.01", "learning rate 0.316"].into_iter().enumerate().map(|(index, title)| {
        let mut panel = panel(title, ("epoch", AxisScale::Log), ("training loss − exact loss", AxisScale::Log));
        let epochs = rates(1.0, 1000.0, 64);
        for (colour, (label, speed, floor)) in
            [("gd", 1.0, 0.0), ("gd, momentum 0.9", 7.0, 0.0), ("sgd, batch 16", 4.0, 3.0)].into_iter().enumerate()
        {
            let rate = if index == 0 { 0.003 } else { 0.03 };
            let points: Points =
                epochs.iter().map(|&epoch| (epoch, loss(rate, epoch * speed) - 1450.0 + floor)).collect();
            let mut line = series(&format!("{label} (n = 10)"), colour, Style::Line, points.clone());
            line.band = points
                .iter()
                .enumerate()
                .map(|(i, &(x, y))| (x, y * (0.7 + 0.1 * wobble(i / 7, speed)), y * (1.5 + 0.2 * wobble(i / 5, speed))))
                .collect();
            panel.series.push(line);
        }
        panel
    });
    figure(
        "convergence",
        "diabetes · linear: convergence",
        "median over 10 seeds, band from the 10 % to the 90 % quantile",
        panels.collect(),
    )
}

fn ten_series() -> Figure {
    let panels = ["training", "validation"].into_iter().map(|title| {
        let mut panel = panel(title, ("epoch", AxisScale::Linear), ("loss", AxisScale::Log));
        for colour in 0..10 {
            let rate = 0.002 * f64::from(colour as u32 + 1);
            let points: Points = (0..64).map(|i| (f64::from(i) * 2.0, loss(rate, f64::from(i) * 2.0))).collect();
            let style = if colour % 3 == 0 { Style::Markers } else { Style::Line };
            let mut line =
                series(&format!("sgd, batch {}, rate {rate:.3}", 1 << (colour % 5)), colour, style, points.clone());
            if colour % 2 == 0 {
                line.band = points.iter().map(|&(x, y)| (x, y * 0.97, y * 1.03)).collect();
            }
            panel.series.push(line);
        }
        panel
    });
    figure("ten", "Ten settings on one pair of axes", "n = 1 each (deterministic)", panels.collect())
}

fn short_ranges() -> Figure {
    let make = |title: &str, low: f64, high: f64, x: AxisScale, y: AxisScale| {
        let mut panel = panel(title, ("batch size", x), ("test loss", y));
        let points = (0..7).map(|i| (f64::from(1 << i), low + (high - low) * (0.5 + wobble(i, low)))).collect();
        panel.series.push(series("adam", 0, Style::Markers, points));
        let points = (0..7).map(|i| (f64::from(1 << i), low + (high - low) * (0.5 + wobble(i, high)))).collect();
        panel.series.push(series("rmsprop", 1, Style::Dashed, points));
        panel
    };
    figure(
        "short",
        "Short ranges, linear and logarithmic",
        "",
        vec![
            make("under a decade", 2990.0, 3110.0, AxisScale::Log, AxisScale::Log),
            make("tiny", 2.1e-7, 8.3e-6, AxisScale::Linear, AxisScale::Log),
            make("linear, negative", -0.4, 0.3, AxisScale::Log, AxisScale::Linear),
            make("large", 1e6, 4.2e6, AxisScale::Linear, AxisScale::Linear),
        ],
    )
}

fn frontier() -> Figure {
    let panels = ["diabetes", "wine", "textbook line"].into_iter().map(|title| {
        let mut panel = panel(title, ("learning rate", AxisScale::Log), ("final loss", AxisScale::Log));
        let limits = [("B = 1", 0.27), ("B = 2", 0.46), ("B = 4", 0.67), ("B = 16", 0.91), ("2/L", 1.0)];
        panel.verticals = limits
            .iter()
            .enumerate()
            .map(|(colour, &(label, x))| Vertical {
                x: x * 0.5,
                kind: VerticalKind::Limit,
                range: None,
                label: label.into(),
                colour,
            })
            .collect();
        let points = rates(1e-2, 0.49, 25).into_iter().map(|rate| (rate, loss(rate, 30.0))).collect();
        panel.series.push(series("sgd with replacement", 0, Style::Markers, points));
        panel.margin_marks = rates(0.5, 1.0, 9)
            .into_iter()
            .enumerate()
            .map(|(i, x)| MarginMark {
                x,
                kind: Mark::Diverged,
                text: if i < 3 { format!("{}/10", i + 3) } else { String::new() },
                colour: 0,
            })
            .collect();
        panel
    });
    figure(
        "frontier",
        "Where SGD stops being stable, by batch size",
        "mean-square stability limits, batches drawn with replacement",
        panels.collect(),
    )
}

fn nothing() -> Figure {
    let mut panel =
        panel("all rates diverged <b>&amp;", ("learning rate", AxisScale::Log), ("validation loss", AxisScale::Log));
    panel.series.push(series("学習率 sgd \u{202e}evil", 0, Style::Markers, vec![(0.1, f64::NAN), (0.2, 0.0)]));
    panel.margin_marks = rates(0.01, 1.0, 13)
        .into_iter()
        .map(|x| MarginMark { x, kind: Mark::Diverged, text: String::new(), colour: 0 })
        .collect();
    panel.verticals =
        vec![Vertical { x: 0.02, kind: VerticalKind::Limit, range: None, label: "2/λmax".into(), colour: 0 }];
    figure("nothing", &"A very long title that goes on and on ".repeat(5), "subtitle", vec![panel])
}

/// Many classes, one without rows, one with a long name.
fn confusion() -> Figure {
    let matrix = |classes: usize| {
        let mut names: Vec<String> = (0..classes).map(|class| format!("class {class}")).collect();
        names[1] = "a name that is far too long for the room".to_owned();
        let count = |at: usize| match (at / classes, at % classes) {
            (0, _) => 0,
            (of, taken) if of == taken => 90,
            (of, taken) => ((of * 7 + taken * 3) as u64 % 7).saturating_sub(3),
        };
        let axis = |label: &str| AxisLabel { label: label.to_owned(), scale: AxisScale::Linear };
        let matrix = CountMatrix { names, counts: (0..classes * classes).map(count).collect() };
        Panel {
            title: format!("{classes} classes"),
            matrix: Some(matrix),
            ..Panel::empty(axis("predicted class"), axis("class"))
        }
    };
    figure("confusion", "Confusion matrices", "shade: the share of the row's class", [3, 10, 50].map(matrix).to_vec())
}

pub fn figures() -> Vec<Figure> {
    vec![learning_rate_sweep(), convergence(), ten_series(), short_ranges(), frontier(), nothing(), confusion()]
}

#[test]
#[ignore = "writes pictures to look at"]
fn gallery() {
    let folder = std::env::temp_dir().join("plots-look");
    std::fs::create_dir_all(&folder).unwrap();
    for figure in figures() {
        let text = svg(&figure);
        let start = Instant::now();
        let text = (0..9).fold(text, |_, _| svg(&figure));
        let drawn = start.elapsed() / 9;
        let image = png(&text).unwrap();
        let start = Instant::now();
        let image = (0..5).fold(image, |_, _| png(&text).unwrap());
        let rendered = start.elapsed() / 5;
        println!(
            "{:12} svg {:6.2} ms {:4} KB   png {:6.1} ms {:4} KB",
            figure.name,
            drawn.as_secs_f64() * 1e3,
            text.len() / 1024,
            rendered.as_secs_f64() * 1e3,
            image.len() / 1024
        );
        std::fs::write(folder.join(format!("{}.svg", figure.name)), text).unwrap();
        std::fs::write(folder.join(format!("{}.png", figure.name)), image).unwrap();
    }
}

//! Whole pages and their files: hostile texts, shapes of tables, the same bytes each time.

use super::*;

#[test]
fn hostile_texts_stay_texts() {
    let hostile = "=cmd|'x'!A1 <script>alert(1)</script> `a` [b](http://c) \u{1b}[31m\n# h\u{202e}";
    let mut study = seeded();
    study.title = hostile.to_owned();
    study.notes.push(hostile.to_owned());
    for combination in &mut study.combinations {
        combination.optimizer = format!("{hostile}{}", combination.optimizer);
        combination.dataset = hostile.to_owned();
    }
    let report = StudyReport::new(&study);
    let html = report.html(&|_| Some("<?xml version=\"1.0\"?><svg></svg>".to_owned())).expect("a page");
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
    assert!(!html.contains("<?xml") && html.contains("<svg></svg>"));
    let files = files(&report);
    // Nothing is markup in indented code.
    let page: String =
        text(&files, "report.md").split_inclusive('\n').filter(|line| !line.starts_with("    ")).collect();
    assert!(!page.contains("<script") && !page.contains("[b](http") && !page.contains("\n# h"), "{page}");
    assert!(!page.contains(" `a` ") && !page.contains('\u{1b}'));
    for line in text(&files, "tables/mse.csv").lines().skip(1) {
        assert!(!line.starts_with('='), "{line}");
    }
    let summary = report.terminal(None, Some("r"));
    assert!(!summary.contains('\u{1b}') && !summary.contains('\u{202e}'));
    for figure in report.figures() {
        assert!(figure.name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{}", figure.name);
    }
    assert!(figure_names_are_unique(&report));
}

#[test]
fn tables_have_as_many_cells_as_columns() {
    for study in [seeded(), line()] {
        for file in render(&study).iter().filter(|file| file.path.starts_with("tables/")) {
            let text = String::from_utf8(file.bytes.clone()).expect("UTF-8");
            // Labels contain commas, but in quotes.
            let cells = |line: &str| line.split('"').step_by(2).map(|part| part.matches(',').count()).sum::<usize>();
            let header = cells(text.lines().next().expect("a header"));
            assert!(text.lines().count() > 1 || file.path.contains("comparisons"), "{}", file.path);
            for line in text.lines() {
                assert_eq!(cells(line), header, "{}: {line}", file.path);
            }
        }
    }
}

#[test]
fn the_page_is_whole_and_offline() {
    let study = seeded();
    let report = StudyReport::new(&study);
    let html = report.html(&|_| None).expect("a page");
    for kind in SECTIONS {
        let has = report.sections().iter().any(|section| section.id == kind.id);
        assert_eq!(html.contains(&format!("<section id=\"{}\"", kind.id)), has, "{}", kind.id);
    }
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("<script"));
    assert!(html.ends_with("</html>") || html.ends_with("</html>\n"));
}

#[test]
fn rendering_is_a_function_of_the_study() {
    let study = seeded();
    assert_eq!(render(&study), render(&study.clone()));
}

//! What a workflow gets of a verification: a summary, annotations, JUnit XML.

use std::fs;

use polars::prelude::Column;

use super::verification::{rewrite, trained};
use super::*;

/// A file name that means something to a terminal, to Markdown, to XML and to a runner of workflows.
const HOSTILE: &str = "a|b`c`<script>&\"']]>\u{1b}[31m\n::error::%0A##[add-mask]x,y.csv";

#[test]
fn a_workflow_gets_a_summary_annotations_and_junit_whatever_the_texts() {
    let place = Place::new();
    let data = "x,y\n1,2\n2,4.1\n3,6\n4,8.2\n5,9.9\n";
    place.write("line.csv", data);
    place.write(HOSTILE, data.replace("9.9", "9.7"));
    let hostile = toml::Value::String(HOSTILE.to_owned());
    place.write(
        "line.toml",
        format!(
            "title = {hostile}\n[datasets.line]\nsource = \"csv\"\npath = [\"line.csv\", {hostile}]\ntarget = \"y\"\n\
             [models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.001, 0.01]\n"
        ),
    );
    assert_eq!(code(&place.sweep(&["run", "line.toml", "--quiet"])), 0);
    place.write("summary.md", "before\n");
    let verify = |ends: i32| {
        let summary = place.path("summary.md");
        let mut command = place.command(&["verify", "line.toml", "--junit", "junit.xml"]);
        let output = command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary).output().unwrap();
        assert_eq!(code(&output), ends, "{}{}", out(&output), error(&output));
        (out(&output), fs::read_to_string(summary).unwrap(), fs::read_to_string(place.path("junit.xml")).unwrap())
    };
    let (_, summary, junit) = verify(0);
    assert!(summary.starts_with("before\n\n**same** verified line: 4 trials"), "{summary}");
    let junit = roxmltree::Document::parse(&junit).expect("well-formed");
    let suite = junit.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    assert_eq!((suite.attribute("name"), suite.attribute("tests")), (Some("line"), Some("2")));
    assert_eq!(suite.attribute("failures"), Some("0"));

    // Every trial differs, and so do lines that hold the name; a stray file has a name of that kind too.
    let table = "results/line/trials.parquet";
    rewrite(&place, table, |frame| {
        let values: Vec<f64> =
            frame.column("train_mse").unwrap().f64().unwrap().iter().map(|v| v.unwrap() * 2.0).collect();
        Column::new("train_mse".into(), values)
    });
    let report = fs::read_to_string(place.path("results/line/report.md")).unwrap();
    place.write("results/line/report.md", format!("::error::a line\u{1b}[31m\n{HOSTILE}\n{report}"));
    place.write("results/line/::error::stray", "");
    let (text, summary, junit) = verify(1);

    assert!(!text.contains('\u{1b}'), "a terminal escape: {text:?}");
    let commands: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    let token = commands[0].strip_prefix("::stop-commands::").expect("commands are stopped first");
    assert!(token.len() >= 16, "{token}");
    assert_eq!(commands[1], format!("::{token}::"), "and go on after the texts");
    assert_eq!(commands.len(), 3, "{commands:#?}");
    let table_line = 1 + fs::read_to_string(place.path("line.toml"))
        .unwrap()
        .lines()
        .position(|line| line == "[optimizers.gd]")
        .unwrap();
    let annotation =
        format!("::error file=line.toml,line={table_line},title=line · m · gd differs::of 4 trials: 4 with");
    assert!(commands[2].starts_with(&annotation), "{}", commands[2]);

    let new = summary.split("**different** ").nth(1).expect("a verdict");
    assert!(new.starts_with("line differs in all 4 trials (train_mse of line · m · gd; largest relative"), "{new}");
    assert!(new.contains("<details><summary>") && new.trim_end().ends_with("</details>"), "{new}");
    assert!(!new.contains("<script>") && !new.contains('\u{1b}'), "{new}");
    let rows: Vec<&str> = new.lines().filter(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 4, "{new}");
    for row in rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
        assert!(!row.replace("\\`", "").contains('`'), "{row}");
    }

    let junit = roxmltree::Document::parse(&junit).expect("well-formed");
    let suite = junit.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    assert_eq!((suite.attribute("tests"), suite.attribute("failures")), (Some("2"), Some("2")));
    let failures: Vec<_> = junit.descendants().filter(|node| node.has_tag_name("failure")).collect();
    assert_eq!(failures[0].attribute("message"), Some("of 4 trials: 4 with other results"));
    assert!(failures[0].text().unwrap().contains("train_mse"), "{:?}", failures[0].text());
    assert!(failures[1].text().unwrap().contains("report.md: "), "{:?}", failures[1].text());

    // A summary that is nearly full gets the line, a full one nothing.
    place.write("summary.md", "x".repeat(999_400));
    let (_, summary, _) = verify(1);
    assert!(summary.contains("**different**") && !summary.contains("<details>"), "{}", summary.len());
    place.write("summary.md", "x".repeat(1_000_000));
    assert_eq!(verify(1).1.len(), 1_000_000);
}

#[test]
fn a_changed_key_is_annotated_where_it_stands_and_a_base_in_its_own_file() {
    let place = trained();
    place.write("base.toml", SMALL.replace("epochs = 20", "epochs = 21"));
    place.write("small.toml", "extends = \"base.toml\"\n");
    let output = place.command(&["verify", "small.toml"]).env("GITHUB_ACTIONS", "true").output().unwrap();
    let line = 1 + SMALL.lines().position(|line| line.starts_with("epochs")).unwrap();
    let text = out(&output);
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 4, "{text}");
    for error in errors {
        assert!(error.starts_with(&format!("::error file=base.toml,line={line},title=made · ")), "{error}");
    }
}

/// A failure that is committed and comes again is the same, and no success.
#[test]
fn a_failure_that_is_reproduced_is_told_everywhere() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    let inject = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.env("SWEEP_INJECT_PANIC", "0");
        command
    };
    assert_eq!(code(&inject(&["run", "small.toml"]).output().unwrap()), 1);
    let verify = |flags: &[&str]| {
        place.write("summary.md", "");
        let mut command = inject(&[&["verify", "small.toml", "--junit", "junit.xml"], flags].concat());
        let summary = place.path("summary.md");
        let output = command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary).output().unwrap();
        assert_eq!(code(&output), 1, "{}{}", out(&output), error(&output));
        out(&output)
    };
    for flags in [&[][..], &["--quiet"], &["--tolerance", "1e-9"]] {
        let text = verify(flags);
        let sentence = text.lines().find(|line| line.contains("failed in small")).expect("a sentence");
        assert!(sentence.contains(" trials failed in small, as in the committed results: 108 trials"), "{sentence}");
        assert!(text.contains(" × panicked: injected by SWEEP_INJECT_PANIC"), "{text}");
        let line = text.lines().last().unwrap();
        assert!(line.starts_with("::error file=small.toml,line=1,title=trials of small failed::"), "{line}");
        assert!(line.ends_with(" × panicked: injected by SWEEP_INJECT_PANIC"), "{line}");

        let summary = fs::read_to_string(place.path("summary.md")).unwrap();
        assert!(summary.starts_with("\n**failed** ") && summary.contains("\n- "), "{summary}");
        assert!(!summary.contains("same** "), "{summary}");
        let junit = fs::read_to_string(place.path("junit.xml")).unwrap();
        let junit = roxmltree::Document::parse(&junit).expect("well-formed");
        let suite = junit.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
        assert_eq!((suite.attribute("tests"), suite.attribute("failures")), (Some("6"), Some("1")));
        let failure = junit.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
        assert!(failure.text().unwrap().contains("injected by SWEEP_INJECT_PANIC"), "{failure:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_through_or_refused_and_never_replaced() {
    let place = trained();
    let is_junit = |text: &str| {
        let suites = text.lines().filter(|line| line.trim_start().starts_with("<testsuite ")).count();
        assert_eq!(suites, 1, "{text}");
    };
    let verify = |junit: &str| {
        let output = place.sweep(&["verify", "small.toml", "--quiet", "--force", "--junit", junit]);
        assert_eq!(code(&output), 0, "{}", error(&output));
        out(&output)
    };
    is_junit(&verify("/dev/stdout"));
    place.write("target.xml", "x".repeat(100_000));
    std::os::unix::fs::symlink("target.xml", place.path("link.xml")).unwrap();
    verify("link.xml");
    assert!(fs::symlink_metadata(place.path("link.xml")).unwrap().is_symlink());
    let written = fs::read_to_string(place.path("target.xml")).unwrap();
    is_junit(&written);
    roxmltree::Document::parse(&written).expect("nothing of what was there before");

    let pipe = place.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let read = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    verify("pipe");
    is_junit(&read.join().unwrap());
    assert!(!fs::symlink_metadata(&pipe).unwrap().is_file());

    // Nobody reads this one.
    let output = place.command(&["verify", "small.toml"]).env("GITHUB_STEP_SUMMARY", &pipe).output().unwrap();
    assert_eq!(code(&output), 0);
    assert!(error(&output).contains("cannot be written: it is no regular file"), "{}", error(&output));
}

#[test]
fn a_junit_file_without_a_place_is_known_before_training() {
    let place = trained();
    for (path, reason) in [("no/such.xml", "there is no folder no"), ("results", "it is a folder")] {
        let mut command = place.command(&["verify", "small.toml", "--junit", path]);
        let output = command.env("SWEEP_INJECT_PANIC", "0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f").output().unwrap();
        assert_eq!(code(&output), 3);
        assert_eq!(error(&output), format!("error: cannot write {path} (--junit): {reason}\n"));
    }
}

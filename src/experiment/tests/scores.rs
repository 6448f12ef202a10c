//! The score that a file names, or that follows from its losses.

use super::*;

#[test]
fn what_score_once_meant_is_named() {
    for (word, instead) in [("best", "write `epoch = \"best\"`"), ("final", "write `epoch = \"last\"`")] {
        let text = format!("[report]\nscore = \"{word}\"\n");
        let mistakes = match load_text(Path::new("x.toml"), &text, &[]) {
            Ok(_) => panic!("{word} is no metric"),
            Err(mistakes) => mistakes.to_string(),
        };
        assert!(mistakes.contains(instead), "{mistakes}");
    }
}

/// The score of a plan with this loss and this report, or what the mistake says.
fn score(loss: &str, report: &str) -> Result<&'static str, String> {
    let text = format!("{report}{DATA}{MODEL}{loss}[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n");
    match load_text(Path::new("experiments/x.toml"), &text, &[]) {
        Ok(loaded) => Ok(loaded.plan.metrics[0].score.name),
        Err(mistakes) => Err(mistakes.to_string()),
    }
}

#[test]
fn the_score_is_that_of_the_loss_or_one_that_all_losses_share() {
    let own = |loss: &str| score(&format!("loss = {loss}\n"), "");
    assert_eq!(score("", ""), Ok("mse"));
    assert_eq!(own("\"squared_error\""), Ok("mse"));
    assert_eq!(own("\"huber\""), Ok("huber"));
    assert_eq!(own("{ kind = \"huber\", delta = 1.35 }"), Ok("huber"));
    for several in [
        "{ kind = \"huber\", delta = [1.0, 1.35] }",
        "[\"squared_error\", \"huber\"]",
        "[\"huber\", \"squared_error\"]",
    ] {
        let loss = format!("loss = {several}\n");
        for report in ["", "[report]\nepoch = \"best\"\n", "[report]\nscore = \"huber\"\n"] {
            let mistake = score(&loss, report).expect_err("no score is shared");
            assert!(mistake.contains("accepted: \"mse\", \"rmse\", \"r2\", \"mae\""), "{mistake}");
            assert!(mistake.contains("huber (delta = 1.0)"), "{mistake}");
        }
        assert_eq!(score(&loss, "[report]\nscore = \"rmse\"\n"), Ok("rmse"));
    }
    assert_eq!([own("\"absolute\""), own("\"poisson\"")], [Ok("mae"), Ok("poisson_deviance")]);
    // Each τ is a task, and tasks are never ranked together.
    let quantiles = "loss = { kind = \"quantile\", tau = [0.1, 0.9] }\n";
    assert_eq!(
        [score(quantiles, ""), score(quantiles, "[report]\nscore = \"quantile\"\n")],
        [Ok("quantile"), Ok("quantile")]
    );
    assert!(own("[\"absolute\", { kind = \"quantile\", tau = 0.9 }]").is_err());
    assert!(score("", "[report]\nscore = \"huber\"\n").is_err());
    assert_eq!(score("loss = \"huber\"\n", "[report]\nscore = \"mae\"\n"), Ok("mae"));
}

/// The score of a task, its metrics of rows, and the others that are reported.
type MetricsOfTask = (&'static str, Vec<&'static str>, Vec<&'static str>);

/// A regression and a classification in one file, with this report, and for each of the two tasks: its score, its metrics of rows
/// and the others that are reported.
fn of_both(report: &str) -> Result<[MetricsOfTask; 2], String> {
    let text = format!(
        "{report}{DATA}[models.line]\nkind = \"linear\"\n[models.classes]\nkind = \"softmax\"\n[optimizers.gd]\n\
         method = \"gd\"\nlearning_rate = 0.1\n[optimizers.adam]\nmethod = \"adam\"\nlearning_rate = 0.1\n"
    );
    let plan = load_text(Path::new("x.toml"), &text, &[]).map_err(|mistakes| mistakes.to_string())?.plan;
    assert_eq!(plan.metrics.len(), 4, "two models, two optimizers");
    let of = |model: &str| {
        let at = |index: &usize| plan.combinations[*index].grid.base.model.table == model;
        let found: Vec<usize> = (0..4).filter(at).collect();
        assert_eq!(plan.metrics[found[0]], plan.metrics[found[1]]);
        let metrics = &plan.metrics[found[0]];
        let names = |kinds: &[&'static crate::metric::MetricKind]| kinds.iter().map(|kind| kind.name).collect();
        (metrics.score.name, names(&metrics.of_rows), names(&metrics.others))
    };
    Ok([of("line"), of("classes")])
}

#[test]
fn each_task_is_ranked_by_its_own_metric_or_by_the_first_listed_one_that_it_has() {
    let both = |report: &str| of_both(report).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(both(""), [("mse", vec![], vec![]), ("log_loss", vec![], vec![])]);
    assert_eq!(
        both("[train]\nmetrics = [\"accuracy\", \"mae\"]\n"),
        [("mse", vec!["mae"], vec!["mae"]), ("log_loss", vec!["accuracy"], vec!["accuracy"])]
    );
    let listed = |scores: &str| both(&format!("[report]\nscore = [{scores}]\n"));
    for scores in ["\"accuracy\", \"rmse\"", "\"rmse\", \"accuracy\""] {
        assert_eq!(listed(scores), [("rmse", vec![], vec![]), ("accuracy", vec!["accuracy"], vec![])]);
    }
    // The loss's own metric stands before others that are listed, so that the list of a resolved file means the same.
    assert_eq!(listed("\"log_loss\", \"mse\""), both(""));
    let refused = |scores: &str| of_both(&format!("[report]\nscore = {scores}\n")).expect_err("is refused");
    assert!(refused("\"accuracy\"").contains("`score = [\"accuracy\", \"mse\"]`"));
    assert!(refused("[\"accuracy\", \"f1\"]").contains("models.line on datasets.d"));

    let unused = "[report]\nscore = [\"accuracy\", \"mse\", \"mae\"]\n";
    assert_eq!(both(unused), both("[report]\nscore = [\"accuracy\", \"mse\"]\n"), "a part of a file is no mistake");
    assert!(refused("[]").contains("is an empty list"));
    assert!(refused("[\"mse\", \"accuracy\", \"mse\"]").contains("lists \"mse\" twice"));
    assert!(refused("[\"mse\", 3]").contains("a metric's name"));
}

#[test]
fn only_what_a_loss_does_not_give_takes_rows() {
    let plan = |loss: &str, report: &str| {
        let text = format!("{report}{DATA}{MODEL}{loss}[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n");
        let plan = plan(&text, &[]);
        let rows: Vec<&str> = plan.metrics[0].of_rows.iter().map(|kind| kind.name).collect();
        (rows, plan.metrics[0].recorded_curve().map(|kind| kind.name))
    };
    let huber = "loss = \"huber\"\n";
    assert_eq!(plan("", "[report]\nscore = \"r2\"\n"), (vec![], None));
    assert_eq!(plan(huber, ""), (vec![], None));
    assert_eq!(plan(huber, "[report]\nscore = \"r2\"\n"), (vec!["mse"], Some("mse")));
    assert_eq!(plan(huber, "[report]\nscore = \"mae\"\n"), (vec!["mae"], Some("mae")));
    assert_eq!(plan(huber, "[train]\nmetrics = [\"rmse\"]\n"), (vec!["mse"], None));
}

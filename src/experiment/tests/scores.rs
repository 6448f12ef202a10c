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
        Ok(loaded) => Ok(loaded.plan.metric.name),
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

#[test]
fn only_what_a_loss_does_not_give_takes_rows() {
    let plan = |loss: &str, report: &str| {
        let text = format!("{report}{DATA}{MODEL}{loss}[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n");
        let plan = plan(&text, &[]);
        let rows: Vec<&str> = plan.metrics_of_rows().iter().map(|kind| kind.name).collect();
        (rows, plan.recorded_curve().map(|kind| kind.name))
    };
    let huber = "loss = \"huber\"\n";
    assert_eq!(plan("", "[report]\nscore = \"r2\"\n"), (vec![], None));
    assert_eq!(plan(huber, ""), (vec![], None));
    assert_eq!(plan(huber, "[report]\nscore = \"r2\"\n"), (vec!["mse"], Some("mse")));
    assert_eq!(plan(huber, "[report]\nscore = \"mae\"\n"), (vec!["mae"], Some("mae")));
    assert_eq!(plan(huber, "[train]\nmetrics = [\"rmse\"]\n"), (vec!["mse"], None));
}

//! The words of experiments, of their training and of reports.

use super::{Term, term};

/// In the order of the alphabet.
pub const WORDS: &[Term] = &[
    term(
        "again",
        &["train it again"],
        "The command that trains one setting by itself, with all of its overrides, and the ids of its trials. The results go \
         to a \
         folder of their own, because a trial with a record is not trained again.",
    ),
    term(
        "AlgoPerf score",
        &["benchmark score"],
        "The mean height of an optimizer's performance profile between 1 and 4 times the fastest: 1 for the fastest on every task. It \
         depends on who takes part.",
    ),
    term(
        "axis",
        &["grid", "range"],
        "One hyperparameter with several values, or several that move together (a link). The grid is the product of all \
         axes.",
    ),
    term(
        "baseline",
        &["baselines", "least squares", "mean of the target", "shares of the classes"],
        "What needs no training and stands beside the optimizers: predicting the mean of the training targets (of classes the \
         share of each), or least squares solved exactly.",
    ),
    term(
        "brought along",
        &["transferred", "one setting for all tasks"],
        "Not tuned on this task: the optimizer's setting that ranks best, on average, over the tasks of other data.",
    ),
    term(
        "budget",
        &["settings tried"],
        "What an optimizer was given to be tuned with: the number of settings tried on a task. Each seed chooses among \
         them on its own rows, so a comparison holds for these budgets.",
    ),
    term(
        "calibration",
        &["calibrated", "calibration curve", "reliability"],
        "Whether what is given a probability of 70 % comes true in 70 % of the test rows: the share that did, by the probability, in \
         15 bins. Of more than two classes it is about the predicted one.",
    ),
    term(
        "chosen",
        &["chosen trial", "chosen rows"],
        "The completed trials of the best setting of each task and optimizer. They are trained once more, and their \
         predictions for test rows and the names of their parameters are kept.",
    ),
    term(
        "cohort",
        &["cohorts"],
        "Trials that share data, split, batches and path and are trained together. A trial's numbers do not depend on its \
         cohort.",
    ),
    term("completed", &[], "A trial that reached its last epoch or a stopping rule. See diverged and failed."),
    term(
        "compressed",
        &[],
        "A path: full-batch least squares on the triangle of a QR decomposition in place of all rows. The same steps for \
         less work.",
    ),
    term(
        "confusion matrix",
        &["confusion"],
        "How many test rows of each class are taken for each class, by the best setting of an optimizer; over all seeds, where each has \
         a model of its own.",
    ),
    term(
        "dec",
        &["decade", "decades"],
        "A decade, a factor of ten: 0.01 to 1 is 2 dec. The width of a good range is given in it.",
    ),
    term(
        "design",
        &["lint"],
        "A line of `sweep plan` about what is doubtful in the experiment: too few seeds, no validation split, an axis \
         that cannot matter.",
    ),
    term("deterministic", &[], "Nothing depends on the seed. The setting is one trial, without an interval."),
    term(
        "did not descend",
        &["not descended"],
        "A completed trial that ended with a larger objective than at its start, under another loss than the squared \
         error. It counts as diverged in comparisons.",
    ),
    term(
        "diverged",
        &["divergence"],
        "The objective became infinite or many times larger than at the start (`divergence_factor`), and the trial was \
         ended. A result like any other; in ranks it counts as the worst value.",
    ),
    term(
        "edge",
        &["edge of the axis"],
        "The best value of an axis is its first or its last one, so a better one may lie beyond it. A watch line says it, \
         with the axis to try \
         next.",
    ),
    term(
        "expected best",
        &["expected value of the best", "tried", "all", "early", "enough", "cost of enough"],
        "What the best of so many settings gives on average over all sets of so many of those that were trained (`4 tried`, `all`). `enough`: from so \
         many on it is practically equal to that of all; its cost in gradient evaluations a seed. `early`: its mean over 1, 2, … settings, where few \
         settings weigh most.",
    ),
    term(
        "failed",
        &["failure"],
        "A trial that ended with an error of the program or of its data, without a result. It is kept and shown, and \
         trained again with `--retry` only.",
    ),
    term(
        "good range",
        &["basin", "good basin", "about as good"],
        "The learning rates around the best whose score is within 10 % of the best. ≤ or ≥ at an end: the range may \
         extend past the rates that were tried. The wider it is, the less the rate needs tuning.",
    ),
    term(
        "gradient evaluation",
        &["gradient evaluations"],
        "The gradient of one training row: the unit of cost. An epoch over n rows costs n of them, whatever the batch \
         size.",
    ),
    term(
        "interquartile mean",
        &["IQM"],
        "Over tasks and seeds together, the mean of the middle half of the scores: the share of the baseline's distance that is removed.",
    ),
    term("J", &["objective"], "What training descends: MSE/2, or the mean of another loss, plus the penalty."),
    term(
        "known",
        &["recorded", "already trained"],
        "A planned trial whose record is in the store. It is not trained again.",
    ),
    term(
        "learning rate",
        &["rate", "step size"],
        "The factor α of a step. J has MSE/2, so a framework that descends the MSE itself takes the same path at half the \
         rate.",
    ),
    term(
        "lost",
        &["diverges often"],
        "The share of an optimizer's trials on a task that diverged, did not descend or failed. Above 20 % it diverges often.",
    ),
    term(
        "mean-square limit",
        &["stable in mean square", "mean square"],
        "The learning rate beyond which the expected squared error of SGD grows, rows drawn with replacement. Single runs \
         may still \
         converge.",
    ),
    term(
        "models compared",
        &["compare models", "model comparison", "which model", "seeds that choose it"],
        "Models of one data set that are ranked by the same score on the same rows, each tuned over all its optimizers and settings, and held \
         against the best by the rules for optimizers. Every seed chooses its own setting of a model (seeds that choose it: how many \
         choose the best by the mean), so that the tuned score is one of the tuned model and not of one setting. Different quantiles are \
         never compared.",
    ),
    term(
        "modes",
        &["mode"],
        "A path: full-batch least squares in the eigenvectors of its Hessian, where each direction goes its own way. A \
         step costs d numbers, whatever the number of rows.",
    ),
    term(
        "next to divergence",
        &[],
        "The best learning rate is the last one before some trial diverged. A small change of the data may push it over.",
    ),
    term(
        "noise floor",
        &["floor above least squares", "floor of the training MSE"],
        "What the expected training MSE of SGD at a constant rate tends to above that of least squares, rows drawn with replacement. \
         It grows with the rate and falls with the batch size; more steps do not lower it, a falling rate does.",
    ),
    term(
        "not tuned",
        &["default of a program", "nearest", "not planned"],
        "At a program's default learning rate, the other keys of the method at their defaults, as far as such a setting was planned: `sweep explain \
         adam` shows the rate. `nearest`: it was not, and the nearest planned rate within half a decade stands for it.",
    ),
    term(
        "outstanding",
        &["new", "to train"],
        "A planned trial without a record in the store, or with one that lacks something that is asked for now. `sweep \
         run` trains it.",
    ),
    term(
        "path",
        &["plain", "rows"],
        "The way to compute the steps: plain (all rows, the reference), compressed, modes, or rows (minibatches). The way \
         changes rounding, and what is kept of it is in the record.",
    ),
    term(
        "performance profile",
        &["performance profiles"],
        "The share of tasks on which an optimizer reaches the target within a multiple of the fastest one's time.",
    ),
    term(
        "probability of improvement",
        &[],
        "How likely a seed of one optimizer is better than another seed of the other one; the mean over tasks.",
    ),
    term(
        "rank",
        &["ranking", "mean rank"],
        "The place of a setting or an optimizer by its mean score, 1 the best. Settings that are tied are marked with =; \
         among them the one whose \
         score settles first comes first.",
    ),
    term(
        "rate sensitivity",
        &["worst nearby"],
        "Of what the best rate gains over the start of training, the per cent that is lost at a rate taken at random from those tried; one that diverged \
         gains nothing. 0 %: the rate does not matter. `worst nearby`: the largest score within half a decade of the best rate, as a multiple of the best.",
    ),
    term(
        "rates tried",
        &["rates", "from", "to"],
        "The number of learning rates of a series with a record, and the smallest and the largest of them.",
    ),
    term(
        "resolution",
        &["rounding"],
        "The size below which a difference of a metric is rounding and no difference: 10⁻⁹ of the value, with a floor from \
         the size of the \
         targets; for an accuracy one row, of a mean over seeds one row of one of them. \
         Ties, ranks and good ranges use it.",
    ),
    term(
        "ROC curve",
        &["roc", "receiver operating characteristic", "precision-recall curve"],
        "The share of a class's test rows that is found (true positive rate) by the share of the other rows that is taken for it (false \
         positive rate), over all thresholds of its probability. The precision by the recall is drawn beside it. Of more than two \
         classes it is the mean over the classes, each against the others.",
    ),
    term(
        "rule",
        &["exclude", "link"],
        "`[[exclude]]` removes settings from the grid; `[[link]]` lets hyperparameters of one table move together.",
    ),
    term(
        "safe rate",
        &[],
        "A learning rate in the middle of the good range, on the log scale: the planned rate nearest to √(low · high). It \
         costs little, and is far from divergence.",
    ),
    term(
        "score",
        &["ranked by"],
        "The metric that ranks the settings of a task (`[report] score`, its loss's own if left out) on validation rows, and on \
         training rows without these; at the last epoch or the best (`[report] epoch`).",
    ),
    term(
        "seed",
        &["seeds", "replicate"],
        "One replicate of a setting. Its split, its batches and its start are drawn from the seed.",
    ),
    term(
        "series",
        &[],
        "The settings of one optimizer that differ only in the learning rate: one line in a figure of learning rates.",
    ),
    term(
        "setting",
        &["settings", "configuration"],
        "One value for every hyperparameter. Its trials differ in the seed alone.",
    ),
    term(
        "slice",
        &["partition", "shard", "part"],
        "A part of the plan, `--partition slice:1/4`. `sweep merge` unites the parts.",
    ),
    term(
        "slope of the best rate",
        &["slope", "own best", "cut by the grid"],
        "How the best learning rate moves with a number that is compared, such as a width, on logarithmic axes: −1 if twice the number asks for half the rate, \
         0 if it does not matter. It is told of the rates that are best in each seed (own best), as the mean of their least-squares lines, \
         and of the rates to use, which are best by the mean score. A rate is cut by the grid where it is the first or the last that was tried.",
    ),
    term(
        "stable limit",
        &["stability limit", "largest stable rate", "limit"],
        "The learning rate beyond which gradient descent diverges on a quadratic: 2/λmax without momentum. It is computed \
         from the training rows, and needs no training.",
    ),
    term(
        "store",
        &["segment", "segments"],
        "The folder `.sweep` of the results: records of trials in files that never change. Everything else in the results \
         folder follows from it.",
    ),
    term(
        "task",
        &["tasks"],
        "A data set with its split, and a model: what optimizers are compared on. Other rows or targets make another \
         task.",
    ),
    term(
        "theta",
        &["θ", "parameters"],
        "The parameters that a trial ends with. A record keeps them if they are 64 or fewer; `sweep show` prints them by the \
         names of their \
         columns.",
    ),
    term(
        "tie",
        &["ties", "tied", "others tie"],
        "Settings whose mean scores differ by no more than the resolution of the metric: one row of one seed where it counts rows, else rounding. The \
         score does not tell them apart; of them the one with the best loss, or else the quickest, is used.",
    ),
    term(
        "time to target",
        &["reached", "reached on tasks", "median", "known to", "the fastest"],
        "Gradient evaluations until the validation score is within 1 % of what more than half of the optimizers reach with their best \
         setting, and stays there. A seed that never gets there is cut off at its longest trial. It is known up to the evaluated epoch before (`known to`); \
         times that overlap within it are a tie.",
    ),
    term("trial", &["trials"], "A setting with one seed: what is trained, stored, resumed and counted."),
    term(
        "trial id",
        &["id", "ids"],
        "The hash of what decides a trial's numbers. Its first digits name it: `sweep show 3f2a EXPERIMENT`.",
    ),
    term(
        "unstable",
        &["unstable, not yet diverged"],
        "The learning rate lies beyond the stable limit of at least one split, and the trial ended before its loss had \
         grown enough to be called diverged.",
    ),
    term(
        "watch",
        &["warning"],
        "A line about what to know before the best rates are trusted, with the axis to try next.",
    ),
    term(
        "work",
        &["cost"],
        "What training costs, in gradient evaluations: `sweep plan` estimates it before a run, and each record has that of \
         its trial.",
    ),
    term("λmax", &["lambda max", "2/λmax"], "The largest eigenvalue of the Hessian of J on the training rows."),
];

# Models of R's `survey` package with replicates, which the toolkit must give to seven digits.
#
#     Rscript scripts/reference/refits.R tests/reference
#
# Reads api.csv (made by estimates.R). Writes refits.csv: coefficients with keys "1", "2" and so on, the covariance of the
# first two, Wald's F, and predicted margins. "full" and "mean" are what deviations are taken from.
# Made with R 4.2 and survey 4.1-1.

source("scripts/reference/common.R")
folder <- commandArgs(TRUE)[1]
settled <- glm.control(epsilon = 1e-15, maxit = 200)
api <- read.csv(file.path(folder, "api.csv"), na.strings = "")
strat <- svydesign(~1, strata = ~stype, weights = ~pw, data = api[api$sample == "strat", ])
clus1 <- svydesign(~dnum, weights = ~pw, data = api[api$sample == "clus1", ])

# The fit of each replicate begins at that of the full sample and goes on until nothing changes.
refitted <- function(survey, id, formula, design, ...) {
  model <- do.call(svyglm, list(formula, design = quote(design), control = quote(settled), ...))
  for (again in 1:3) {
    options <- modifyList(list(...), list(start = coef(model)))
    model <- do.call(svyglm, c(list(formula, design = quote(design), control = quote(settled)), options))
  }
  keep(survey, id, seq_along(coef(model)), coef(model), SE(model))
  keep(survey, paste0(id, "_vcov"), "", vcov(model)[1, 2], NA)
  invisible(model)
}

# Predicted margins of school types. svypredmeans refuses replicates, so here are its two parts, and the replicates of
# the margins themselves ("joint").
types <- c("E", "H", "M")
margins_by_replicates <- function(survey, design) {
  design <- update(design, yes = as.numeric(awards == "Yes"), stype = factor(stype, types))
  formula <- yes ~ api99 + stype
  model <- svyglm(formula, design, family = quasibinomial(), control = settled)
  set <- function(type) transform(design$variables, stype = factor(type, types))
  columns <- lapply(types, function(type) model.matrix(formula, set(type)))
  means <- function(w, b) sapply(columns, function(x) sum(w * plogis(x %*% b)) / sum(w))
  slopes <- sapply(columns, function(x) {
    colSums(weights(design, "sampling") * as.vector(dlogis(x %*% coef(model))) * x) / sum(weights(design, "sampling"))
  })
  fixed <- withReplicates(design, function(w, data) means(w, coef(model)))
  v <- t(slopes) %*% vcov(model) %*% slopes + vcov(fixed)
  keep(survey, "margins", types, coef(fixed), sqrt(diag(v)))
  joint <- withReplicates(design, function(w, data) {
    fit <- suppressWarnings(
      glm.fit(model.matrix(formula, data), data$yes, w / mean(w), family = quasibinomial(), control = settled)
    )
    means(w, fit$coefficients)
  })
  keep(survey, "margins_joint", types, coef(joint), SE(joint))
}

# Weights as columns of the data, by the rule without a meaning of replicates.R.
schools <- clus1$variables
invented <- schools$pw * (1 + (outer(7 * seq_len(nrow(schools)), 3 * 1:12, "+") %% 5 - 2) / 10)
for (mse in c(TRUE, FALSE)) {
  about <- if (mse) "full" else "mean"
  replicated <- list(
    strat_JKn = as.svrepdesign(strat, type = "JKn", mse = mse),
    clus1_JK1 = as.svrepdesign(clus1, type = "JK1", mse = mse),
    clus1_columns = svrepdesign(
      data = schools, weights = ~pw, repweights = invented, combined.weights = TRUE, mse = mse, type = "other",
      scale = 0.25, rscales = c(0, seq_len(11) / 4)
    )
  )
  for (name in names(replicated)) {
    design <- replicated[[name]]
    survey <- paste0(name, "_", about)
    gaussian <- refitted(survey, "gaussian", api00 ~ enroll + api99, design)
    t <- regTermTest(gaussian, ~ enroll + api99, method = "Wald", df = 100)
    keep(survey, "wald", "", t$Ftest, NA)
    refitted(survey, "binomial", I(awards == "Yes") ~ api99 + enroll, design, family = quasibinomial())
    refitted(survey, "poisson", api_stu ~ api99 + offset(log(enroll)), design, family = quasipoisson())
    refitted(survey, "gamma", enroll ~ api99, design, family = Gamma("log"))
    refitted(survey, "missing", target ~ enroll, design)
    refitted(survey, "domain", api00 ~ api99, subset(design, enroll > 500))
    margins_by_replicates(survey, design)
  }
}

write_results(file.path(folder, "refits.csv"))

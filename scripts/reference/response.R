# Weights of respondents, and trimmed weights, of R's `survey` package, which the toolkit must give to nine digits.
#
#     Rscript scripts/reference/response.R tests/reference
#
# From the teaching data `api`, whose samples designs.R writes to designs_data.csv. Outcomes of visits and weights that
# differ inside a stratum are invented, by a rule that the tests know. Writes response.csv: weights (key "weight_" and
# the row), response rates, estimates and standard errors. Made with R 4.2 and survey 4.1-1.
#
# R has no verb for non-response. It post-stratifies, calibrates or models the respondents, a subset of the rows; all
# others have the weight 0. Replicates are a loop over the columns of replicate weights.

source("scripts/reference/common.R")
folder <- commandArgs(TRUE)[1]
data(api)

# 1 interview, 2 partial interview, 3 refused, 4 not met, 5 abroad, 7 not eligible, 8 eligibility not known, 9 ill
invented <- function(table) {
  i <- seq_len(nrow(table))
  often <- c(1, 1, 8, 1, 3, 2, 1, 4, 1, 5, 1, 9, 7)
  seldom <- c(1, 3, 8, 1, 4, 2, 1, 4, 1, 7, 3, 1, 5)
  place <- (7 * i + table$api99) %% 13 + 1
  table$level <- ifelse(table$api99 > 650, "high", "low")
  table$result <- ifelse(table$level == "high", often[place], seldom[place])
  table$w <- table$pw * (1 + (i %% 5) / 10)
  table
}
samples <- list(strat = invented(apistrat), clus1 = invented(apiclus1))
known <- function(table) table$result != 8
eligible <- function(table) table$result %in% c(1, 2, 3, 4, 9)
respondent <- function(table) table$result %in% 1:2

# --------------------------------------------------------------------------------- from weights to those of respondents

# Weights of some rows, post-stratified so that each cell has the weight of all rows in the scope; 0 for others.
handed <- function(table, w, cell, scope, takers) {
  all <- tapply(w[scope], cell[scope], sum)
  all <- data.frame(cell = names(all), Freq = as.vector(all))
  all <- all[all$Freq > 0, ]  # a replicate may leave out a whole cell
  rows <- takers & w > 0
  stopifnot(all$cell %in% cell[rows])
  design <- svydesign(~1, weights = ~w, data = data.frame(w = w[rows], cell = cell[rows]))
  out <- numeric(length(w))
  out[rows] <- weights(postStratify(design, ~cell, all))
  out
}

# After those of unknown eligibility have handed theirs over, in cells that no later step has.
after_unknown <- function(table, w) handed(table, w, table$level, TRUE, known(table))

by_cell <- function(table, w, cell) {
  handed(table, after_unknown(table, w), cell, eligible(table), respondent(table))
}

# Cells of type and awards; where one has fewer than eight respondents, the whole type is one cell.
coarser <- function(table) {
  fine <- paste(table$stype, table$awards)
  answers <- tapply(respondent(table), fine, sum)
  thin <- unique(table$stype[answers[fine] < 8])
  stopifnot(length(thin) > 0, length(thin) < 3)
  ifelse(table$stype %in% thin, as.character(table$stype), fine)
}

# Fitted to rows with a weight, predicted for all in the scope. The fit ends when the deviance is the same to 14 digits.
propensity <- function(table, w, scope) {
  table$w <- w
  table$answered <- as.numeric(respondent(table))
  used <- table[scope & w > 0, ]
  fit <- svyglm(answered ~ stype + api99, svydesign(~1, weights = ~w, data = used), family = quasibinomial(),
    control = glm.control(epsilon = 1e-14, maxit = 100))
  as.vector(predict(fit, table[scope, ], type = "response", se.fit = FALSE))
}

one_by_one <- function(table, w) {
  w <- after_unknown(table, w)
  scope <- eligible(table)
  p <- rep(1, nrow(table))
  p[scope] <- propensity(table, w, scope)
  out <- ifelse(respondent(table), w / p, 0)
  out * sum(w[scope]) / sum(out)
}

# Five classes of equal numbers of rows in the scope, by the sample's model; a replicate has rates of its own in them.
in_classes <- function(table, w) {
  scope <- eligible(table)
  p <- propensity(table, after_unknown(table, table$w), scope)
  class <- rep(0, nrow(table))
  class[scope] <- findInterval(p, quantile(p, 1:4 / 5))
  handed(table, after_unknown(table, w), class, scope, respondent(table))
}

# Weights of some rows, calibrated to totals. The tolerance is small enough for ten and more digits.
calibrated <- function(table, w, rows, formula, totals, ...) {
  table$w <- w
  rows <- rows & w > 0
  design <- svydesign(~1, weights = ~w, data = table[rows, ])
  out <- numeric(length(w))
  out[rows] <- weights(calibrate(design, formula, totals, epsilon = 1e-13, maxit = 500, ...))
  out
}

to_sample <- function(table, w, ...) {
  w <- after_unknown(table, w)
  scope <- eligible(table)
  formula <- ~ stype + awards + api99
  totals <- colSums(model.matrix(formula, table[scope, ]) * w[scope])
  calibrated(table, w, respondent(table), formula, totals, ...)
}

known_totals <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, awardsYes = 4167)
raked <- function(table, w) calibrated(table, w, respondent(table), ~ stype + awards, known_totals, calfun = "raking")

ways <- list(
  unknown = after_unknown,
  cells = function(table, w) by_cell(table, w, paste(table$stype, table$awards)),
  cells_collapsed = function(table, w) by_cell(table, w, coarser(table)),
  propensity = one_by_one,
  propensity_classes = in_classes,
  sample_linear = function(table, w) to_sample(table, w, calfun = "linear"),
  sample_raking = function(table, w) to_sample(table, w, calfun = "raking"),
  sample_logit = function(table, w) to_sample(table, w, calfun = "logit", bounds = c(0.5, 3))
)

# Totals, means and ratios, in all and in a domain, of weights taken as given; and weights of some rows.
keep_all <- function(survey, id, design, w, rows = seq_along(w)) {
  put <- function(key, result) keep(survey, id, key, coef(result), SE(result))
  put("total_enroll", svytotal(~enroll, design))
  put("mean_api00", svymean(~api00, design))
  put("ratio", svyratio(~api.stu, ~enroll, design))
  put("mean_api00_awarded", svymean(~api00, subset(design, awards == "Yes")))
  keep(survey, id, paste0("weight_", rows), w[rows], NA)
}
taylor <- function(name, table, w) {
  table$w <- w
  if (name == "strat") svydesign(~1, strata = ~stype, weights = ~w, data = table) else
    svydesign(~dnum, weights = ~w, data = table)
}

for (name in names(samples)) {
  table <- samples[[name]]
  for (id in names(ways)) {
    w <- ways[[id]](table, table$w)
    keep_all(name, id, taylor(name, table, w), w)
  }
}

# ------------------------------------------------------------------------------------------------------ trimmed weights

limits <- list(strat = c(17, 54), clus1 = c(34, 44.2))
limits_after <- list(strat = c(27, 85), clus1 = c(52, 78))  # of weights of respondents

# R gives a share of what is cut to rows of weight 0 too, which are no respondents: they are left out. R keeps the
# inverse of a weight, and cuts until none is beyond a limit by the last bit: it never ends but for limits that are the
# inverse of their inverse. Limits may be one for each row.
trimmed <- function(w, low, high, strict) {
  rows <- w > 0
  low <- 1 / (1 / rep_len(low, length(w)))
  high <- 1 / (1 / rep_len(high, length(w)))
  design <- svydesign(~1, weights = ~w, data = data.frame(w = w[rows]))
  out <- numeric(length(w))
  out[rows] <- weights(trimWeights(design, upper = high[rows], lower = low[rows], strict = strict))
  out
}
passes <- function(strict) if (strict) "strict" else "once"

for (name in names(samples)) for (strict in c(FALSE, TRUE)) {
  table <- samples[[name]]
  w <- trimmed(table$w, limits[[name]][1], limits[[name]][2], strict)
  keep_all(name, paste0("trim_", passes(strict)), taylor(name, table, w), w)
  w <- trimmed(ways$cells(table, table$w), limits_after[[name]][1], limits_after[[name]][2], strict)
  keep_all(name, paste0("cells_trim_", passes(strict)), taylor(name, table, w), w)
}

# ----------------------------------------------------------------------------------------------------- response rates

rates <- function(result, w) {
  n <- tapply(w, factor(result, 1:9), sum)
  n[is.na(n)] <- 0
  met <- sum(n[c(1, 2, 3, 4, 9)])
  e <- met / (met + n[7] + n[5])
  of <- c(met + n[8], met + e * n[8], met)
  c(e = e, RR1 = n[1] / of[1], RR2 = (n[1] + n[2]) / of[1], RR3 = n[1] / of[2], RR4 = (n[1] + n[2]) / of[2],
    RR5 = n[1] / of[3], RR6 = (n[1] + n[2]) / of[3], refusal = n[3] / of[2], contact = (met - n[4]) / of[2],
    abroad = n[5] / (met + n[5]))
}
for (name in names(samples)) {
  table <- samples[[name]]
  unweighted <- rates(table$result, rep(1, nrow(table)))
  weighted <- rates(table$result, table$w)
  keys <- sub("\\..*", "", names(unweighted))
  keep(name, "rates", keys, unweighted, NA)
  keep(name, "weighted_rates", keys, weighted, NA)
}

# ----------------------------------------------------------------------- replicates, in which every step is done anew

steps <- list(
  cells = ways$cells,
  cells_raked = function(table, w) raked(table, ways$cells(table, w)),
  propensity_raked = function(table, w) raked(table, ways$propensity(table, w)),
  classes_raked = function(table, w) raked(table, ways$propensity_classes(table, w)),
  sample_raked = function(table, w) raked(table, ways$sample_raking(table, w))
)
# All steps in all columns. `replicates` are the arguments of svrepdesign() that say what the columns are.
keep_replicated <- function(name, survey, table, columns, replicates) {
  keep_columns <- function(id, w, repweights) {
    done <- do.call(svrepdesign, c(list(weights = w, repweights = repweights, data = table, combined.weights = TRUE,
      mse = TRUE), replicates))
    keep_all(survey, id, done, w, seq(1, length(w), 5))
  }
  for (id in names(steps)) {
    w <- steps[[id]](table, table$w)
    keep_columns(id, w, apply(columns, 2, function(column) steps[[id]](table, column)))
  }
  # A weight that a replicate multiplies has limits as many times as large.
  cut <- function(id, w, columns, limits) for (strict in c(FALSE, TRUE)) {
    each <- apply(columns, 2, function(column) {
      times <- ifelse(w > 0, column / w, 0)
      trimmed(column, limits[1] * times, limits[2] * times, strict)
    })
    keep_columns(paste0(id, passes(strict)), trimmed(w, limits[1], limits[2], strict), each)
  }
  cut("trim_", table$w, columns, limits[[name]])
  cut("cells_trim_", ways$cells(table, table$w), apply(columns, 2, function(column) ways$cells(table, column)),
    limits_after[[name]])
}

for (name in names(samples)) {
  table <- samples[[name]]
  type <- if (name == "strat") "JKn" else "JK1"
  jackknife <- as.svrepdesign(taylor(name, table, table$w), type = type, mse = TRUE)
  keep_replicated(name, paste0(name, "_jackknife"), table, weights(jackknife, "analysis"),
    list(type = type, scale = jackknife$scale, rscales = jackknife$rscales))
}

# Columns of a rule that the tests know, in which a row counts once, twice or not at all, as in a bootstrap.
table <- samples$strat
times <- outer(seq_len(nrow(table)), 1:20, function(i, r) (i %/% r + i * r) %% 3)
keep_replicated("strat", "strat_columns", table, table$w * times,
  list(type = "other", scale = 1 / 20, rscales = rep(1, 20)))

table <- do.call(rbind, results)[c("survey", "id", "key", "estimate", "se")]
for (column in c("estimate", "se")) {
  digits <- format(table[[column]], digits = 17, trim = TRUE, scientific = TRUE)
  table[[column]] <- ifelse(is.na(table[[column]]), "", digits)
}
write.csv(table, file.path(folder, "response.csv"), row.names = FALSE, quote = FALSE, na = "", eol = "\n")

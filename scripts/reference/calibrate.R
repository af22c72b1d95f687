# Calibrated estimates of R's `survey` package, which the toolkit must give to nine digits.
#
#     Rscript scripts/reference/calibrate.R examples/pilots tests/reference
#
# From the teaching data `api`, whose samples designs.R writes to designs_data.csv, and from the native files of the
# Armenian pilot. Writes calibrations.csv: estimates and standard errors, and, as rows of their own, weights (key
# "weight_" and the row, or the month and number of the household) and known totals (id "total"). Made with R 4.2 and
# survey 4.1-1; the pilot is read with haven.
#
# R stops when totals are met to some seven digits: here the tolerances are small enough for ten and more.

source("scripts/reference/common.R")
arguments <- commandArgs(TRUE)
folder <- arguments[2]
data(api)
options(survey.lonely.psu = "fail")

# -------------------------------------------------------------------------------------------------- known totals, api

types <- c(E = 4421, H = 755, M = 1018)
awards <- c(No = 2027, Yes = 4167)  # invented, and near what the samples say
both <- c(E.No = 1190, H.No = 490, M.No = 347, E.Yes = 3231, H.Yes = 265, M.Yes = 671)
counts <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, awardsYes = 4167)
numbers <- c(counts, api99 = 3914069)
high <- c(enroll = 3811472, api.stu = 3161500)  # without an intercept

margin <- function(name, totals) {
  out <- data.frame(names(totals), totals)
  names(out) <- c(name, "Freq")
  out
}
crossed <- data.frame(
  stype = sub("\\..*", "", names(both)), awards = sub(".*\\.", "", names(both)), Freq = as.vector(both)
)

tight <- function(design, formula, population, ...) {
  calibrate(design, formula, population, epsilon = 1e-13, maxit = 500, compress = FALSE, ...)
}
raked <- function(design) {
  rake(design, list(~stype, ~awards), list(margin("stype", types), margin("awards", awards)),
    control = list(maxit = 500, epsilon = 1e-14)
  )
}
methods <- list(
  poststratify = function(d) postStratify(d, ~stype, margin("stype", types)),
  poststratify_crossed = function(d) postStratify(d, ~ stype + awards, crossed),
  rake = raked,
  raking = function(d) tight(d, ~ stype + awards, counts, calfun = "raking"),
  raking_numbers = function(d) tight(d, ~ stype + awards + api99, numbers, calfun = "raking"),
  raking_bounded = function(d) tight(d, ~ stype + awards + api99, numbers, calfun = "raking", bounds = c(0.87, 1.135)),
  linear = function(d) tight(d, ~ stype + awards + api99, numbers, calfun = "linear"),
  linear_ratio = function(d) suppressWarnings(tight(d, ~ enroll + api.stu - 1, high, calfun = "linear")),
  truncated = function(d) tight(d, ~ stype + awards + api99, numbers, calfun = "linear", bounds = c(0.87, 1.135)),
  logit = function(d) tight(d, ~ stype + awards + api99, numbers, calfun = "logit", bounds = c(0.85, 1.2)),
  chain = function(d) tight(postStratify(d, ~stype, margin("stype", types)), ~ awards + api99,
    c(`(Intercept)` = 6194, awardsYes = 4167, api99 = 3914069), calfun = "raking")
)

# Totals, means, ratios and shares, in all and in domains.
keep_all <- function(survey, id, design, weights = TRUE) {
  put <- function(key, result) keep(survey, id, key, coef(result), SE(result))
  put(c("total_enroll", "total_api_stu"), svytotal(~ enroll + api.stu, design))
  put(c("mean_api00", "mean_api99"), svymean(~ api00 + api99, design))
  put("ratio", svyratio(~api.stu, ~enroll, design))
  put(c("share_awards_No", "share_awards_Yes"), svymean(~awards, design))
  put("mean_api00_high", svymean(~api00, subset(design, stype == "H")))
  put("share_awards_in_large", svymean(~ as.numeric(awards == "Yes"), subset(design, enroll > 500)))
  by <- svyby(~enroll, ~awards, design, svytotal)
  put(paste0("total_enroll_", by$awards), by)
  by <- svyby(~api.stu, ~stype, design, svyratio, denominator = ~enroll)
  put(paste0("ratio_", by$stype), by)
  keep(survey, id, "covariance_of_means", vcov(svymean(~ api00 + api99, design))[1, 2], NA)
  w <- if (inherits(design, "svyrep.design")) weights(design, "sampling") else weights(design)
  if (weights) keep(survey, id, paste0("weight_", seq_along(w)), w, NA)
}

apistrat$fpc <- as.numeric(apistrat$fpc)
designs <- list(
  strat = svydesign(~1, strata = ~stype, fpc = ~fpc, weights = ~pw, data = apistrat),
  strat_infinite = svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat),
  clus1 = svydesign(~dnum, fpc = ~fpc, weights = ~pw, data = apiclus1),
  clus2 = svydesign(~ dnum + snum, fpc = ~ fpc1 + fpc2, data = subset(apiclus2, !is.na(enroll)))
)
for (name in names(designs)) {
  # in the small samples of districts these have no solution, or only one with weights below zero
  chosen <- if (startsWith(name, "strat")) names(methods) else
    setdiff(names(methods), c("raking_bounded", "truncated", "logit", "linear_ratio"))
  if (name == "clus1") chosen <- setdiff(chosen, "linear")
  for (id in chosen) keep_all(name, id, methods[[id]](designs[[name]]), weights = name != "strat_infinite")
}

for (strict in c(FALSE, TRUE)) {
  trimmed <- trimWeights(designs$strat_infinite, lower = 0, upper = 31.5, strict = strict)
  total <- svytotal(~ enroll + api.stu, trimmed)
  keep("trimmed", if (strict) "strict" else "once", c("total_enroll", "total_api_stu"), coef(total), SE(total))
  keep("trimmed", if (strict) "strict" else "once", paste0("weight_", 1:200), weights(trimmed), NA)
}

# ---------------------------------------------------------------------------------------- replicates, calibrated each

jackknives <- list(
  strat_jackknife = as.svrepdesign(designs$strat_infinite, type = "JKn", mse = TRUE),
  clus1_jackknife = as.svrepdesign(svydesign(~dnum, weights = ~pw, data = apiclus1), type = "JK1", mse = TRUE)
)
for (name in names(jackknives)) {
  ids <- c("poststratify", "rake", "raking", "raking_numbers", "linear", "logit")
  if (name == "clus1_jackknife") ids <- c("poststratify", "rake", "raking")
  for (id in ids) keep_all(name, id, methods[[id]](jackknives[[name]]), weights = FALSE)
}

# Replicate weights that are columns of the data: made by a rule that the tests know, and calibrated each.
invented <- apistrat$pw * (1 + (outer(7 * seq_len(200), 3 * 1:12, "+") %% 5 - 2) / 10)
columns <- svrepdesign(weights = ~pw, repweights = invented, data = apistrat, type = "other", scale = 1 / 12,
  rscales = rep(1, 12), combined.weights = TRUE, mse = TRUE)
for (id in c("raking", "linear")) keep_all("strat_columns", id, methods[[id]](columns), weights = FALSE)

# ------------------------------------------------------- the Armenian pilot: households with one weight for all of them

native <- function(name) as.data.frame(haven::zap_labels(haven::read_sav(file.path(arguments[1], "armenia-2007", name))))
household <- native("armenia_households.sav")
household <- household[household$A7 %in% 1:2, ]
id <- function(table) paste(table$A6_Month, table$A1)
of <- function(table, rows) tabulate(factor(id(table)[rows], id(household)), nrow(household))
person <- native("armenia_persons.sav")
emigrant <- native("armenia_emigrants.sav")
household$men <- of(person, person$B3 %in% 1)
household$women <- of(person, person$B3 %in% 2)
household$young <- of(person, person$B6 < 15)
household$persons <- of(person, TRUE)
household$away <- of(emigrant, TRUE)
household$region <- factor(household$A3)
household$asked <- as.numeric(household$A8 %in% 1:2)
household$any <- as.numeric(household$A8 %in% 1)
armenia <- svydesign(~A4, strata = ~A2, weights = ~WeightHH, data = household, nest = TRUE)

now <- svytotal(~ region + men + women + young, armenia)
wanted <- round(coef(now) * (1 + 0.01 * (seq_along(now) %% 7 - 3)))
names(wanted) <- sub("region", "", names(wanted))
keep("armenia", "total", names(wanted), wanted, NA)
regions <- wanted[levels(household$region)]
population <- c(`(Intercept)` = sum(regions), setNames(regions[-1], paste0("region", names(regions)[-1])),
  wanted[c("men", "women", "young")])
for (method in c("raking", "linear", "logit")) {
  done <- tight(armenia, ~ region + men + women + young, population, calfun = method,
    bounds = if (method == "logit") c(0.7, 1.4) else c(-Inf, Inf))
  put <- function(key, result) keep("armenia", method, key, coef(result), SE(result))
  put(c("persons", "emigrants"), svytotal(~ persons + away, done))
  put("rate", svyratio(~away, ~persons, done))
  put("with_emigrant", svyratio(~any, ~asked, done))
  by <- svyby(~away, ~A5, done, svyratio, denominator = ~persons)
  put(paste0("rate_urban_", by$A5), by)
  some <- seq(1, nrow(household), 50)
  keep("armenia", method, sprintf("weight_%02d-%04d", household$A6_Month, household$A1)[some], weights(done)[some], NA)
}

table <- do.call(rbind, results)[c("survey", "id", "key", "estimate", "se")]
for (column in c("estimate", "se")) {
  digits <- format(table[[column]], digits = 17, trim = TRUE, scientific = TRUE)
  table[[column]] <- ifelse(is.na(table[[column]]), "", digits)
}
write.csv(table, file.path(folder, "calibrations.csv"), row.names = FALSE, quote = FALSE, na = "", eol = "\n")

# Models and tests of R's `survey` package, which the toolkit must give: nine digits for tests, eight for fits.
#
#     Rscript scripts/reference/models.R tests/reference
#
# Reads villages_*.csv (made by villages.py), api.csv (made by estimates.R) and designs_data.csv (made by designs.R).
# Writes models.csv. Made with R 4.2 and survey 4.1-1.
#
# Rows of a model have its coefficients, with keys "1", "2" and so on in R's order, their t limits, and the deviance.
# Rows of a test have the key "test": its statistic as "estimate", its p-value as "se", and its degrees of freedom as
# "df" and "low". R stops a fit at some eight digits: each is begun again where it stopped, until nothing changes.

source("scripts/reference/common.R")
folder <- commandArgs(TRUE)[1]

# ------------------------------------------------------------------------------------------------------------- designs

read <- function(name, ...) read.csv(file.path(folder, paste0(name, ".csv")), na.strings = "", ...)

api <- read("api")
samples <- list(
  api_strat = svydesign(~1, strata = ~stype, weights = ~pw, data = api[api$sample == "strat", ]),
  api_clus1 = svydesign(~dnum, weights = ~pw, data = api[api$sample == "clus1", ])
)

# Emigrants, and households so that no unit is lost; the strata of one unit, K and L, are left out.
households <- read("villages_households")
emigrants <- read("villages_emigrants", colClasses = c(country = "character"))
home <- households[match(emigrants$hh, households$hh), ]
rows <- rbind(
  cbind(home[c("stratum", "unit", "region", "w", "size", "abroad")],
    record = "emigrant", emigrants[c("sex", "age", "country", "reason", "sends", "amount", "months")]
  ),
  cbind(households[c("stratum", "unit", "region", "w", "size", "abroad")],
    record = "household", sex = NA, age = NA, country = NA, reason = NA, sends = NA, amount = NA, months = NA
  )
)
rows$reason[rows$reason %in% 97] <- NA
rows$sends[rows$sends %in% 97] <- NA
villages <- svydesign(~unit, strata = ~stratum, weights = ~w, data = rows[!rows$stratum %in% c("K", "L"), ], nest = TRUE)

# ------------------------------------------------------------------------------------------------------------ what is kept

settled <- glm.control(epsilon = 1e-15, maxit = 200)

# A model over the rows of `whole` where `inside` is true and no variable is missing.
fitted <- function(survey, id, formula, whole, inside = TRUE, ...) {
  known <- complete.cases(whole$variables[, all.vars(formula)])
  domain <- subset(whole, inside & known)
  model <- do.call(svyglm, list(formula, design = quote(domain), control = quote(settled), ...))
  for (again in 1:20) {
    options <- modifyList(list(...), list(start = coef(model)))
    model <- do.call(svyglm, c(list(formula, design = quote(domain), control = quote(settled)), options))
  }
  model$df.residual <- domain_df(whole, which(inside & known)) + 1 - length(coef(model))
  half <- qt(0.975, model$df.residual) * SE(model)
  keep(survey, id, seq_along(coef(model)), coef(model), SE(model), model$df.residual, coef(model) - half, coef(model) + half)
  keep(survey, id, "deviance", deviance(model), NA)
  invisible(model)
}

tested <- function(survey, id, statistic, p, df, ddf) {
  keep(survey, id, "test", statistic, p, df, ddf)
}

terms_tested <- function(survey, id, model, terms) {
  t <- regTermTest(model, terms, method = "Wald", df = model$df.residual)
  tested(survey, id, t$Ftest, t$p, t$df, t$ddf)
}

# R's p-values count the units of a domain; ours are of the strata that hold a row of it. The rest is R's.
independent <- function(survey, formula, whole, inside = TRUE) {
  known <- complete.cases(whole$variables[, all.vars(formula)])
  design <- subset(whole, inside & known)
  id <- paste(all.vars(formula), collapse = "_")
  nu <- domain_df(whole, which(inside & known))
  its_own <- length(unique(design$cluster[, 1])) - length(unique(design$strata[, 1]))
  f <- svychisq(formula, design, statistic = "F")
  d <- f$parameter[["ndf"]]
  stopifnot(all.equal(f$parameter[["ddf"]], d * its_own))
  tested(survey, paste0(id, "_F"), f$statistic, pf(f$statistic, d, d * nu, lower.tail = FALSE), d, d * nu)
  x <- svychisq(formula, design, statistic = "Chisq")
  tested(survey, paste0(id, "_Chisq"), x$statistic, x$p.value, x$parameter, Inf)
  w <- svychisq(formula, design, statistic = "Wald")
  k <- w$parameter[["ndf"]]
  tested(survey, paste0(id, "_Wald"), w$statistic, pf(w$statistic, k, nu, lower.tail = FALSE), k, nu)
  a <- svychisq(formula, design, statistic = "adjWald")
  statistic <- w$statistic * (nu - k + 1) / nu
  if (nu == its_own) stopifnot(all.equal(a$statistic[[1]], statistic[[1]]))
  tested(survey, paste0(id, "_adjWald"), statistic, pf(statistic, k, nu - k + 1, lower.tail = FALSE), k, nu - k + 1)
  keep(survey, paste0(id, "_table"), seq_along(svytable(formula, design)), svytable(formula, design), NA)
}

margins <- function(survey, id, without, group) {
  m <- svypredmeans(without, group)
  keep(survey, id, names(coef(m)), coef(m), SE(m))
}

# ------------------------------------------------------------------------------------------------------------------ api

for (survey in names(samples)) {
  design <- samples[[survey]]
  gaussian <- fitted(survey, "gaussian", api00 ~ enroll + stype + sch_wide, design)
  terms_tested(survey, "wald_stype", gaussian, ~stype)
  terms_tested(survey, "wald_two", gaussian, ~ enroll + sch_wide)
  contrast <- svycontrast(gaussian, c(0, 100, 1, -1, 0))
  keep(survey, "contrast", "", coef(contrast), SE(contrast))
  interaction <- fitted(survey, "interaction", api00 ~ enroll * stype, design)
  terms_tested(survey, "wald_interaction", interaction, ~ enroll:stype)
  fitted(survey, "log_left", log(enroll) ~ I(api99^2) + stype, design)
  fitted(survey, "gaussian_log", api00 ~ enroll + stype, design, family = gaussian("log"), start = c(6.5, 0, 0, 0))
  fitted(survey, "binomial", I(awards == "Yes") ~ api99 + stype, design, family = quasibinomial())
  fitted(survey, "probit", I(awards == "Yes") ~ api99 + stype, design, family = quasibinomial("probit"))
  fitted(survey, "cloglog", I(awards == "Yes") ~ api99 + stype, design, family = quasibinomial("cloglog"))
  fitted(survey, "poisson_offset", api_stu ~ api99 + stype + offset(log(enroll)), design, family = quasipoisson())
  fitted(survey, "gamma", enroll ~ api99 + stype, design, family = Gamma("log"))
  fitted(survey, "gamma_inverse", enroll ~ stype, design, family = Gamma())
  fitted(survey, "gamma_identity", enroll ~ stype, design, family = Gamma("identity"))
  fitted(survey, "domain", api00 ~ api99 + sch_wide, design, design$variables$enroll > 500)
  fitted(survey, "missing", target ~ enroll + stype, design)
  fitted(survey, "no_intercept", api00 ~ 0 + stype, design)
  margins(survey, "margins_gaussian", svyglm(api00 ~ enroll, design), ~ factor(stype))
  logit <- svyglm(I(awards == "Yes") ~ api99, design, family = quasibinomial(), control = settled)
  margins(survey, "margins_binomial", logit, ~ factor(stype))
  margins(survey, "margins_domain", svyglm(api00 ~ api99, subset(design, enroll > 500)), ~ factor(sch_wide))
  independent(survey, ~ stype + awards, design)
  independent(survey, ~ sch_wide + awards, design)
}

# ----------------------------------------------------------------------------------------------------- finite populations

finite <- read("designs_data")
finite <- lapply(split(finite, finite$sample), function(rows) rows[!sapply(rows, function(column) all(is.na(column)))])
finite <- list(
  finite_strat = svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = finite$strat),
  finite_clus1 = svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = finite$clus1),
  finite_clus2 = svydesign(~ dnum + snum, weights = ~pw, fpc = ~ fpc + fpc2, data = finite$clus2)
)
for (survey in names(finite)) {
  design <- finite[[survey]]
  fitted(survey, "gaussian", api00 ~ enroll + stype, design)
  fitted(survey, "binomial", I(awards == "Yes") ~ api99 + stype, design, family = quasibinomial())
  fitted(survey, "domain", api00 ~ api99, design, design$variables$stype != "H")
  logit <- svyglm(I(awards == "Yes") ~ api99, design, family = quasibinomial(), control = settled)
  margins(survey, "margins_binomial", logit, ~ factor(stype))
  independent(survey, ~ stype + awards, design)
}

# ------------------------------------------------------------------------------------------------------------- villages

away <- villages$variables$record == "emigrant"
home <- villages$variables$record == "household"
old <- away & villages$variables$age %in% 30:99
fitted("villages", "gaussian", amount ~ age + factor(sex) + region, villages, away)
fitted("villages", "domain", amount ~ age + factor(sex), villages, away & villages$variables$region == "north")
sends <- fitted("villages", "binomial", I(sends == 1) ~ age + factor(sex) + region, villages, away, family = quasibinomial())
terms_tested("villages", "wald_region", sends, ~region)
fitted("villages", "poisson", months ~ age * factor(sex), villages, away, family = quasipoisson())
fitted("villages", "poisson_offset", abroad ~ region + offset(log(size)), villages, home, family = quasipoisson())
fitted("villages", "gamma", amount ~ age + factor(reason), villages, away, family = Gamma("log"))
fitted("villages", "gamma_domain", amount ~ months + country, villages, old, family = Gamma("log"))
known <- subset(villages, away & !is.na(sends))
logit <- svyglm(I(sends == 1) ~ age + factor(sex), known, family = quasibinomial(), control = settled)
margins("villages", "margins", logit, ~ factor(region))
independent("villages", ~ sex + reason, villages, away)
independent("villages", ~ region + sends, villages, away)
independent("villages", ~ country + sex, villages, old)

write_results(file.path(folder, "models.csv"))

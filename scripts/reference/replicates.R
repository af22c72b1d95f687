# Replicate variances of R's `survey` package, which the toolkit must give to nine digits.
#
#     Rscript scripts/reference/replicates.R tests/reference
#
# From the teaching data `api` of the package, which estimates.R writes to api.csv. Writes replicates.csv: estimates and
# standard errors, and, as rows of their own, the factors of R where they are at random or in an order of R's own (id
# "factors", key "unit;replicate"). Made with R 4.2 and survey 4.1-1.

source("scripts/reference/common.R")
folder <- commandArgs(TRUE)[1]
data(api)

# Totals, means in all and in domains, a ratio, and a covariance. `id` names the method and what its variance is about.
keep_all <- function(survey, id, design) {
  total <- svytotal(~ enroll + api.stu, design)
  mean <- svymean(~ api00 + api99, design)
  ratio <- svyratio(~api.stu, ~enroll, design)
  by <- svyby(~api00, ~stype, design, svymean)
  keep(survey, id, c("total_enroll", "total_api_stu"), coef(total), SE(total))
  keep(survey, id, c("mean_api00", "mean_api99"), coef(mean), SE(mean))
  keep(survey, id, "ratio", coef(ratio), SE(ratio))
  keep(survey, id, paste0("mean_api00_", by$stype), coef(by), SE(by))
  keep(survey, id, "covariance_of_means", vcov(mean)[1, 2], NA)
}

about <- function(mse) if (mse) "full" else "mean"

# The factor of each unit in each replicate, as R made it.
keep_factors <- function(survey, unit, replicated) {
  factors <- weights(replicated, "replication")[!duplicated(unit), , drop = FALSE]
  units <- unit[!duplicated(unit)]
  for (r in seq_len(ncol(factors))) keep(survey, "factors", paste0(units, ";", r), factors[, r], NA)
}

strat <- svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat)
strat_finite <- svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
clus1 <- svydesign(~dnum, weights = ~pw, data = apiclus1)
clus1_finite <- svydesign(~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)

# Districts of apiclus1 in pairs, by their numbers: seven strata of two units; the last district is left over.
districts <- sort(unique(apiclus1$dnum))
apiclus1$pair <- (match(apiclus1$dnum, districts) + 1) %/% 2
pairs <- svydesign(~dnum, strata = ~pair, weights = ~pw, data = apiclus1[apiclus1$pair < 8, ])

for (mse in c(TRUE, FALSE)) {
  keep_all("strat", paste0("JKn_", about(mse)), as.svrepdesign(strat, type = "JKn", mse = mse))
  keep_all("strat_finite", paste0("JKn_", about(mse)), as.svrepdesign(strat_finite, type = "JKn", mse = mse))
  keep_all("clus1", paste0("JK1_", about(mse)), as.svrepdesign(clus1, type = "JK1", mse = mse))
  keep_all("clus1_finite", paste0("JK1_", about(mse)), as.svrepdesign(clus1_finite, type = "JK1", mse = mse))
  keep_all("pairs", paste0("JKn_", about(mse)), as.svrepdesign(pairs, type = "JKn", mse = mse))
  keep_all("pairs", paste0("BRR_", about(mse)), as.svrepdesign(pairs, type = "BRR", mse = mse))
  keep_all("pairs_fay", paste0("Fay_", about(mse)), as.svrepdesign(pairs, type = "Fay", fay.rho = 0.3, mse = mse))
  set.seed(20)
  keep_all("clus1_drawn", paste0("subbootstrap_", about(mse)),
    as.svrepdesign(clus1, type = "subbootstrap", replicates = 30, mse = mse)
  )
}
keep_factors("pairs", pairs$cluster[, 1], as.svrepdesign(pairs, type = "BRR"))
keep_factors("pairs_fay", pairs$cluster[, 1], as.svrepdesign(pairs, type = "Fay", fay.rho = 0.3))
set.seed(20)
keep_factors("clus1_drawn", clus1$cluster[, 1], as.svrepdesign(clus1, type = "subbootstrap", replicates = 30))

options(survey.lonely.psu = "certainty")
leftover <- svydesign(~dnum, strata = ~pair, weights = ~pw, data = apiclus1)
keep_all("leftover", "JKn_full", as.svrepdesign(leftover, type = "JKn", mse = TRUE))
options(survey.lonely.psu = "fail")

# Replicate weights as columns of the data: the jackknife of apiclus1, and 12 columns by a rule without a meaning.
jackknife <- weights(as.svrepdesign(clus1, type = "JK1"), "analysis")
invented <- apiclus1$pw * (1 + (outer(7 * seq_len(nrow(apiclus1)), 3 * 1:12, "+") %% 5 - 2) / 10)
for (mse in c(TRUE, FALSE)) {
  given <- function(columns, ...) {
    svrepdesign(data = apiclus1, weights = ~pw, repweights = columns, combined.weights = TRUE, mse = mse, ...)
  }
  n <- ncol(jackknife)
  keep_all("columns_jackknife", paste0("JKn_", about(mse)),
    given(jackknife, type = "JKn", scale = 1, rscales = rep((n - 1) / n, n))
  )
  keep_all("columns_invented", paste0("other_", about(mse)),
    given(invented, type = "other", scale = 0.25, rscales = c(0, seq_len(11) / 4))
  )
  keep_all("columns_successive", paste0("ACS_", about(mse)), given(invented, type = "ACS"))
}

write_results(file.path(folder, "replicates.csv"))

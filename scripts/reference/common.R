# What the scripts of this folder share: rows of results, and variances that this version of R does not give.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail")
results <- list()

keep <- function(survey, id, key, estimate, se, df = NA, low = NA, high = NA) {
  results[[length(results) + 1]] <<- data.frame(
    survey, id, key, estimate = as.vector(estimate), se = as.vector(se), df = as.vector(df),
    low = as.vector(low), high = as.vector(high), row.names = NULL
  )
}

# Degrees of freedom as the toolkit defines them: units less strata, over the strata that hold a row of the domain.
# R's degf() counts only the units that hold one, so df is given wherever R makes limits.
domain_df <- function(design, rows = TRUE) {
  strata <- design$strata[, 1]
  units <- tapply(design$cluster[, 1], strata, function(u) length(unique(u)))
  sum(units[unique(as.character(strata[rows]))] - 1)
}

# A total or mean without breakdown, with its t limits.
plain <- function(survey, id, statistic, df) {
  limits <- confint(statistic, df = df)
  keep(survey, id, "", coef(statistic), SE(statistic), df, limits[, 1], limits[, 2])
}

# Any statistic by breakdowns.
cells <- function(survey, id, table, by) {
  key <- do.call(paste, c(lapply(by, function(b) paste0(b, "=", table[[b]])), sep = ";"))
  keep(survey, id, key, coef(table), SE(table))
}

# Shares of categories, with logit limits made by svyciprop, one category at a time. The method "logit" iterates a
# regression and stops at some eight digits; "xlogit" is the closed form of the same limits.
shares <- function(survey, id, variable, design, df) {
  for (level in sort(unique(design$variables[[variable]]))) {
    design <- update(design, is_level = as.numeric(design$variables[[variable]] == level))
    mean <- svymean(~is_level, design)
    limits <- attr(svyciprop(~is_level, design, method = "xlogit", df = df), "ci")
    iterated <- attr(svyciprop(~is_level, design, method = "logit", df = df), "ci")
    stopifnot(all.equal(limits, iterated, tolerance = 1e-7))
    keep(survey, id, paste0(variable, "=", level), coef(mean), SE(mean), df, limits[1], limits[2])
  }
}

# Totals of columns, and their standard errors, under the policy "adjust". R's survey 4.1 leaves the total of a lonely unit
# uncentred; from 4.5 on it takes its distance from the mean total of all units, as the toolkit does. Each row gives up its
# part of that mean, and R's own kernel does the rest: units of other strata are moved alike, which changes nothing.
adjusted_totals <- function(columns, design) {
  x <- as.matrix(design$variables[, columns, drop = FALSE]) * weights(design)
  unit <- interaction(design$strata[, 1], design$cluster[, 1], drop = TRUE)
  x_centred <- x - outer(1 / as.vector(table(unit)[unit]), colSums(x) / nlevels(unit))
  list(total = colSums(x), se = sqrt(diag(svyrecvar(x_centred, design$cluster, design$strata, design$fpc))))
}

# All results, 17 digits, as a CSV file.
write_results <- function(path) {
  table <- do.call(rbind, results)
  for (column in c("estimate", "se", "low", "high")) {
    digits <- format(table[[column]], digits = 17, trim = TRUE, scientific = TRUE)
    table[[column]] <- ifelse(is.na(table[[column]]), "", digits)
  }
  write.csv(table, path, row.names = FALSE, quote = FALSE, na = "", eol = "\n")
}

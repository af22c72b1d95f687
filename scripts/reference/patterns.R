# Numbers for the rules about many rows together: how skew numbers are, which are far, and how probable counts are.
#
#     Rscript scripts/reference/patterns.R tests/reference
#
# Writes patterns_numbers.csv, invented samples of which some are skew, some have ties and some far numbers, and
# patterns.csv: for each sample the medcouple and the adjusted box plot of robustbase, the box plot and the median
# absolute deviation of base R; effects of ratios; for each invented set of tables the exact test of Mantel and
# Haenszel, or Fisher's; tails of binomial counts; probabilities adjusted by Holm's method. Made with R 4.2 and
# robustbase 0.95-0.

suppressMessages(library(robustbase))
options(mc_doScale_quiet = TRUE)
folder <- commandArgs(TRUE)[1]
set.seed(19740)
results <- list()
keep <- function(id, key, value) {
  results[[length(results) + 1]] <<- data.frame(id, key, value = as.vector(value), row.names = NULL)
}

# ------------------------------------------------------------------------------------------------------------- outliers

samples <- list(
  normal_odd = round(rnorm(101), 6),
  normal_even = round(rnorm(100), 6),
  lognormal = round(rlnorm(400, 8, 1), 2),
  lognormal_large = round(rlnorm(1000, 6, 1.2), 4),
  left = round(-rlnorm(251, 2, 0.7), 5),
  amounts = round(rlnorm(500, 7, 1), -2),        # heaped: many ties, some at the median
  hours = rep(c(40, 35, 48, 20, 60, 38, 1, 84), c(150, 60, 50, 20, 15, 40, 2, 3)),
  few = c(2, 3, 5, 7, 11, 13, 40),
  planted = c(round(rlnorm(200, 5, 0.8), 2), 90000, 120000, 0.001)
)
samples$ages <- rep(c(18, 19, 20, 21, 25, 30, 31, 45, 60), c(10, 15, 40, 9, 30, 60, 5, 30, 4))

for (id in names(samples)) {
  x <- samples[[id]]
  # Without doReflect a medcouple of an even number of pairs is the upper of the middle two, with it their mean.
  keep(id, "medcouple", mc(x, doReflect = TRUE, doScale = FALSE))
  keep(id, "mad", mad(x))
  keep(id, "median", median(x))
  keep(id, paste0("hinge_", c("low", "high")), fivenum(x)[c(2, 4)])
  keep(id, "outside_tukey_1.5", length(boxplot.stats(x, coef = 1.5)$out))
  keep(id, "outside_tukey_3", length(boxplot.stats(x, coef = 3)$out))
  keep(id, "outside_mad_3.5", sum(abs(x - median(x)) > 3.5 * mad(x)))
  if (all(x > 0)) keep(id, "outside_mad_log_2.5", sum(abs(log(x) - median(log(x))) > 2.5 * mad(log(x))))
  # adjboxStats takes mc() with its own doReflect: the exact medcouple is put in its place for large samples.
  s <- fivenum(x)
  m <- mc(x, doReflect = TRUE, doScale = FALSE)
  iqr <- s[4] - s[2]
  fence <- if (m >= 0) c(s[2] - 1.5 * exp(-4 * m) * iqr, s[4] + 1.5 * exp(3 * m) * iqr) else
    c(s[2] - 1.5 * exp(-3 * m) * iqr, s[4] + 1.5 * exp(4 * m) * iqr)
  theirs <- adjboxStats(x)
  stopifnot(all.equal(theirs$fence, fence, tolerance = 1e-3))
  keep(id, paste0("fence_", c("low", "high")), fence)
  keep(id, "outside_adjusted_1.5", length(theirs$out))
}

# Effects of ratios (Hidiroglou and Berthelot 1986), written out from their definitions with the hinges as quartiles.
before <- round(rlnorm(300, 6, 1), 1)
after <- round(before * c(rlnorm(294, 0.05, 0.15), 9, 12, 0.05, 1.9, 0.4, 30), 1)
ratio <- after / before
r <- median(ratio)
effect <- ifelse(ratio < r, 1 - r / ratio, ratio / r - 1) * pmax(before, after)^0.4
e <- fivenum(effect)[2:4]
d <- c(max(e[2] - e[1], 0.05 * abs(e[2])), max(e[3] - e[2], 0.05 * abs(e[2])))
keep("ratios", c("median", "effect_low", "effect_median", "effect_high"), c(r, e))
for (limit in c(4, 7, 20)) {
  keep("ratios", paste0("outside_", limit), sum(effect < e[2] - limit * d[1] | effect > e[2] + limit * d[2]))
}
samples <- c(samples, list(before = before, after = after))
numbers <- do.call(rbind, lapply(names(samples), function(id) data.frame(id, value = samples[[id]])))
write.csv(numbers, file.path(folder, "patterns_numbers.csv"), row.names = FALSE, quote = FALSE, eol = "\n")

# ------------------------------------------------------------------------------------------------- tests of two by two

# Each table: rows of the group with yes, without; of the others with yes, without.
tables <- list(
  fisher_tea = list(c(3, 1, 1, 3)),
  fisher_low = list(c(4, 96, 310, 700)),
  fisher_none = list(c(0, 40, 25, 300)),
  fisher_large = list(c(510, 4490, 9000, 91000)),
  strata_two = list(c(12, 48, 200, 340), c(7, 13, 90, 110)),
  strata_three = list(c(30, 30, 100, 110), c(5, 45, 60, 200), c(22, 8, 300, 160)),
  strata_alike = list(c(10, 30, 100, 300), c(20, 20, 200, 200)),
  strata_small = list(c(1, 2, 3, 2), c(2, 0, 1, 4), c(0, 3, 2, 2))
)
for (id in names(tables)) {
  cells <- array(unlist(tables[[id]]), c(2, 2, length(tables[[id]])))
  exact <- function(side) {
    if (dim(cells)[3] == 1) fisher.test(cells[, , 1], alternative = side)$p.value
    else mantelhaen.test(cells, exact = TRUE, alternative = side)$p.value
  }
  keep(id, c("two_sided", "larger"), c(exact("two.sided"), exact("greater")))
  keep(id, paste0("cell_", seq_along(cells)), cells)
}

# ------------------------------------------------------------------------------------------- binomial counts, and Holm

for (case in list(c(3, 12, 0.1), c(40, 120, 0.25), c(0, 30, 0.05), c(700, 1000, 0.65), c(12, 12, 0.5))) {
  id <- paste("binomial", case[1], case[2], case[3], sep = "_")
  keep(id, "at_least", binom.test(case[1], case[2], case[3], "greater")$p.value)
  keep(id, "at_most", binom.test(case[1], case[2], case[3], "less")$p.value)
}
p <- c(0.011, 0.02, 0.0004, 0.8, 0.3, 0.02, 1, 0.004)
keep("holm", paste0("p_", seq_along(p)), p)
keep("holm", paste0("adjusted_", seq_along(p)), p.adjust(p, "holm"))

table <- do.call(rbind, results)
table$value <- format(table$value, digits = 17, trim = TRUE, scientific = TRUE)
write.csv(table, file.path(folder, "patterns.csv"), row.names = FALSE, quote = FALSE, eol = "\n")

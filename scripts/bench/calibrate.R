# Calibration by R's `survey`: loads a file, then does its work once for each line it is sent, as worker.py does.
#
#     Rscript calibrate.R METHOD FILE
#     Rscript calibrate.R households METHOD FILE
#
# METHOD is `rake`, `raking` or `logit` of persons, `linear` or `raking` of households. The totals are those of known.py.

suppressMessages(library(survey))
source(file.path(dirname(sub("--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "worker.R"))
given <- commandArgs(TRUE)

people <- read.csv(given[length(given)], na.strings = "", colClasses = c(destination = "character"))
people$group <- factor(8 * (people$sex - 1) + people$age)
people$urban <- factor(1 + (people$psu %% 3 == 0))
people$region <- factor(people$region)
moved <- function(sums, whole) {
  away <- sums * (1 + 0.05 * sin(seq_along(sums)))
  1.02 * whole / sum(away) * away
}
known <- function(data, name) moved(c(tapply(data$w, data[[name]], sum)), sum(data$w))
named <- function(totals, name) setNames(totals, paste0(name, names(totals)))

if (given[1] == "households") {
  homes <- people[!duplicated(people$household), c("household", "w", "stratum", "psu", "region", "urban")]
  counts <- table(people$household, people$group)
  for (code in colnames(counts)) homes[[paste0("g", code)]] <- as.vector(counts[as.character(homes$household), code])
  design <- svydesign(~psu, strata = ~stratum, weights = ~w, data = homes)
  formula <- reformulate(c(paste0("g", 1:16), "region", "urban"))
  region <- named(known(homes, "region"), "region")
  urban <- named(known(homes, "urban"), "urban")
  population <- c(`(Intercept)` = sum(region), setNames(known(people, "group"), paste0("g", 1:16)), region[-1], urban[-1])
} else {
  design <- svydesign(~psu, strata = ~stratum, weights = ~w, data = people)
  formula <- ~ group + region + urban
  totals <- lapply(c("group", "region", "urban"), function(name) known(people, name))
  population <- c(`(Intercept)` = sum(totals[[1]]), named(totals[[1]], "group")[-1], named(totals[[2]], "region")[-1],
    named(totals[[3]], "urban")[-1])
  margins <- Map(function(name, own) setNames(data.frame(names(own), own), c(name, "Freq")),
    c("group", "region", "urban"), totals)
}
tight <- function(...) calibrate(design, formula, population, epsilon = 1e-10, maxit = 100, ...)
turn <- switch(given[1],
  rake = function() rake(design, list(~group, ~region, ~urban), unname(margins), control = list(maxit = 200, epsilon = 1e-3)),
  raking = function() tight(calfun = "raking"),
  logit = function() tight(calfun = "logit", bounds = c(0.5, 2)),
  households = function() tight(calfun = given[2])
)

written <- function(last, path) {
  w <- weights(last)
  row <- seq(1, length(w), 1000)
  write.table(data.frame("weights", row - 1, w[row], NaN), path, sep = ",", row.names = FALSE, col.names = FALSE)
}

serve(turn, written)

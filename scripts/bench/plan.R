# The tables of plan.py by R's `survey`: each with svyby, as most analysts write it, and the counts with svytotal over
# interactions, as an expert would.
#
#     Rscript scripts/bench/plan.R people.csv
#
# Prints seconds: svyby over the plan, svyby over the five tables that have an expert form, the expert form of those five.

suppressMessages(library(survey))
people <- read.csv(commandArgs(TRUE)[1], na.strings = "", colClasses = c(destination = "character"))
for (name in c("sex", "age", "region", "destination", "duration", "reason", "education")) {
  people[[name]] <- factor(people[[name]])
}
people$one <- 1
design <- svydesign(~psu, strata = ~stratum, weights = ~w, data = people, nest = TRUE)
away <- subset(design, abroad == 1)
paid <- subset(away, !is.na(money))
seconds <- function(expression) system.time(expression)[["elapsed"]]
counts <- list(~destination, ~ destination + sex, ~ duration + sex, ~ reason + sex, ~ region + duration)
plain <- sum(sapply(counts, function(by) seconds(svyby(~one, by, away, svytotal))))
rest <- sum(
  seconds(svyby(~reason, ~destination, away, svymean)),
  seconds(svyby(~money, ~destination, paid, svymean)),
  seconds(svyby(~money, ~sex, paid, svyquantile, quantiles = 0.5, ci = TRUE, keep.var = TRUE)),
  seconds(svyby(~money, ~education, paid, svymean)),
  seconds(svyby(~abroad, ~ age + sex, design, svymean)),
  seconds(svyby(~money, ~ education + sex, paid, svytotal)),
  seconds(svyby(~education, ~age, away, svymean))
)
expert <- sum(
  seconds(svytotal(~destination, away)), seconds(svytotal(~ interaction(destination, sex), away)),
  seconds(svytotal(~ interaction(duration, sex), away)), seconds(svytotal(~ interaction(reason, sex), away)),
  seconds(svytotal(~ interaction(region, duration), away))
)
cat(plain + rest, plain, expert, "\n")

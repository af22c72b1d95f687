# Times raking and calibration of the file that rake.py wrote, in R's `survey`.
#
#     Rscript scripts/bench/rake.R FOLDER

suppressMessages(library(survey))
folder <- commandArgs(TRUE)[1]
people <- read.csv(file.path(folder, "people.csv"))
for (name in c("sex", "age", "region", "urban")) people[[name]] <- factor(people[[name]])
margins <- lapply(0:2, function(i) read.csv(file.path(folder, paste0("margin", i, ".csv"))))
design <- svydesign(~psu, strata = ~stratum, weights = ~w, data = people)
timed <- function(name, code) cat(sprintf("%45s %8.3f s\n", name, system.time(code)[["elapsed"]]))
timed("R rake", rake(design, list(~ sex + age, ~region, ~urban), margins, control = list(maxit = 100, epsilon = 1e-3)))
cells <- expand.grid(sex = 1:2, age = 1:8)
people$group <- factor(8 * (as.integer(people$sex) - 1) + as.integer(people$age))
design <- svydesign(~psu, strata = ~stratum, weights = ~w, data = people)
group <- with(margins[[1]], setNames(Freq, paste0("group", 8 * (sex - 1) + age)))
region <- with(margins[[2]], setNames(Freq, paste0("region", region)))
urban <- with(margins[[3]], setNames(Freq, paste0("urban", urban)))
population <- c(`(Intercept)` = sum(group), group[-1], region[-1], urban[-1])
population <- population[colnames(model.matrix(~ group + region + urban, people[1:1000, ], contrasts.arg = NULL))]
for (method in c("linear", "raking")) {
  timed(paste("R calibrate", method),
    calibrate(design, ~ group + region + urban, population, calfun = method, epsilon = 1e-10))
}

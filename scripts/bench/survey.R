# The tables by R's `survey`: loads a file, then does its work once for each line it is sent, as worker.py does.
#
#     Rscript survey.R FORM SET FILE
#
# FORM is `svyby`, as most analysts write it; `expert`, svytotal over interactions, for counts; or `bootstrap`, svyby
# with 200 replicates that each turn makes anew. SET is a set of tables, by its name in tables.py.

suppressMessages(library(survey))
source(file.path(dirname(sub("--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "worker.R"))
given <- commandArgs(TRUE)

codes <- c("sex", "age", "region", "destination", "duration", "reason", "education")
people <- read.csv(given[3], na.strings = "", colClasses = c(destination = "character"))
for (name in codes) people[[name]] <- factor(people[[name]])
people$one <- 1
design <- svydesign(~psu, strata = ~stratum, weights = ~w, data = people, nest = TRUE)

table_of <- function(name, kind, by, variable = "one", everyone = FALSE) {
  list(name = name, kind = kind, by = by, variable = variable, everyone = everyone)
}
plan <- list(
  table_of("emigrants by destination", "total", "destination"),
  table_of("emigrants by destination and sex", "total", c("destination", "sex")),
  table_of("emigrants by duration and sex", "total", c("duration", "sex")),
  table_of("emigrants by reason and sex", "total", c("reason", "sex")),
  table_of("reasons within destination", "mean", "destination", "reason"),
  table_of("mean remittance by destination", "mean", "destination", "money"),
  table_of("median remittance by sex", "median", "sex", "money"),
  table_of("mean remittance by education", "mean", "education", "money"),
  table_of("emigration rate by age and sex", "mean", c("age", "sex"), "abroad", everyone = TRUE),
  table_of("remittances by education and sex", "total", c("education", "sex"), "money"),
  table_of("education within age", "mean", "age", "education"),
  table_of("emigrants by region and duration", "total", c("region", "duration"))
)
sets <- list(
  plan = plan,
  counts = Filter(function(table) table$variable == "one", plan),
  cells = list(table_of("emigrants by destination, age and region", "total", c("destination", "age", "region"))),
  replicates = list(plan[[1]], plan[[6]], table_of("reasons within sex", "mean", "sex", "reason"))
)

# The rows of a table: a survey design keeps the units that have none.
domain <- function(table, design) {
  if (table$everyone) return(design)
  if (table$variable == "money") subset(design, abroad == 1 & !is.na(money)) else subset(design, abroad == 1)
}

by_svyby <- function(table, design) {
  formula <- reformulate(table$variable)
  by <- reformulate(table$by)
  inside <- domain(table, design)
  switch(table$kind,
    total = svyby(formula, by, inside, svytotal),
    mean = svyby(formula, by, inside, svymean),
    median = svyby(formula, by, inside, svyquantile, quantiles = 0.5, ci = TRUE, keep.var = TRUE)
  )
}

by_interaction <- function(table, design) {
  cells <- if (length(table$by) == 1) table$by else sprintf("interaction(%s)", paste(table$by, collapse = ", "))
  svytotal(as.formula(paste("~", cells)), domain(table, design))
}

turn <- switch(given[1],
  svyby = function() lapply(tables, by_svyby, design),
  expert = function() lapply(tables, by_interaction, design),
  bootstrap = function() {
    replicated <- as.svrepdesign(design, type = "subbootstrap", replicates = 200, mse = TRUE)
    lapply(tables, by_svyby, replicated)
  }
)

# One row a figure: table, cell, estimate, standard error. A distribution has one column a category.
tidy <- function(table, made) {
  if (!inherits(made, "svyby")) {
    cell <- if (length(table$by) == 1) sub(table$by, "", names(made), fixed = TRUE) else sub(".*\\)", "", names(made))
    return(data.frame(table$name, gsub(".", "|", cell, fixed = TRUE), as.vector(made), as.vector(SE(made))))
  }
  size <- attr(made, "svyby")$nstats
  cell <- do.call(paste, c(lapply(made[table$by], as.character), sep = "|"))
  values <- as.matrix(made[length(table$by) + seq_len(2 * size)])
  if (size > 1) {
    category <- sub(table$variable, "", colnames(values)[seq_len(size)], fixed = TRUE)
    cell <- as.vector(outer(cell, category, paste, sep = "|"))
  }
  data.frame(table$name, cell, as.vector(values[, seq_len(size)]), as.vector(values[, size + seq_len(size)]))
}

written <- function(last, path) {
  rows <- do.call(rbind, Map(function(table, made) setNames(tidy(table, made), 1:4), tables, last))
  write.table(rows, path, sep = ",", row.names = FALSE, col.names = FALSE)
}

tables <- sets[[given[2]]]
serve(turn, written)

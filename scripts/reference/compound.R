# Statistics of R's `survey` package that are made of several: options of one question, shares of a total, differences,
# concentration, ratios of ratios, and design effects. The toolkit must give them to nine digits.
#
#     Rscript scripts/reference/compound.R tests/reference
#
# Reads villages_*.csv (made by villages.py) and api.csv (made by estimates.R). Writes compound.csv.
# Made with R 4.2 and survey 4.1-1.
#
# Functions of totals are by svycontrast on svytotal; a row of a domain is one of `design` with zeros outside.

source("scripts/reference/common.R")
folder <- commandArgs(TRUE)[1]
source("scripts/reference/villages.R")

away <- subset(design, record == "emigrant")
at <- function(condition) domain_df(design, which(eval(substitute(condition), design$variables)))

# Functions of totals of variables, each a named expression.
function_of <- function(id, totals, expressions, keys = names(expressions)) {
  f <- svycontrast(totals, expressions)
  keep("villages", id, if (is.null(keys)) "" else keys, coef(f), SE(f))
  invisible(f)
}

# ------------------------------------------------------------------------------------- options of one question, uses

asked <- subset(away, sends %in% 1)
for (use in uses) {
  told <- subset(asked, !is.na(get(use)))
  told <- update(told, ticked = as.numeric(get(use) == 1))
  mean <- svymean(~ticked, told)
  df <- domain_df(design, which(design$variables$sends %in% 1 & !is.na(design$variables[[use]])))
  limits <- attr(svyciprop(~ticked, told, method = "xlogit", df = df), "ci")
  keep("villages", "cases", paste0("option=", use), coef(mean), SE(mean), df, limits[1], limits[2])
  by <- svyby(~ticked, ~sex, told, svymean)
  keep("villages", "cases_by_sex", paste0("sex=", by$sex, ";option=", use), coef(by), SE(by))
}
complete <- subset(asked, !is.na(use_food) & !is.na(use_school) & !is.na(use_house))
complete <- update(complete,
  food = as.numeric(use_food == 1), school = as.numeric(use_school == 1), house = as.numeric(use_house == 1)
)
complete <- update(complete, ticks = food + school + house)
responses <- svyratio(~ food + school + house, ~ticks, complete, deff = "replace")
keep("villages", "responses", paste0("option=", uses), coef(responses), SE(responses))
for (which_sex in 1:2) {
  part <- svyratio(~ food + school + house, ~ticks, subset(complete, sex == which_sex))
  keep("villages", "responses_by_sex", paste0("sex=", which_sex, ";option=", uses), coef(part), SE(part))
}
ticked <- svytotal(~ food + school + house + ticks, complete)
function_of("responses_contrast", ticked, list(quote(food / ticks - 2 * school / ticks)), NULL)

# ----------------------------------------------------------------------------------------------- shares of a total

paid <- subset(away, !is.na(amount))
countries <- c("004", "NA", "NO", "RUS")
share_of_total <- function(id, design, prefix = "") {
  for (code in countries) {
    design <- update(design, own = amount * (country == code))
    ratio <- svyratio(~own, ~amount, design)
    keep("villages", id, paste0(prefix, "country=", code), coef(ratio), SE(ratio))
  }
}
share_of_total("value_shares", paid)
for (which_sex in 1:2) share_of_total("value_shares_by_sex", subset(paid, sex == which_sex), paste0("sex=", which_sex, ";"))
of_country <- svytotal(~ I(amount * (country == "RUS")) + I(amount * (country == "NA")) + amount, paid)
names(of_country) <- c("rus", "na", "all")
function_of("value_shares_contrast", of_country, list(quote(rus / all - 2 * na / all)), NULL)
told <- subset(paid, !is.na(reason))
paid <- update(paid, work = amount * (reason %in% 1), silent = amount * is.na(reason))
over_all <- svyratio(~ work + silent, ~amount, paid)
keep("villages", "value_shares_all", c("reason=1", "reason=_U"), coef(over_all), SE(over_all))
told <- update(told, work = amount * (reason == 1))
of_known <- svyratio(~work, ~amount, told)
keep("villages", "value_shares_known", "reason=1", coef(of_known), SE(of_known))

# ----------------------------------------------------------------------------------------------------- differences

# Men less women, in all and by country; the covariances of the countries' differences have the key "cov;i;j".
less <- function(id, by) {
  keys <- unique(as.character(by$country))
  contrasts <- lapply(keys, function(code) (by$country == code) * ifelse(by$sex == 1, 1, -1))
  differences <- svycontrast(by, contrasts)
  keep("villages", id, paste0("country=", keys), coef(differences), SE(differences))
  pairs <- combn(length(keys), 2)
  keep("villages", paste0(id, "_vcov"), paste0("cov;", pairs[1, ], ";", pairs[2, ]), vcov(differences)[t(pairs)], NA)
}
known <- subset(away, !is.na(amount))
means <- svyby(~amount, ~sex, known, svymean, covmat = TRUE)
gap <- svycontrast(means, c(1, -1))
keep("villages", "mean_difference", "", coef(gap), SE(gap))
line <- svyglm(amount ~ I(sex == 1), known)
stopifnot(all.equal(as.vector(coef(gap)), coef(line)[[2]]), all.equal(as.vector(SE(gap)), SE(line)[[2]]))
less("mean_difference_by_country", svyby(~amount, ~ sex + country, known, svymean, covmat = TRUE))
less("total_difference_by_country", svyby(~amount, ~ sex + country, known, svytotal, covmat = TRUE))
answered <- update(subset(away, !is.na(reason)), work = as.numeric(reason == 1))
less("share_difference_by_country", svyby(~work, ~ sex + country, answered, svymean, covmat = TRUE))
by_sex <- function(variables) {
  data <- design$variables
  out <- design
  for (v in variables) {
    for (s in 1:2) out$variables[[paste0(v, s)]] <- ifelse(data$sex %in% s & !is.na(data[[v]]), data[[v]], 0)
  }
  out
}
sexes <- svytotal(~ emigrant1 + emigrant2 + resident1 + resident2, by_sex(c("emigrant", "resident")))
function_of("rate_difference", sexes, list(quote(emigrant1 / resident1 - emigrant2 / resident2)), NULL)
function_of("rate_ratio", sexes, list(quote((emigrant2 / resident2) / (emigrant1 / resident1))), NULL)
for (r in c("east", "north", "south")) {
  here <- by_sex(c("emigrant", "resident"))
  sums <- svytotal(~ emigrant1 + emigrant2 + resident1 + resident2, subset(here, region == r))
  function_of("rate_ratio_by_region", sums, list(quote((emigrant2 / resident2) / (emigrant1 / resident1))), paste0("region=", r))
}
away <- update(away, paid = ifelse(is.na(amount), 0, amount), pays = as.numeric(!is.na(amount)))
sums <- svytotal(~ paid + pays + months + one, away)
function_of("mean_ratio", sums, list(quote((paid / pays) / (months / one))), NULL)

# ---------------------------------------------------------------------------------------------------- concentration

squares <- quote((p1^2 + p2^2 + p3^2 + p4^2) / n^2)
concentrated <- function(suffix, design, keys = NULL) {
  totals <- svytotal(~ I(as.numeric(country == "004")) + I(as.numeric(country == "NA")) +
    I(as.numeric(country == "NO")) + I(as.numeric(country == "RUS")) + one, design)
  names(totals) <- c("p1", "p2", "p3", "p4", "n")
  index <- function_of(paste0("herfindahl", suffix), totals, list(squares), keys)
  largest <- lapply(names(sort(coef(totals)[1:4], decreasing = TRUE))[1:2], as.name)
  function_of(paste0("largest_two", suffix), totals, list(bquote((.(largest[[1]]) + .(largest[[2]])) / n)), keys)
  shares <- svymean(~country, design)
  names(shares) <- c("p1", "p2", "p3", "p4")
  again <- svycontrast(shares, list(quote(p1^2 + p2^2 + p3^2 + p4^2)))
  stopifnot(all.equal(as.vector(SE(again)), as.vector(SE(index))))
}
concentrated("", away)
for (which_sex in 1:2) concentrated("_by_sex", subset(away, sex == which_sex), paste0("sex=", which_sex))
money <- svytotal(~ I(amount * (country == "004")) + I(amount * (country == "NA")) + I(amount * (country == "NO")) +
  I(amount * (country == "RUS")) + amount, known)
names(money) <- c("p1", "p2", "p3", "p4", "n")
function_of("herfindahl_value", money, list(squares), NULL)

# --------------------------------------------------------------------------------------------------- design effects

# `estimate` is the design effect, of simple samples without replacement and with it.
api <- read.csv(file.path(folder, "api.csv"), na.strings = "")
effects <- function(id, effect, key = "") keep(survey, id, key, effect, NA)
for (survey in c("api_strat", "api_clus1")) {
  sample <- api[api$sample == sub("api_", "", survey), ]
  sampled <- if (survey == "api_strat") {
    svydesign(~1, strata = ~stype, weights = ~pw, data = sample)
  } else {
    svydesign(~dnum, weights = ~pw, data = sample)
  }
  big <- subset(sampled, enroll > 500)
  for (reference in c("without", "replace")) {
    how <- if (reference == "replace") "replace" else TRUE
    name <- function(id) paste0("deff_", id, "_", reference)
    effects(name("mean"), deff(svymean(~api00, sampled, deff = how)))
    effects(name("mean_domain"), deff(svymean(~api00, big, deff = how)))
    effects(name("total"), deff(svytotal(~api00, sampled, deff = how)))
    effects(name("share"), diag(attr(svymean(~stype, sampled, deff = how), "deff")), paste0("stype=", c("E", "H", "M")))
    effects(name("ratio"), deff(svyratio(~api_stu, ~enroll, sampled, deff = how)))
    for (type in c("E", "H", "M")) {
      of_type <- update(sampled, own = enroll * (stype == type))
      effects(name("value_share"), deff(svyratio(~own, ~enroll, of_type, deff = how)), paste0("stype=", type))
    }
  }
}

write_results(file.path(folder, "compound.csv"))

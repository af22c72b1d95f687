# Estimates of R's `survey` package, which the toolkit must give to nine digits.
#
#     Rscript scripts/reference/estimates.R tests/reference
#
# Reads villages_*.csv (made by villages.py) and the teaching data `api`; writes api.csv, estimates.csv.
# Made with R 4.2 and survey 4.1-1.
#
# Residents and emigrants are rows of one table, with zeros where a row is not of the kind that is counted: then a ratio
# of emigrants to residents is svyratio over rows in the same units, and no unit is lost from a domain.

source("scripts/reference/common.R")
folder <- commandArgs(TRUE)[1]

# ---------------------------------------------------------------------------------------------------------- villages

source("scripts/reference/villages.R")

home <- subset(design, record == "household")
away <- subset(design, record == "emigrant")
known <- subset(away, !is.na(amount))
answered <- subset(away, !is.na(reason))
at <- function(condition) domain_df(design, which(eval(substitute(condition), design$variables)))

plain("villages", "total_amount", svytotal(~amount, known), at(!is.na(amount)))
plain("villages", "mean_amount", svymean(~amount, known), at(!is.na(amount)))
far <- subset(known, age >= 30 & country == "RUS")
plain("villages", "mean_amount_domain", svymean(~amount, far), at(!is.na(amount) & age >= 30 & country == "RUS"))
plain("villages", "count", svytotal(~one, away), at(record == "emigrant"))
plain("villages", "mean_size", svymean(~size, home), at(record == "household"))

cells("villages", "total_amount_by_sex", svyby(~amount, ~sex, known, svytotal), "sex")
cells("villages", "mean_amount_by_sex", svyby(~amount, ~sex, known, svymean), "sex")
cells("villages", "count_by_country_sex", svyby(~one, ~country + sex, away, svytotal), c("country", "sex"))
cells("villages", "mean_size_by_region", svyby(~size, ~region, home, svymean), "region")

shares("villages", "share_reason", "reason", answered, at(!is.na(reason)))
away <- update(away, reason_or_unknown = ifelse(is.na(reason), "_U", reason))
all_reasons <- svymean(~reason_or_unknown, away)
keys <- sub("reason_or_unknown", "reason=", names(coef(all_reasons)))
keep("villages", "share_reason_all", keys, coef(all_reasons), SE(all_reasons))
for (sex_of in 1:2) {
  part <- svymean(~factor(reason), subset(answered, sex == sex_of))
  keep("villages", "share_reason_by_sex", paste0("sex=", sex_of, ";reason=", 1:3), coef(part), SE(part))
}
piped <- svyby(~ I(piped == 1), ~region, subset(home, !is.na(piped)), svymean)
keep("villages", "share_piped_by_region", paste0("region=", piped$region), piped[[3]], piped[[5]])

ratio <- svyratio(~amount, ~months, known)
keep("villages", "ratio", "", coef(ratio), SE(ratio))
cells("villages", "ratio_by_sex", svyby(~amount, ~sex, known, svyratio, denominator = ~months), "sex")
rate <- svyratio(~emigrant, ~resident, design)
keep("villages", "rate", "", coef(rate), SE(rate))
cells("villages", "rate_by_region", svyby(~emigrant, ~region, design, svyratio, denominator = ~resident), "region")
mixed <- subset(design, record != "household")
cells("villages", "rate_by_sex", svyby(~emigrant, ~sex, mixed, svyratio, denominator = ~resident), "sex")

own <- svydesign(~unit, strata = ~stratum, weights = ~wp, data = design$variables, nest = TRUE)
cells("villages", "own_weight_mean_age", svyby(~age, ~sex, subset(own, record == "person"), svymean), "sex")
own_rate <- svyratio(~emigrant, ~resident, own)
keep("villages", "own_weight_rate", "", coef(own_rate), SE(own_rate))

joint <- svyby(~amount, ~country, known, svymean, covmat = TRUE)
contrast <- svycontrast(joint, c(1, -2, 0.5, 0.5))
keep("villages", "contrast", "", coef(contrast), SE(contrast))

# -------------------------------------------------------------------------------------- strata of one unit, K and L

# subset() forgets strata without a row of the domain, and the policies are about all strata: so here a domain is a
# variable times its indicator, over all rows.
whole <- svydesign(~unit, strata = ~stratum, weights = ~w, data = rows, nest = TRUE)
whole <- update(whole,
  paid = ifelse(is.na(amount), 0, amount), pays = as.numeric(!is.na(amount)),
  paid_women = ifelse(is.na(amount) | sex != 2, 0, amount), women_pay = as.numeric(!is.na(amount) & sex %in% 2),
  told = as.numeric(!is.na(reason)), work = as.numeric(reason %in% 1)
)

refused <- try(svytotal(~paid, whole), silent = TRUE)
stopifnot(inherits(refused, "try-error"), grepl("has only one PSU", refused))

for (policy in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = policy)
  survey <- paste0("villages_", policy)
  total <- svytotal(~ paid + paid_women, whole)
  se <- if (policy == "adjust") adjusted_totals(c("paid", "paid_women"), whole)$se else SE(total)
  keep(survey, c("total_amount", "total_amount_women"), "", coef(total), se)
  ratio <- function(id, top, base) {
    r <- svyratio(top, base, whole)
    keep(survey, id, "", coef(r), SE(r))
  }
  ratio("mean_amount", ~paid, ~pays)
  ratio("mean_amount_women", ~paid_women, ~women_pay)
  ratio("share_work", ~work, ~told)
  ratio("rate", ~emigrant, ~resident)
}
options(survey.lonely.psu = "fail")

# --------------------------------------------------------------------------------------------------------------- api

data(api)
columns <- c("dnum", "stype", "pw", "api00", "api99", "enroll", "api.stu", "sch.wide", "awards", "target")
api <- rbind(data.frame(sample = "strat", apistrat[, columns]), data.frame(sample = "clus1", apiclus1[, columns]))
api$pw <- format(api$pw, digits = 17)
names(api) <- gsub(".", "_", names(api), fixed = TRUE)
write.csv(api, file.path(folder, "api.csv"), row.names = FALSE, na = "", quote = FALSE)
api$pw <- as.numeric(api$pw)

for (name in c("strat", "clus1")) {
  sample <- api[api$sample == name, ]
  design <- if (name == "strat") {
    svydesign(~1, strata = ~stype, weights = ~pw, data = sample)
  } else {
    svydesign(~dnum, weights = ~pw, data = sample)
  }
  survey <- paste0("api_", name)
  df <- degf(design)
  plain(survey, "total", svytotal(~enroll, design), df)
  plain(survey, "mean", svymean(~api00, design), df)
  plain(survey, "mean_known", svymean(~target, subset(design, !is.na(target))), domain_df(design, !is.na(sample$target)))
  plain(survey, "mean_domain", svymean(~api00, subset(design, enroll > 500)), domain_df(design, sample$enroll > 500))
  ratio <- svyratio(~api_stu, ~enroll, design)
  keep(survey, "ratio", "", coef(ratio), SE(ratio))
  shares(survey, "share", "awards", design, df)
  cells(survey, "mean_by", svyby(~api00, ~ stype + sch_wide, design, svymean), c("stype", "sch_wide"))
  cells(survey, "total_by", svyby(~enroll, ~awards, design, svytotal), "awards")
  cells(survey, "ratio_by", svyby(~api_stu, ~stype, design, svyratio, denominator = ~enroll), "stype")
}

write_results(file.path(folder, "estimates.csv"))

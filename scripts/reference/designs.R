# Estimates of R's `survey` package under finite populations, several stages and unequal probabilities, with design
# effects; the toolkit must give the standard errors and design effects to nine digits.
#
#     Rscript scripts/reference/designs.R tests/reference
#
# Writes designs_data.csv (the columns used of the teaching data `api` and `election`) and designs.csv.
# Made with R 4.2 and survey 4.1-1. R's Brewer approximation is that of Brewer (2002), equation 9.6.

suppressMessages(library(survey))
data(api)
data(election)
folder <- commandArgs(TRUE)[1]

columns <- c("dnum", "snum", "stype", "pw", "fpc", "fpc2", "api00", "api99", "enroll", "api.stu", "awards")
sample_of <- function(name, table) {
  table$fpc2 <- if ("fpc2" %in% names(table)) table$fpc2 else NA
  table$fpc <- if ("fpc1" %in% names(table)) table$fpc1 else table$fpc
  cbind(sample = name, table[columns])
}
rows <- rbind(sample_of("strat", apistrat), sample_of("clus1", apiclus1), sample_of("clus2", apiclus2))
counties <- data.frame(
  sample = "pps", dnum = NA, snum = NA, stype = NA, pw = election_pps$wt, fpc = election_pps$p, fpc2 = NA,
  api00 = election_pps$Bush, api99 = election_pps$Kerry, enroll = election_pps$votes, api.stu = NA, awards = NA
)
rows <- rbind(rows, counties)
write.csv(
  transform(rows, pw = sprintf("%.17g", pw), fpc = sprintf("%.17g", fpc)), file.path(folder, "designs_data.csv"),
  row.names = FALSE, na = "", quote = FALSE
)

out <- NULL
keep <- function(survey, id, result, key = "") {
  effect <- tryCatch(as.numeric(deff(result)), error = function(e) NA)
  if (length(effect) == 0) effect <- NA
  if (is.matrix(attr(result, "deff"))) effect <- diag(attr(result, "deff"))
  out <<- rbind(out, data.frame(
    survey = survey, id = id, key = key, estimate = as.numeric(coef(result)), se = as.numeric(SE(result)),
    deff = as.numeric(effect)
  ))
}
options(survey.lonely.psu = "fail")
designs <- list(
  strat = svydesign(~1, strata = ~stype, fpc = ~fpc, weights = ~pw, data = apistrat),
  strat_infinite = svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat),
  clus1 = svydesign(~dnum, fpc = ~fpc, weights = ~pw, data = apiclus1),
  clus1_infinite = svydesign(~dnum, weights = ~pw, data = apiclus1),
  clus2 = svydesign(~ dnum + snum, fpc = ~ fpc1 + fpc2, data = apiclus2),
  clus2_infinite = svydesign(~ dnum + snum, weights = ~pw, data = apiclus2)
)
for (name in names(designs)) {
  design <- designs[[name]]
  given <- subset(design, !is.na(enroll))
  keep(name, "total_enroll", svytotal(~enroll, given))
  keep(name, "mean_api00", svymean(~api00, design, deff = "replace"))
  keep(name, "total_api00", svytotal(~api00, design, deff = "replace"))
  keep(name, "ratio", svyratio(~api00, ~api99, design, deff = "replace"))
  types <- svymean(~stype, design, deff = "replace")
  keep(name, "share_stype", types, paste0("stype=", sub("stype", "", names(coef(types)))))
  high <- subset(design, stype == "H")
  keep(name, "mean_api00_high", svymean(~api00, high, deff = "replace"))
  by <- svyby(~api00, ~awards, design, svymean)
  keep(name, "mean_api00_by_awards", by, paste0("awards=", by$awards))
}
brewer <- svydesign(~1, fpc = ~p, data = election_pps, pps = "brewer")
keep("pps", "total_bush", svytotal(~Bush, brewer))
keep("pps", "total_kerry", svytotal(~Kerry, brewer))
keep("pps", "share_bush", svyratio(~Bush, ~votes, brewer))
numbers <- c("estimate", "se", "deff")
out[numbers] <- lapply(out[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
write.csv(out, file.path(folder, "designs.csv"), row.names = FALSE, quote = FALSE)

# Intervals of shares, and quantiles with Woodruff's limits.
share <- function(name, method, df) {
  result <- svyciprop(~ I(awards == "Yes"), designs[[name]], method = method, df = df)
  data.frame(
    survey = name, id = "share_awards", method = method, p = NA, estimate = as.numeric(result), se = as.numeric(SE(result)),
    df = df, low = confint(result)[1], high = confint(result)[2]
  )
}
quantile_of <- function(name, p, method, df) {
  result <- svyquantile(~api00, designs[[name]], p, interval.type = method, qrule = "math", df = df)$api00
  data.frame(
    survey = name, id = "quantile", method = method, p = p, estimate = result[1, "quantile"], se = result[1, "se"],
    df = df, low = result[1, "ci.2.5"], high = result[1, "ci.97.5"]
  )
}
limits <- NULL
for (name in c("clus1", "strat", "clus2")) {
  df <- degf(designs[[name]])
  for (method in c("beta", "mean")) limits <- rbind(limits, share(name, method, df))
  for (p in c(0.1, 0.25, 0.5, 0.9)) {
    for (method in c("mean", "beta", "xlogit")) limits <- rbind(limits, quantile_of(name, p, method, df))
  }
}
numbers <- c("estimate", "se", "low", "high")
limits[numbers] <- lapply(limits[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
write.csv(limits, file.path(folder, "limits.csv"), row.names = FALSE, quote = FALSE, na = "")

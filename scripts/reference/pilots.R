# Estimates of R's `survey` package from the native files of two synthetic pilots. Nothing of the toolkit is used: the
# few variables that are needed are recoded here a second time, so that the whole road from file to figure is compared.
#
#     Rscript scripts/reference/pilots.R examples/pilots tests/reference
#
# Writes pilots.csv. Made with R 4.2 and survey 4.1-1. Egypt has strata of one unit, under the policy "adjust".

source("scripts/reference/common.R")
arguments <- commandArgs(TRUE)
invisible(Sys.setlocale("LC_CTYPE", "C.UTF-8"))

# -------------------------------------------------------------------------------------- files, as they were collected

native <- function(name, encoding) {
  table <- read.csv(file.path(arguments[1], name), colClasses = "character", fileEncoding = encoding)
  table[table == ""] <- NA
  table
}
number <- function(text, unknown) ifelse(text %in% unknown, NA, as.numeric(text))
sex <- function(text) ifelse(text %in% c("1", "2"), text, NA)  # 9 is not stated; 3 has no meaning

egypt <- function() {
  household <- native("egypt-2006/egypt_households.csv", "CP1256")
  person <- native("egypt-2006/egypt_persons.csv", "CP1256")
  emigrant <- native("egypt-2006/egypt_emigrants.csv", "CP1256")
  saudi <- "\u0627\u0644\u0633\u0639\u0648\u062f\u064a\u0629"
  spellings <- c(saudi, paste0("\u0627\u0644\u0645\u0645\u0644\u0643\u0629 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 ", saudi))
  unknown <- c("\u0644\u0627 \u064a\u0639\u0631\u0641", "\u0631\u0641\u0636", "\u063a\u064a\u0631 \u0645\u0628\u064a\u0646")
  stopifnot(all(spellings %in% emigrant$q511), any(unknown %in% emigrant$q511))
  reasons <- c(1:5, 61, 62, 7, 9, 10, 96)
  list(
    name = "egypt", policy = "adjust",
    household = data.frame(
      id = household$caseser, stratum = paste(household$reg, household$rururb), unit = household$psu_no,
      w = as.numeric(household$pweight) / 3.9, region = substr(household$reg, 5, 6),
      urban = ifelse(household$rururb == "1", "1", "2"), any = number(household$q501, c("97", "98", "99"))
    ),
    person = data.frame(id = person$caseser, sex = sex(person$sex)),
    emigrant = data.frame(
      id = emigrant$caseser, abroad = TRUE, sex = sex(emigrant$q504), age = number(emigrant$q506, "999"),
      reason = reasons[match(emigrant$q512, 1:11)],
      main = ifelse(emigrant$q511 %in% unknown, NA, emigrant$q511 %in% spellings),
      cash = number(emigrant$q517, c("9999997", "9999998", "9999999"))
    )
  )
}

thailand <- function() {
  household <- native("thailand-2008/thailand_households.csv", "TIS-620")
  person <- native("thailand-2008/thailand_persons.csv", "TIS-620")
  emigrant <- native("thailand-2008/thailand_emigrants.csv", "TIS-620")
  id <- function(table) with(table, paste(reg, cwt, tmb, area, psu_no, hh_no))
  reasons <- c(1:5, 61, 62, 9, 10, 96)
  list(
    name = "thailand", policy = "fail",
    household = data.frame(
      id = id(household), stratum = paste(household$cwt, household$area), unit = household$psu_no,
      w = as.numeric(household$hwt), region = household$cwt, urban = household$area,
      any = number(household$m1, c("97", "98", "99"))
    ),
    person = data.frame(id = id(person), sex = sex(person$sex)),
    emigrant = data.frame(
      id = id(emigrant), abroad = emigrant$m14 %in% "1", sex = sex(emigrant$m5), age = number(emigrant$m7, "999"),
      reason = reasons[match(emigrant$m13, 1:10)],
      main = ifelse(emigrant$m12 %in% c("97", "98", "99"), NA, emigrant$m12 %in% "1"),
      cash = number(emigrant$m21, c("9999997", "9999998", "9999999"))
    )
  )
}

# ------------------------------------------------------------------------------------------------------- estimates

# One table of all rows; an emigrant whose household is not there is left out.
stacked <- function(pilot) {
  table_of <- function(rows, record) {
    home <- pilot$household[match(rows$id, pilot$household$id), ]
    one <- data.frame(record = record, home[c("stratum", "unit", "w", "region", "urban", "any")])
    for (column in c("abroad", "sex", "age", "reason", "main", "cash")) one[[column]] <- rows[[column]] %||% NA
    one[!is.na(one$stratum), ]
  }
  rbind(
    table_of(pilot$household["id"], "household"), table_of(pilot$person, "person"), table_of(pilot$emigrant, "emigrant")
  )
}
`%||%` <- function(a, b) if (is.null(a)) b else a

compare <- function(pilot) {
  options(survey.lonely.psu = pilot$policy)
  rows <- stacked(pilot)
  design <- svydesign(~unit, strata = ~stratum, weights = ~w, data = rows, nest = TRUE)
  yes <- function(condition) as.numeric(condition %in% TRUE)
  gone <- rows$record == "emigrant" & rows$abroad %in% TRUE
  paid <- gone & !is.na(rows$cash)

  # A domain is a variable times its indicator, over all rows: see estimates.R.
  total <- function(id, key, value) {
    masked <- update(design, value = value)
    t <- svytotal(~value, masked)
    se <- if (pilot$policy == "adjust") adjusted_totals("value", masked)$se else SE(t)
    df <- domain_df(design, value != 0)
    half <- qt(0.975, df) * as.vector(se)
    keep(pilot$name, id, key, coef(t), se, df, coef(t) - half, coef(t) + half)
  }
  ratio <- function(id, key, top, base) {
    r <- svyratio(~top, ~base, update(design, top = top, base = base))
    keep(pilot$name, id, key, coef(r), SE(r))
  }
  cash <- ifelse(paid, rows$cash, 0)

  total("emigrants", "", yes(gone))
  total("remittances", "", cash)
  ratio("mean_remittance", "", cash, yes(paid))
  for (s in c("1", "2")) {
    total("emigrants_by_sex", paste0("em_sex=", s), yes(gone & rows$sex == s))
    ratio("mean_remittance_by_sex", paste0("em_sex=", s), cash * yes(rows$sex == s), yes(paid & rows$sex == s))
    ratio("rate_by_sex", paste0("sex=", s), yes(gone & rows$sex == s), yes(rows$record == "person" & rows$sex == s))
    inside <- gone & rows$urban == s & !is.na(rows$main)
    ratio("main_destination_by_urban", paste0("urban=", s), yes(inside & rows$main), yes(inside))
  }
  men <- paid & rows$sex == "1" & rows$age >= 25 & rows$age < 45
  ratio("mean_remittance_of_men_25_44", "", cash * yes(men), yes(men))
  told <- gone & !is.na(rows$reason)
  for (reason in sort(unique(rows$reason[told]))) {
    ratio("reason", paste0("em_reason=", reason), yes(told & rows$reason == reason), yes(told))
  }
  ratio("rate", "", yes(gone), yes(rows$record == "person"))
  for (region in sort(unique(rows$region))) {
    here <- rows$region == region
    ratio("rate_by_region", paste0("region_code=", region), yes(gone & here), yes(rows$record == "person" & here))
  }

  # The rest is said to R in its own way: a subset, and svyciprop.
  homes <- subset(design, record == "household" & !is.na(any))
  df <- domain_df(design, rows$record == "household" & !is.na(rows$any))
  mean <- svymean(~ I(as.numeric(any == 1)), homes)
  limits <- attr(svyciprop(~ I(as.numeric(any == 1)), homes, method = "xlogit", df = df), "ci")
  keep(pilot$name, "households_with_emigrant", "", coef(mean), SE(mean), df, limits[1], limits[2])
  if (pilot$policy == "fail") {
    means <- svyby(~cash, ~sex, subset(design, paid), svymean)
    keep(pilot$name, "mean_remittance_by_sex_svyby", paste0("em_sex=", means$sex), coef(means), SE(means))
  }
}

compare(egypt())
compare(thailand())
write_results(file.path(arguments[2], "pilots.csv"))

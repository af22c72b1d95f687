# The villages as rows of one table, and their design without the strata of one unit, K and L; `folder` holds the files.

uses <- c("use_food", "use_school", "use_house")
read <- function(name) {
  table <- read.csv(file.path(folder, paste0("villages_", name, ".csv")),
    na.strings = "", colClasses = if (name == "emigrants") c(country = "character") else NA
  )
  for (column in intersect(c("piped", "reason", "sends", uses), names(table))) {
    table[[column]][table[[column]] %in% 97] <- NA
  }
  table
}

households <- read("households")
stacked <- function(table, record) {
  home <- households[match(table$hh, households$hh), ]
  data.frame(
    record = record, stratum = home$stratum, unit = home$unit, region = home$region, w = home$w,
    wp = if (record == "person") table$wp else home$w,
    size = home$size, abroad = home$abroad, piped = home$piped, one = 1,
    emigrant = as.numeric(record == "emigrant"), resident = as.numeric(record == "person"),
    sex = if (record == "household") NA else table$sex,
    age = if (record == "household") NA else table$age,
    country = if (record == "emigrant") table$country else NA,
    reason = if (record == "emigrant") table$reason else NA,
    amount = if (record == "emigrant") table$amount else NA,
    months = if (record == "emigrant") table$months else NA,
    sends = if (record == "emigrant") table$sends else NA,
    sapply(uses, function(use) if (record == "emigrant") table[[use]] else rep(NA, nrow(table)))
  )
}
rows <- rbind(stacked(households, "household"), stacked(read("persons"), "person"), stacked(read("emigrants"), "emigrant"))

design <- svydesign(~unit, strata = ~stratum, weights = ~w, data = rows[!rows$stratum %in% c("K", "L"), ], nest = TRUE)

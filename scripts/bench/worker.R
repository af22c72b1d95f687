# A contestant's process in R, as worker.py is one in Python: for each line it is sent it does its work once, or writes the
# last results. `turn` gives results, `written` takes them and the path of a file.

answer <- function(text) {
  cat("answer", text, "\n")
  flush(stdout())
}

serve <- function(turn, written) {
  orders <- file("stdin", open = "r")
  answer("ready")
  while (length(order <- readLines(orders, n = 1)) > 0) {
    if (order == "turn") {
      invisible(gc())
      start <- Sys.time()
      last <- turn()
      answer(sprintf("%.6f", as.numeric(Sys.time() - start, units = "secs")))
    } else {
      written(last, sub("^rows ", "", order))
      answer("written")
    }
  }
}

# The comparison of bench/forecast: fits the models of R's forecast package to each series' prefix, then forecasts from each
# origin with the fitted model brought up to date. Reads DIR/index.csv and the series it names, writes DIR/predictions.csv and
# DIR/fits.csv. Started by `./warmfront bench forecast`; needs r-cran-forecast (Debian) or install.packages("forecast").
#   Rscript bench/forecast.R DIR SECONDS_MAX
suppressMessages(library(forecast))
library(parallel)
library(tools)
arguments <- commandArgs(trailingOnly = TRUE)
dir <- arguments[1]
limit <- as.numeric(arguments[2])
set.seed(1)

horizons <- c(1, 12, 24)
window_max <- 1000
levels <- c(80, 90, 98) # two-sided, so that the upper ends are the 0.9, 0.95 and 0.99 quantiles

index <- read.csv(file.path(dir, "index.csv"), stringsAsFactors = FALSE)
predictions <- file.path(dir, "predictions.csv")
fits <- file.path(dir, "fits.csv")
if (!file.exists(predictions)) cat("file,origin,horizon,model,q50,q90,q95,q99\n", file = predictions)
if (!file.exists(fits)) cat("file,model,milliseconds,status\n", file = fits)
done <- unique(paste(read.csv(fits)$file, read.csv(fits)$model))

# The last stretch of a series up to a position: whole seasons, at most window_max values where the season allows.
upto <- function(counts, position, season) {
  keep <- min(position, max(window_max, 2 * season + 100))
  ts(counts[(position - keep + 1):position], frequency = season)
}

arima_terms <- function(y, ahead = NULL) {
  if (frequency(y) <= 24) return(NULL)
  harmonics <- min(3, floor(frequency(y) / 2))
  if (is.null(ahead)) fourier(y, K = harmonics) else fourier(y, K = harmonics, h = ahead)
}

models <- list(
  snaive = list(fit = function(y) NULL, say = function(fit, y, h) snaive(y, h = h, level = levels)),
  ets = list(
    fit = function(y) ets(y),
    say = function(fit, y, h) forecast(ets(y, model = fit, use.initial.values = FALSE), h = h, level = levels)
  ),
  stlf = list(fit = function(y) NULL, say = function(fit, y, h) stlf(y, h = h, level = levels)),
  auto.arima = list(
    # Beyond 24 slots to a season, harmonics instead of seasonal terms, as the package's author advises.
    fit = function(y) auto.arima(y, xreg = arima_terms(y), seasonal = frequency(y) <= 24),
    say = function(fit, y, h) {
      terms <- arima_terms(y)
      if (is.null(terms)) return(forecast(Arima(y, model = fit), h = h, level = levels))
      forecast(Arima(y, model = fit, xreg = terms), xreg = arima_terms(y, h), h = h, level = levels)
    }
  ),
  tbats = list(
    fit = function(y) tbats(y, use.parallel = FALSE),
    say = function(fit, y, h) forecast(tbats(y, model = fit), h = h, level = levels)
  ),
  nnetar = list(
    fit = function(y) nnetar(y, repeats = 10, MaxNWts = 5000),
    say = function(fit, y, h) forecast(nnetar(y, model = fit), h = h, level = levels, PI = TRUE, npaths = 100)
  )
)

# One model on one series, in a process of its own, which can be stopped whatever it is doing: a time limit inside R is
# swallowed by models that try many candidates.
ask <- function(model, counts, season, split, origins) {
  began <- sum(proc.time()[c("user.self", "sys.self")])
  fit <- model$fit(upto(counts, split, season))
  milliseconds <- 1000 * (sum(proc.time()[c("user.self", "sys.self")]) - began)
  rows <- list()
  for (origin in origins) {
    began <- sum(proc.time()[c("user.self", "sys.self")])
    # Origins are counted from 0, and are the last value known.
    ahead <- model$say(fit, upto(counts, origin + 1, season), max(horizons))
    # What has no fit of its own fits when it is asked.
    if (is.null(fit)) milliseconds <- max(milliseconds, 1000 * (sum(proc.time()[c("user.self", "sys.self")]) - began))
    for (h in horizons) {
      rows[[length(rows) + 1]] <- c(origin, h, pmax(0, c(ahead$mean[h], ahead$upper[h, ])))
    }
  }
  list(milliseconds = milliseconds, rows = rows)
}

for (row in seq_len(nrow(index))) {
  file <- index$file[row]
  counts <- scan(file.path(dir, file), quiet = TRUE)
  origins <- as.integer(strsplit(as.character(index$origins[row]), " ")[[1]])
  for (name in names(models)) {
    if (paste(file, name) %in% done) next
    job <- mcparallel(suppressWarnings(ask(models[[name]], counts, index$season[row], index$split[row], origins)),
      mc.set.seed = FALSE, silent = TRUE)
    said <- mccollect(job, wait = FALSE, timeout = limit)
    if (is.null(said)) pskill(job$pid, SIGKILL)
    mccollect(job, wait = FALSE, timeout = 1)
    said <- if (is.null(said)) NULL else said[[1]]
    status <- if (is.list(said)) "fitted" else if (is.null(said)) "too-slow" else "failed"
    if (is.list(said)) {
      for (one in said$rows) {
        cat(sprintf("%s,%d,%d,%s,%.8g,%.8g,%.8g,%.8g\n", file, as.integer(one[1]), as.integer(one[2]), name, one[3],
          one[4], one[5], one[6]), file = predictions, append = TRUE)
      }
    }
    milliseconds <- if (is.list(said)) said$milliseconds else 1000 * limit
    cat(sprintf("%s,%s,%.1f,%s\n", file, name, milliseconds, status), file = fits, append = TRUE)
  }
}

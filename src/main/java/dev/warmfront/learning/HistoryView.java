package dev.warmfront.learning;

/**
 * What was taken up.
 *
 * @param rows that the request had
 * @param added of them that were not known before
 */
public record HistoryView(int rows, long added) {}

package dev.warmfront.agent;

/**
 * What an agent said of its cache of files.
 *
 * @param cacheBytes how much it may hold
 * @param heldBytes how much it holds
 * @param files how many that are
 * @param bytesPerSecond how fast it fetched lately, 0 where it has fetched nothing of some size
 * @param hits reads of files that lay there
 * @param misses reads that had to be fetched for
 * @param corrupted files that were not what they should be, and were fetched again
 * @param fetchedBytes over the network
 * @param aheadBytes of these, fetched before a task asked
 * @param aheadReadBytes of these, read since
 * @param aheadLostBytes of these, removed without having been read
 */
public record CacheView(
        long cacheBytes,
        long heldBytes,
        int files,
        long bytesPerSecond,
        long hits,
        long misses,
        long corrupted,
        long fetchedBytes,
        long aheadBytes,
        long aheadReadBytes,
        long aheadLostBytes) {

    static CacheView of(Wire.Data data) {
        Wire.Counts counts = data.counts() == null ? Wire.Counts.NONE : data.counts();
        var held = data.heldOrNone();
        return new CacheView(
                data.cacheBytes(),
                held.stream().mapToLong(Wire.Datum::bytes).sum(),
                held.size(),
                data.bytesPerSecond(),
                counts.hits(),
                counts.misses(),
                counts.corrupted(),
                counts.fetchedBytes(),
                counts.aheadBytes(),
                counts.aheadReadBytes(),
                counts.aheadLostBytes());
    }
}

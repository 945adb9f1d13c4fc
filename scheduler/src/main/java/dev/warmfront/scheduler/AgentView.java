package dev.warmfront.scheduler;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent says of its place: what lies there, how fast more of it comes, how far services are. The whole truth each time.
 *
 * @param cacheBytes how much its cache may hold, ≥ 0
 * @param bytesPerSecond how fast it fetched lately; 0: it has fetched nothing that tells
 * @param holds what its cache holds, by tenant; the most recently used {@link #MAX_BLOBS} at most
 * @param roundTrips of the services' endpoints that it could reach, by {@link dev.warmfront.domain.Endpoint#address}
 */
public record AgentView(
        long cacheBytes,
        long bytesPerSecond,
        SortedMap<TenantId, List<Blob>> holds,
        SortedMap<String, Duration> roundTrips) {

    /** More than that of one instance are not known here. */
    public static final int MAX_BLOBS = 1_024;

    /** So many endpoints one agent measures at most. */
    public static final int MAX_ENDPOINTS = 64;

    public AgentView {
        if (cacheBytes < 0 || bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytes are 0 or more");
        }
        int blobs = holds.values().stream().mapToInt(List::size).sum();
        if (blobs > MAX_BLOBS || roundTrips.size() > MAX_ENDPOINTS) {
            throw new IllegalArgumentException(
                    "at most " + MAX_BLOBS + " blobs and " + MAX_ENDPOINTS + " endpoints are told of one instance");
        }
        holds = Collections.unmodifiableSortedMap(new TreeMap<>(holds));
        roundTrips = Collections.unmodifiableSortedMap(new TreeMap<>(roundTrips));
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.Offering;
import java.time.Duration;

/**
 * What a tenant may count on of a pool that it shares, and what it should leave to the others while it wants more than that.
 *
 * @param offering of the pool
 * @param usual instances that it usually wants at most: these it may have
 * @param others instances that all the others together usually want at most: these it leaves to them beyond its usual
 * @param patience for how long a task of it waits for that at most
 */
public record Claim(Offering offering, double usual, double others, Duration patience) {}

package dev.warmfront.scheduler;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;

/**
 * An offering with its name, which is long to put together.
 *
 * @param id the offering's own
 * @param offering the offering
 */
record Listed(OfferingId id, Offering offering) {}

package dev.warmfront.spi;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;

/**
 * What every instance is marked with, so that a sweep can tell whose it is when its row is missing.
 *
 * @param installation the Warmfront installation
 * @param cell the cell that asked for it
 * @param instance its name there
 * @param intent the launch intent's token
 */
public record InstanceTags(String installation, CellId cell, InstanceId instance, IntentToken intent) {}

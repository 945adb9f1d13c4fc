package dev.warmfront.dataset;

import org.jspecify.annotations.Nullable;

/**
 * A file that tasks may read.
 *
 * @param name 1 to 63 letters, digits, - and _, beginning with a letter
 * @param url where machines fetch it from: http, https or file
 * @param sha256 of its content
 * @param bytes how many it has
 */
public record DatasetRequest(
        @Nullable String name,
        @Nullable String url,
        @Nullable String sha256,
        @Nullable Long bytes) {}

/** The memory of Idempotency-Key: a repeated request gets the first one's answer. */
@NullMarked
package dev.warmfront.idempotency;

import org.jspecify.annotations.NullMarked;

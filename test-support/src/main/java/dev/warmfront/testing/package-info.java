/** Seeded generators for property tests. */
@NullMarked
package dev.warmfront.testing;

import org.jspecify.annotations.NullMarked;

/** Pools and how they are run, for operators. */
@NullMarked
package dev.warmfront.pool;

import org.jspecify.annotations.NullMarked;

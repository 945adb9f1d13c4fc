/** What machines cost: price book, billing, charges. Pure: no I/O, clock or hidden randomness. */
@NullMarked
package dev.warmfront.cost;

import org.jspecify.annotations.NullMarked;

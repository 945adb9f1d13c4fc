/**
 * What Warmfront learns: when tasks arrive, what follows them, how long they run and what they use. Pure: counts, samples
 * and the present go in as parameters, quantiles come out, and the state can be written down and read back bit for bit.
 */
@NullMarked
package dev.warmfront.forecast;

import org.jspecify.annotations.NullMarked;

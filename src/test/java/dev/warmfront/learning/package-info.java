/** The learner, fed by hand. */
@NullMarked
package dev.warmfront.learning;

import org.jspecify.annotations.NullMarked;

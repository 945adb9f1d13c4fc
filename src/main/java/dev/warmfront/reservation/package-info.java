/** Room that is set aside by curves. */
@NullMarked
package dev.warmfront.reservation;

import org.jspecify.annotations.NullMarked;

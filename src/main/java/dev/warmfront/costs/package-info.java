/** Who pays for what. */
@NullMarked
package dev.warmfront.costs;

import org.jspecify.annotations.NullMarked;

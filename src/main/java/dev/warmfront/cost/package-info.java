/** Who pays for what. */
@NullMarked
package dev.warmfront.cost;

import org.jspecify.annotations.NullMarked;

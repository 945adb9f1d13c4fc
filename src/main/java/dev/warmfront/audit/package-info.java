/** Who changed what. */
@NullMarked
package dev.warmfront.audit;

import org.jspecify.annotations.NullMarked;

/** Changes as they happen, as server-sent events. */
@NullMarked
package dev.warmfront.event;

import org.jspecify.annotations.NullMarked;

/** Clients, their keys, and who is calling. */
@NullMarked
package dev.warmfront.tenant;

import org.jspecify.annotations.NullMarked;

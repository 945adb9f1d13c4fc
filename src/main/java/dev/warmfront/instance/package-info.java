/** Machines, for operators. */
@NullMarked
package dev.warmfront.instance;

import org.jspecify.annotations.NullMarked;

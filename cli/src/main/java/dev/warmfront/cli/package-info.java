/** The commands behind {@code ./warmfront}, over the public API: nothing here knows the control plane's classes. */
@NullMarked
package dev.warmfront.cli;

import org.jspecify.annotations.NullMarked;

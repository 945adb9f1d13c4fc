/** What must be loaded before a task starts at once. */
@NullMarked
package dev.warmfront.environment;

import org.jspecify.annotations.NullMarked;

/** Task definitions, tasks, their attempts, logs and samples. */
@NullMarked
package dev.warmfront.task;

import org.jspecify.annotations.NullMarked;
